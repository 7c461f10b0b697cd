"""Shelf labels: GS1's vectors, the laws of the parser, the redirect, and paths that nobody should send."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from recommender.app import Doors
from recommender.domain.gtin import check_digit
from signage.shelf.digital_link import SET_82, BadLink, DigitalLink, parse
from signage.shelf.scans import Scans
from tests.signage.shelf.history import PIZZA

VECTORS = json.loads(Path(__file__).with_name("gtin_vectors.json").read_text("utf-8"))
LABELS = [
    (v["digits"], v["ok"] and len(v["digits"]) in (8, 12, 13, 14)) for v in VECTORS["check_digits"] if v["digits"]
]
LABELS += [(v["jan"], v["ok"]) for v in VECTORS["jan"]]

bodies = st.sampled_from([7, 11, 12, 13]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n))
gtins = bodies.map(lambda body: f"{body}{check_digit(body)}")
WIDE = "".join(chr(0xFF10 + int(digit)) for digit in PIZZA)  # digits, says Unicode
values = st.text(sorted(SET_82), min_size=1, max_size=20)


def spell(gtin: str, said: dict[str, str]) -> str:
    """A Digital Link path below /01/, every value percent-encoded to the last character."""
    return gtin + "".join(f"/{key}/" + "".join(f"%{ord(c):02X}" for c in value) for key, value in said.items())


@pytest.mark.parametrize(("digits", "ok"), LABELS)
def test_gs1s_own_vectors(digits: str, ok: bool) -> None:
    try:
        gtin = parse(digits).gtin
    except BadLink:
        gtin = ""
    assert gtin == (digits.zfill(14) if ok else "")


@given(gtins, st.tuples(values | st.none(), values | st.none(), values | st.none()))
def test_every_well_formed_link_is_read(gtin: str, told: tuple[str | None, ...]) -> None:
    said = {key: value for key, value in zip(("22", "10", "21"), told, strict=True) if value is not None}
    assert parse(spell(gtin, said)) == DigitalLink(gtin.zfill(14), *(value or "" for value in told))


@given(gtins, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_never_read_as_a_product(gtin: str, place: int, by: int) -> None:
    at = place % len(gtin)
    wrong = gtin[:at] + str((int(gtin[at]) + by) % 10) + gtin[at + 1 :]
    with pytest.raises(BadLink) as refused:
        parse(wrong)
    assert refused.value.why == "check"


@given(st.text())
def test_anything_else_is_refused_with_a_reason(text: str) -> None:
    try:
        read = parse(text)
    except BadLink as refused:
        assert refused.why in {"digits", "length", "check", "qualifier"}
    else:
        assert len(read.gtin) == 14 and read.gtin.isascii() and read.gtin.isdigit()


@pytest.mark.parametrize(
    "rest",
    ["/10", "/10/", "/21/A/10/B", "/10/A/10/B", "/99/A", "/10/" + "A" * 21, "/10/%00", "/10/%E3%81%82", "//10/A"],
)
def test_what_follows_the_code_must_be_well_formed(rest: str) -> None:
    with pytest.raises(BadLink) as refused:
        parse(PIZZA + rest)
    assert refused.value.why == "qualifier"


@pytest.mark.parametrize("spelling", [PIZZA, PIZZA[1:], f"{PIZZA}/", f"{PIZZA}/10/LOT%2F7/21/5", f"{PIZZA}/22/A/10/B"])
def test_a_label_leads_to_the_page_with_its_query(visitor: FlaskClient, spelling: str) -> None:
    answer = visitor.get(f"/01/{spelling}?s=ekimae&utm=%E6%A3%9A%20%2F")
    assert answer.status_code == 307
    assert answer.headers["Location"] == f"/p/{PIZZA}?s=ekimae&utm=%E6%A3%9A%20%2F"


def test_the_page_opens_at_the_end_of_the_redirect(visitor: FlaskClient) -> None:
    answer = visitor.get(f"/01/{PIZZA}?s=ekimae", follow_redirects=True, headers={"Accept-Language": "ja"})
    assert answer.status_code == 200
    assert "冷凍ピザ(プレミアム)" in answer.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (PIZZA[:-1] + "2", "番号の最後の1桁が合っていません"),
        ("abc", "数字以外の文字が入っています"),
        (WIDE, "数字以外の文字が入っています"),
        ("123", "桁数が合っていません"),
        ("9" * 5000, "桁数が合っていません"),
        (f"{PIZZA}/99/x", "形が正しくありません"),
    ],
)
def test_a_bad_code_says_what_is_wrong_with_it(visitor: FlaskClient, path: str, said: str) -> None:
    for address in (f"/01/{path}", f"/p/{path}")[: 1 if "/99/" in path else 2]:
        answer = visitor.get(address, headers={"Accept-Language": "ja"})
        assert answer.status_code == 400
        assert said in answer.text
        assert "もう一度読み取ってください" in answer.text
        assert len(answer.text) < 4_000


def test_an_unknown_product_is_not_found(visitor: FlaskClient) -> None:
    for address in ("/01/4901234567894", "/p/04901234567894"):
        ja, en = (visitor.get(address, headers={"Accept-Language": lang}) for lang in ("ja", "en"))
        assert (ja.status_code, en.status_code) == (404, 404)
        assert "このコードの商品が見つかりません" in ja.text and "係員" in ja.text
        assert "We can&#39;t find this product" in en.text and "member of staff" in en.text


@pytest.mark.parametrize(
    "query",
    [
        "s=//evil.test",
        "next=https://evil.test",
        "s=%0d%0aSet-Cookie:%20a=b",
        "s=<script>alert(1)</script>",
        "%",
        "s=%FF",
    ],
)
def test_no_query_leads_elsewhere_or_adds_a_header(visitor: FlaskClient, query: str) -> None:
    answer = visitor.get(f"/01/{PIZZA}?{query}")
    assert answer.headers["Location"].startswith(f"/p/{PIZZA}?")
    assert "Set-Cookie" not in answer.headers
    page = visitor.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "<script" not in page.text and not re.search(r'(?:href|src|action)="(?!/[^/]|\?)', page.text)


STRAY = ("//evil.test/01/x", "/01//evil.test", f"/01/{PIZZA}/../../evil", "/01/%2e%2e", "/01/%00", "/01/%ff")


@pytest.mark.parametrize("path", STRAY)
def test_no_path_is_an_open_redirect(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code in {308, 400, 404}
    assert "//evil" not in answer.headers.get("Location", "").removeprefix("http://localhost")


def test_a_raw_line_break_in_the_query_adds_no_header(visitor: FlaskClient) -> None:
    environ = {"QUERY_STRING": "s=a\r\nSet-Cookie: a=b", "RAW_URI": f"/01/{PIZZA}"}
    answer = visitor.get(f"/01/{PIZZA}", environ_overrides=environ)
    assert answer.headers["Location"] == f"/p/{PIZZA}?s=a%0D%0ASet-Cookie:%20a=b"


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
    phone.get(f"/01/{PIZZA}", headers={"Sec-Purpose": "prefetch;prerender"})
    phone.get(f"/01/{PIZZA}", headers={"Purpose": "prefetch"})
    phone.get("/01/4901234567894")
    phone.get("/01/123")
    phone.get(f"/p/{PIZZA}")  # a reload, the other language, a card on another product's page
    assert scans_of(doors, scans) == 1
