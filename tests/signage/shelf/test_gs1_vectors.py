"""Digital Links as GS1's standards and its Syntax Engine have them as examples, and its resolver test suite walked through.

The suite (github.com/gs1/GS1DL-resolver-testsuite) asks a resolver about one Digital Link. What it asks is asked here.
"""

import json

import pytest
from flask.testing import FlaskClient

from tests.signage.shelf.history import COOKIE, PIZZA, SALAD
from tests.signage.shelf.test_digital_link import BROWSER, LINKSET, ROOT, linksets_of

G = "09520123456788"  # GS1's example product, which no shop has
VOCABULARY = "https://ref.gs1.org/voc/"
GOOD = (  # nothing is known of them here
    f"/01/{G}", f"/01/{G[1:]}", "/01/416000336108", "/01/02345673", f"/01/{G}/", f"/01/{G}/22/2A", f"/01/{G}/10/ABC123",
    f"/01/{G}/21/12345", f"/01/{G}/10/ABC1/21/12345?17=180426", f"/01/{G}/22/TEST/10/ABC/21/XYZ", f"/01/{G}/235/TEST",
    f"/01/{G}?3103=000195", f"/01/{G}?3103=000195&3922=0299&17=201225", f"/01/{G}?&&&99=ABC&&&&&&98=XYZ&&&",
    f"/01/{G}?singleton1&unknown1=555&99=ABC&singleton2&98=XYZ&unknown3=777", f"/01/{G}/22/ABC%2d123?99=ABC&98=XYZ%2f987",
    f"/01/{G}?17=261231;3103=000189", f"/01/{G}/21/%21%22%25%26%27%28%29%2A%2B%2C-.%2F%3A%3B",
    "/00/952012345678912345", f"/00/952012345678912345?02={G}&37=25&10=ABC123", "/00/006141411234567890",
    "/253/1231231231232", "/253/1231231231232TEST5678901234567", "/401/12345678?99=ABC", "/414/9520123456788",
    "/414/9520123456788/254/32a%2Fb", f"/8004/9520614141234567?01={G}", "/8018/123456789012345675/8019/123",
    "/8003/09520123456788AB", "/8006/095201234567880102/22/A/10/B/21/C", "/417/9520123456788/7040/1ABC",
    "/eh30164596f40c0e5cbe991a83", "/exMBZFlvQMDly-mRqD", "/eh311ba1b300ce0a6a83000000",
)  # fmt: skip
BAD = (
    "/01/", "/01/9520123456789", f"/01/{G}/foo", f"/01/{G}/10", f"/01/{G}//10/A", f"/01/{G}/21/S1/10/L1", f"/01/{G}/10/A/10/B",
    f"/01/{G}/17/261231", f"/01/{G}/99/ABC", f"/01/{G}/89/ABC123?99=XYZ", f"/01/{G}?99=XYZ&89=ABC123", f"/01/{G}?99=ABC&999=faux",
    f"/01/{G}/22/A/235/B", f"/01/{G}/10/ABC?17=261232", f"/01/{G}?10=ABC", f"/01/{G}?21=5", f"/01/{G}?254=5", f"/01/{G}?8200=x",
    f"/01/{G}/lot/ABC", f"/gtin/{G}", f"/01/{G}/21/" + "1" * 21, f"/01/{G}/21/%E3%81%82", f"/01/{G}/21/a%20b", f"/01/{G}/21/%ZZ",
    f"/01/{G}0", "/01/0952012345678A", "/00/952012345678912346", "/253/1231231231232TEST56789012345678", "/414/952012345678",
    "/414/9520123456788/22/A", "/8006/0952012345678801", "/8018/123456789012345675/21/A", "/00/952012345678912345/10/A",
    "/401/12345678?999=A", "/eh30164596f40c0e5cbe991a8", "/ehzz", "/ex=", f"/01/{G}?01={G}", f"/01/{G}?11=230229",
)  # fmt: skip


@pytest.mark.parametrize("link", GOOD)
def test_a_right_link_of_something_else_is_not_found(visitor: FlaskClient, link: str) -> None:
    for headers in ({}, BROWSER, {"Accept": LINKSET}):
        answer = visitor.get(link, headers=headers)
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (404, "*")
        assert answer.mimetype == ("text/html" if headers is BROWSER else "application/problem+json")


@pytest.mark.parametrize("link", BAD)
def test_a_wrong_link_is_a_bad_request(visitor: FlaskClient, link: str) -> None:
    for headers in ({}, BROWSER, {"Accept": LINKSET}):
        answer = visitor.get(link, headers=headers)
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (400, "*")


def test_a_tag_leads_to_the_page_of_what_it_is_on(visitor: FlaskClient) -> None:
    """SGTIN+: a header, four bits, the GTIN's digits, then a serial of one digit."""
    for gtin in (PIZZA, COOKIE):
        bits = f"{0xF7:08b}0001" + "".join(f"{int(digit):04b}" for digit in gtin) + "000" + "00001" + "0101"
        tag = f"/eh{int(bits, 2):0{len(bits) // 4}x}"
        answer = visitor.get(f"{tag}?s=elm")
        assert (answer.status_code, answer.headers["Location"]) == (307, f"{ROOT}/p/{gtin}?s=elm")
        assert linksets_of(visitor, tag)[0]["anchor"] == f"{ROOT}/01/{gtin}"


@pytest.mark.parametrize(
    "link",
    [f"/01/{PIZZA}", f"/01/{COOKIE}/21/5", f"/01/{SALAD}/10/L%2F7", f"/01/{SALAD}/22/A/10/nowhere/21/1?17=261231"],
)
def test_gs1s_own_suite_finds_nothing(visitor: FlaskClient, link: str) -> None:
    path = link.partition("?")[0]
    plain = visitor.get(path)
    assert (
        plain.status_code == 307
        and 'rel="linkset"' in plain.headers["Link"]
        and 'rel="gs1:' not in plain.headers["Link"]
    )
    assert {"GET", "HEAD", "OPTIONS"} <= set(plain.headers["Access-Control-Allow-Methods"].split(", "))
    assert visitor.get(f"{path}/foo").status_code == 400
    slash = visitor.get(f"{path}/")
    assert (slash.status_code, slash.headers["Location"]) == (307, plain.headers["Location"])
    assert "foo=bar" in visitor.get(f"{path}?foo=bar").headers["Location"]
    assert visitor.get(f"{path}?linkType=gs1:nosuchlt").status_code == 404
    for query in ("linkset", "all"):
        for accept in ("*/*", LINKSET):
            asked = visitor.get(f"{path}?linkType={query}", headers={"Accept": accept})
            assert (asked.status_code, asked.headers["Content-Type"]) == (200, LINKSET)
    assert 'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"' in asked.headers["Link"]
    seen: dict[str, str] = {}
    levels = {one.pop("anchor"): one for one in linksets_of(visitor, path)}
    here = ROOT + path
    while here.count("/") > 3:
        for kind, links in levels.get(here, {}).items():
            if kind != "itemDescription" and kind not in seen:
                seen[kind] = links[0]["href"]
                assert len(links) == 1 and links[0]["title"]
        here = here.rpartition("/")[0].rpartition("/")[0]
    assert plain.headers["Location"] == seen.pop(f"{VOCABULARY}defaultLink")
    assert f"{VOCABULARY}pip" in seen
    for kind, href in seen.items():
        for name in (kind.replace(VOCABULARY, "gs1:"), kind, kind.replace("ref.", "")):
            leads = visitor.get(f"{path}?linkType={name}").headers["Location"]
            assert leads.removesuffix(f"linkType={name}").rstrip("?&") == href


@pytest.mark.parametrize(("accept", "lang"), [
    ("en-GB,en;q=0.9,ja;q=0.1", "en"), ("fr, en;q=0.3, ja;q=0.2", "en"), ("en;q=0.1, ja;q=0.9", "ja"), ("de", "ja"), ("", "ja"),
    ("ja-JP", "ja"), ("en;q=0, *", "ja"),
])  # fmt: skip
def test_titles_are_in_the_language_that_is_liked_best(visitor: FlaskClient, accept: str, lang: str) -> None:
    answer = visitor.get(f"/01/{PIZZA}?linkType=linkset", headers={"Accept-Language": accept})
    [links] = json.loads(answer.text)["linkset"]
    assert links["itemDescription"] == {"ja": "冷凍ピザ(プレミアム)", "en": "Frozen pizza, premium"}[lang]


def test_of_two_types_of_link_the_last_one_is_asked_for(visitor: FlaskClient) -> None:
    assert visitor.get(f"/01/{PIZZA}?linkType=gs1:nosuchlt&linkType=gs1:pip").status_code == 307
    assert visitor.get(f"/01/{PIZZA}?linkType=gs1:pip&linkType=linkset").mimetype == LINKSET
