"""The resolver over HTTP: where each label leads, what programs get, what counts as a scan, and paths nobody should send."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient

from recommender.app import Doors
from signage.shelf.scans import Scans
from tests.signage.shelf.history import COOKIE, PAPER, PIZZA, SALAD

GS1 = json.loads(Path(__file__).with_name("gs1_linkset.json").read_text("utf-8"))
SCHEMA = jsonschema_rs.Draft7Validator(GS1["schema"])
DESCRIPTION = jsonschema_rs.Draft7Validator({  # what GS1's schema of description files says of those keys that we have
    "type": "object", "required": ["resolverRoot", "supportedPrimaryKeys"], "additionalProperties": False,
    "properties": {
        "resolverRoot": {"type": "string", "format": "uri"},
        "supportedPrimaryKeys": {"type": "array", "items": {"type": "string", "pattern": "^(all|[0-9]{2,4})$"}},
        "name": {"type": "string"}, "linkTypeDefaultCanBeLinkset": {"type": "boolean"},
        "supportedLinkType": {"type": "array", "items": {"type": "object", "properties": {
            "namespace": {"type": "string", "format": "uri"},
            "prefix": {"type": "string", "pattern": "^[a-zA-Z_][A-Za-z0-9_-]*?:$"},
        }}},
        "supportedContextValuesEnumerated": {"type": "array", "items": {"type": "string"}},
        "jsonLdContextLocation": {"type": "string", "format": "uri"},
    },
})  # fmt: skip
ROOT = "http://localhost"
LINKSET = "application/linkset+json"
WIDE = "".join(chr(0xFF10 + int(digit)) for digit in PIZZA)  # digits, says Unicode
FROM_ELSEWHERE = {"Host": "127.0.0.1:8000"}
BROWSER = {"Accept": "text/html,application/xml;q=0.9,image/webp,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"}


def linksets_of(visitor: FlaskClient, path: str, **headers: str) -> list[dict[str, Any]]:
    """The sets of links that the answer has, which is valid by GS1's schema: the most exact one first."""
    answer = visitor.get(path, headers={"Accept": LINKSET} | headers)
    assert (answer.status_code, answer.content_type) == (200, LINKSET)
    said = json.loads(answer.text)
    SCHEMA.validate(said)
    return list(said["linkset"])


def linkset_of(visitor: FlaskClient, path: str, **headers: str) -> dict[str, Any]:
    """The one set that there is."""
    [links] = linksets_of(visitor, path, **headers)
    return links


def test_the_check_by_schema_finds_what_gs1s_examples_have() -> None:
    good = {name for name, example in GS1["examples"].items() if SCHEMA.is_valid(example)}
    assert good == {"valid-gs1-example"}  # the basic ones have no description, which GS1's own schema wants


@pytest.mark.parametrize("spelling", [PIZZA, PIZZA[1:], f"{PIZZA}/", f"{PIZZA}/10/LOT%2F7/21/5", f"{PIZZA}/22/A/10/B"])
def test_a_label_leads_to_the_page_with_its_query(visitor: FlaskClient, spelling: str) -> None:
    query = "s=ekimae&utm=%E6%A3%9A%20%2F&17=261231;3103=000195&flag"
    answer = visitor.get(f"/01/{spelling}?{query}")
    assert answer.status_code == 307
    assert answer.headers["Location"] == f"{ROOT}/p/{PIZZA}?{query}"
    assert answer.headers["Link"] == f'<{ROOT}/01/{PIZZA}?linkType=linkset>; rel="linkset"; type="{LINKSET}"'
    same = visitor.head(f"/01/{spelling}?{query}")
    assert (same.status_code, same.headers["Location"], same.data) == (307, answer.headers["Location"], b"")


def test_a_phone_that_knows_us_by_another_name_stays_there(visitor: FlaskClient) -> None:
    for host in ("127.0.0.1:8000", "evil.test"):
        answer = visitor.get(f"/01/{PIZZA}?s=elm", headers={"Host": host})
        assert answer.headers["Location"] == f"/p/{PIZZA}?s=elm"
        assert "evil" not in json.dumps(linkset_of(visitor, f"/01/{PIZZA}", Host=host))


def test_the_page_opens_at_the_end_of_the_redirect(visitor: FlaskClient) -> None:
    for lang, words in (("ja", "冷凍ピザ(プレミアム)"), ("en", "Frozen pizza, premium")):
        answer = visitor.get(f"/01/{PIZZA}?s=ekimae", follow_redirects=True, headers={"Accept-Language": lang})
        assert answer.status_code == 200 and words in answer.text


def test_every_link_of_a_linkset_can_be_asked_for_and_opens(visitor: FlaskClient) -> None:
    links = linkset_of(visitor, f"/01/{COOKIE}")
    assert links.pop("anchor") == f"{ROOT}/01/{COOKIE}" and links.pop("itemDescription") == "クッキー"
    assert {uri.removeprefix("https://ref.gs1.org/voc/") for uri in links} == {"defaultLink", "pip", "allergenInfo"}
    assert links["https://ref.gs1.org/voc/defaultLink"] == [{"href": f"{ROOT}/p/{COOKIE}", "title": "商品のページ"}]
    for uri, [link] in links.items():
        for kind in (uri, uri.replace("ref.", ""), uri.replace("https://ref.gs1.org/voc/", "gs1:")):
            answer = visitor.get(f"/01/{COOKIE}?linkType={kind}")
            assert (answer.status_code, answer.headers["Location"]) == (307, f"{link['href']}?linkType={kind}")
            page = visitor.get(answer.headers["Location"], follow_redirects=True)
            assert page.status_code == 200 and "クッキー" in page.text
        assert uri.endswith("defaultLink") or (link["type"], link["hreflang"]) == ("text/html", ["ja", "en"])


def test_the_allergens_are_a_part_of_the_page(visitor: FlaskClient) -> None:
    answer = visitor.get(f"/p/{COOKIE}/allergens?s=elm&x=%0d%0aa", headers=FROM_ELSEWHERE)
    assert (answer.status_code, answer.headers["Location"]) == (307, f"/p/{COOKIE}?s=elm&x=%0d%0aa#allergens")
    assert "<div id=allergens><dt>アレルゲン" in visitor.get(f"/p/{COOKIE}").text


def test_nothing_is_linked_that_the_page_does_not_have(visitor: FlaskClient) -> None:
    for gtin in (PIZZA, PAPER):
        assert "https://ref.gs1.org/voc/allergenInfo" not in linkset_of(visitor, f"/01/{gtin}")


@pytest.mark.parametrize(("query", "accept", "mimetype"), [
    ("?linkType=linkset", "*/*", LINKSET), ("?linkType=all", "*/*", LINKSET), ("", LINKSET, LINKSET),
    ("", f"{LINKSET}, */*", LINKSET), ("", f'{LINKSET}; profile="https://x.test/p", text/html;q=0.9', LINKSET),
    ("?linkType=linkset", f"{LINKSET};charset=utf-8, application/json;q=0.1", LINKSET), ("?linkType=all", LINKSET, LINKSET),
    ("?linkType=linkset", "application/json", "application/json"),
    ("?linkType=linkset", "application/ld+json", "application/ld+json"), ("?17=261231;linkType=linkset", "*/*", LINKSET),
])  # fmt: skip
def test_the_linkset_in_each_form(visitor: FlaskClient, query: str, accept: str, mimetype: str) -> None:
    answer = visitor.get(f"/01/{PIZZA}/21/5{query}", headers={"Accept": accept, "Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    said = json.loads(answer.text)
    assert ("@context" in said) == (mimetype == "application/ld+json")
    assert said["linkset"][0]["itemDescription"] == "Frozen pizza, premium"
    assert 'rel="http://www.w3.org/ns/json-ld#context"' in answer.headers["Link"]
    assert {"Accept", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))


def test_a_lot_of_which_something_is_known_has_its_own_page_and_links(visitor: FlaskClient) -> None:
    answer = visitor.get(f"/01/{SALAD}/10/L%2F7?s=ekimae")
    assert answer.headers["Location"] == f"{ROOT}/p/{SALAD}?lot=L/7&s=ekimae"
    page = visitor.get(answer.headers["Location"]).text
    assert "このロットは回収しています" in page and "異物混入" in page and "2026年11月20日" in page and "茨城県" in page
    links, above = linksets_of(visitor, f"/01/{SALAD}/10/L%2F7/21/5")
    assert links["anchor"] == f"{ROOT}/01/{SALAD}/10/L%2F7"
    assert above == linkset_of(visitor, f"/01/{SALAD}") and "https://ref.gs1.org/voc/recallStatus" not in above
    assert links["https://ref.gs1.org/voc/recallStatus"][0]["href"] == f"{ROOT}/p/{SALAD}/notice?lot=L/7"
    recall = visitor.get(f"/01/{SALAD}/10/L%2F7?linkType=gs1:recallStatus")
    assert recall.headers["Location"] == f"{ROOT}/p/{SALAD}/notice?lot=L/7&linkType=gs1:recallStatus"
    assert 'id="notice"' in visitor.get(recall.headers["Location"], follow_redirects=True).text


def test_a_products_tag_is_answered_as_the_link_that_it_stands_for(visitor: FlaskClient) -> None:
    bits = f"{0x30:08b}001101{int(SALAD[1:8]):024b}{int(SALAD[0] + SALAD[8:13]):020b}{6789:038b}"  # an SGTIN-96
    tag = f"/eh{int(bits, 2):024x}"
    spelt_out = f"{ROOT}/01/{SALAD}/21/6789"
    for query, status in (("?s=elm", 307), ("?linkType=linkset", 200)):
        of_tag, of_link = visitor.get(tag + query), visitor.get(spelt_out + query)
        assert (of_tag.status_code, of_tag.data, of_tag.location) == (status, of_link.data, of_link.location)
        said = of_tag.headers.getlist("Link")
        assert said == [*of_link.headers.getlist("Link"), f'<{spelt_out}>; rel="owl:sameAs"']


@pytest.mark.parametrize("lot", ["8", "l%2F7", "%3Cb%3E", "x" * 20])
def test_of_an_unknown_lot_nothing_is_said(visitor: FlaskClient, lot: str) -> None:
    answer = visitor.get(f"/01/{SALAD}/10/{lot}")
    assert answer.headers["Location"] == f"{ROOT}/p/{SALAD}"
    assert linkset_of(visitor, f"/01/{SALAD}/10/{lot}")["anchor"] == f"{ROOT}/01/{SALAD}"
    page = visitor.get(f"/p/{SALAD}?lot={lot}").text
    assert "ロット" not in page and "回収" not in page and "長野県" in page


def test_each_part_of_the_facts_is_linked(visitor: FlaskClient) -> None:
    links = linkset_of(visitor, f"/01/{SALAD}")
    page = visitor.get(f"/p/{SALAD}").text
    for kind, part in (("nutritionalInfo", "nutrition"), ("recipeInfo", "recipe"), ("review", "reviews")):
        assert links[f"https://ref.gs1.org/voc/{kind}"][0]["href"] == f"{ROOT}/p/{SALAD}/{part}"
        assert f'id="{part}"' in page
    assert visitor.get(f"/p/{SALAD}/elsewhere").status_code == 404


def test_people_get_the_list_of_links_as_a_page(visitor: FlaskClient) -> None:
    answer = visitor.get(f"/01/{COOKIE}?linkType=linkset", headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert f'href="/p/{COOKIE}"' in answer.text and f'href="/p/{COOKIE}/allergens"' in answer.text
    [inside] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.text)
    assert json.loads(inside)["linkset"] == [linkset_of(visitor, f"/01/{COOKIE}")]


@pytest.mark.parametrize(
    "kind", ["gs1:recipeInfo", "gs1:nosuchlt", "pip", "https://evil.test/pip", "javascript:alert(1)", "all2"]
)
def test_no_such_link(visitor: FlaskClient, kind: str) -> None:
    answer = visitor.get(f"/01/{PIZZA}?linkType={kind}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert json.loads(answer.text)["code"] == "link_unknown"
    page = visitor.get(f"/01/{PIZZA}?linkType={kind}", headers=BROWSER)
    assert page.status_code == 404 and f'href="/p/{PIZZA}"' in page.text


def test_a_store_may_be_told_as_the_context(visitor: FlaskClient) -> None:
    for query, first in (
        ("context=elm", "s=elm&"),
        ("context=nowhere", ""),
        ("context=elm&s=ekimae", ""),
        ("context=%00", ""),
    ):
        assert visitor.get(f"/01/{PIZZA}?{query}").headers["Location"] == f"{ROOT}/p/{PIZZA}?{first}{query}"


def test_it_describes_itself(visitor: FlaskClient) -> None:
    answer = visitor.get("/.well-known/gs1resolver")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    said = json.loads(answer.text)
    DESCRIPTION.validate(said)
    assert (said["resolverRoot"], said["supportedPrimaryKeys"]) == (ROOT, ["01"])
    assert said["supportedContextValuesEnumerated"] == ["ekimae", "elm", "hondori"]
    assert said["linkTypeDefaultCanBeLinkset"] is False


@pytest.mark.parametrize(
    "path",
    [
        f"/01/{PIZZA}",
        f"/01/{PIZZA}?linkType=linkset",
        "/01/123",
        "/eh3074",
        "/00/1",
        "/gtin/1",
        "/.well-known/gs1resolver",
    ],
)
def test_scripts_of_other_sites_may_read_it(visitor: FlaskClient, path: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        answer = visitor.open(path, method=method, headers={"Origin": "https://other.test"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*", method
        assert {"GET", "HEAD", "OPTIONS"} == set(answer.headers["Access-Control-Allow-Methods"].split(", "))
        assert "Set-Cookie" not in answer.headers
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in visitor.get(f"/p/{PIZZA}").headers


@pytest.mark.parametrize(
    ("path", "why", "said"),
    [
        (PIZZA[:-1] + "2", "check", "番号の最後の1桁が合っていません"),
        ("abc", "digits", "数字以外の文字が入っています"),
        (WIDE, "digits", "数字以外の文字が入っています"),
        ("123", "length", "桁数が合っていません"),
        ("9" * 5000, "length", "桁数が合っていません"),
        (f"{PIZZA}/99/x", "qualifier", "形が正しくありません"),
        (f"{PIZZA}/10/%", "encoding", "「%」のあと"),
        (f"{PIZZA}?17=261331", "attribute", "形が正しくありません"),
        ("../eh3074257bf7194e", "compressed", "圧縮された形式"),
        ("../gtin/4901234567894", "name", "古い書き方"),
        ("../414/9520123456780", "key", "番号の形が正しくありません"),
    ],
)
def test_a_bad_code_says_what_is_wrong_with_it(visitor: FlaskClient, path: str, why: str, said: str) -> None:
    address = path.removeprefix("..") if path.startswith("..") else f"/01/{path}"
    page = visitor.get(address, headers=BROWSER | {"Accept-Language": "ja"})
    assert page.status_code == 400 and said in page.text
    assert "もう一度読み取ってください" in page.text and len(page.text) < 5_000
    assert '<form class="finder" action="/p"' in page.text
    answer = visitor.get(address, headers={"Accept-Language": "ja"})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    told = json.loads(answer.text)
    assert (told["code"], told["why"], told["status"]) == ("bad_digital_link", why, 400) and said in told["detail"]


@pytest.mark.parametrize("code", [PIZZA[:-1] + "2", "abc", WIDE, "123"])
def test_so_does_the_page_itself(visitor: FlaskClient, code: str) -> None:
    answer = visitor.get(f"/p/{code}")
    assert answer.status_code == 400 and "もう一度読み取ってください" in answer.text


def test_an_unknown_product_is_not_found(visitor: FlaskClient) -> None:
    for address in ("/01/4901234567894", "/p/04901234567894"):
        ja, en = (visitor.get(address, headers=BROWSER | {"Accept-Language": lang}) for lang in ("ja", "en"))
        assert (ja.status_code, en.status_code) == (404, 404)
        assert "このコードの商品が見つかりません" in ja.text and "係員" in ja.text
        assert "We can&#39;t find this product" in en.text and "member of staff" in en.text
    answer = visitor.get("/01/4901234567894?linkType=linkset")
    assert (answer.status_code, json.loads(answer.text)["code"]) == (404, "product_unknown")


@pytest.mark.parametrize("query", [
    "s=//evil.test", "next=https://evil.test", "s=%0d%0aSet-Cookie:%20a=b", "s=<script>alert(1)</script>", "%", "s=%FF",
    "context=//evil.test", "linkType=", "a=" + "b" * 3_000, "?", "=&=;;", "lang=//evil.test",
])  # fmt: skip
def test_no_query_leads_elsewhere_or_adds_a_header(visitor: FlaskClient, query: str) -> None:
    answer = visitor.get(f"/01/{PIZZA}?{query}", headers=FROM_ELSEWHERE)
    assert answer.headers["Location"].startswith(f"/p/{PIZZA}?")
    assert "Set-Cookie" not in answer.headers
    page = visitor.get(answer.headers["Location"])
    assert page.status_code == 200
    assert page.text.count("<script") == 1 and not re.search(r'(?:href|src|action)="(?!/[^/]|\?)', page.text)


STRAY = (
    "//evil.test/01/x", "/01//evil.test", f"/01/{PIZZA}/../../evil", "/01/%2e%2e", "/01/%00", "/01/%ff", "/01/%25%30%30",
    f"/01/{PIZZA}//10/A", f"/01/{PIZZA}/10//evil.test", f"/01/{PIZZA}%2F10%2FA", f"/01/https://evil.test/01/{PIZZA}",
    f"/01/{PIZZA}/10/" + "%41" * 900, "/eh", "/eh%00", "/ex//evil.test", "/.well-known/gs1resolver/..",
)  # fmt: skip


@pytest.mark.parametrize("path", STRAY)
def test_no_path_is_an_open_redirect(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code in {308, 400, 404}
    assert "//evil" not in answer.headers.get("Location", "").removeprefix("http://localhost")


def test_a_raw_line_break_in_the_query_adds_no_header(visitor: FlaskClient) -> None:
    environ = {"QUERY_STRING": "s=a\r\nSet-Cookie: a=b", "RAW_URI": f"/01/{PIZZA}"}
    answer = visitor.get(f"/01/{PIZZA}", environ_overrides=environ)
    assert answer.headers["Location"] == f"{ROOT}/p/{PIZZA}?s=a%0D%0ASet-Cookie:%20a=b"


def scans_of(doors: Doors, scans: Scans) -> int:
    """How many scans history knows, after all that wait are in."""
    scans.close()
    engine = doors.record._engine  # type: ignore[attr-defined]
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM interactions").scalar())


def test_each_scan_becomes_one_event(phone: FlaskClient, doors: Doors, scans: Scans) -> None:
    for _ in range(60):
        assert phone.get(f"/01/{PIZZA}?s=ekimae").status_code == 307
    assert scans_of(doors, scans) == 60


def test_what_is_no_scan_is_not_counted(phone: FlaskClient, doors: Doors, scans: Scans) -> None:
    phone.get(f"/01/{PIZZA}")
    phone.head(f"/01/{PIZZA}")
    phone.options(f"/01/{PIZZA}")
    phone.get(f"/01/{PIZZA}?linkType=linkset")
    phone.get(f"/01/{PIZZA}?linkType=gs1:nosuchlt")
    phone.get(f"/01/{PIZZA}", headers={"Sec-Purpose": "prefetch;prerender"})
    phone.get(f"/01/{PIZZA}", headers={"Purpose": "prefetch"})
    phone.get("/01/4901234567894")
    phone.get("/01/123")
    phone.get(f"/p/{PIZZA}")  # a reload, the other language, a card on another product's page
    assert scans_of(doors, scans) == 1
