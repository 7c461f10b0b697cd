"""Shelf labels as text: GS1's vectors, the laws of the parser, and what it refuses."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.gtin import check_digit
from signage.domain.application_identifiers import well_formed
from signage.domain.digital_link import BadLink, DigitalLink, parse

VECTORS = json.loads(Path(__file__).with_name("gtin_vectors.json").read_text("utf-8"))
LABELS = [
    (v["digits"], v["ok"] and len(v["digits"]) in (8, 12, 13, 14)) for v in VECTORS["check_digits"] if v["digits"]
]
LABELS += [(v["jan"], v["ok"]) for v in VECTORS["jan"]]
SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
CODE = "04901234567894"

bodies = st.sampled_from([7, 11, 12, 13]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n))
gtins = bodies.map(lambda body: f"{body}{check_digit(body)}")
values = st.text(SET_82, min_size=1, max_size=20)
attributes = st.dictionaries(st.sampled_from(["90", "99", "240", "7021"]), values, max_size=4)


def spell(gtin: str, said: dict[str, str]) -> str:
    """A Digital Link path below /01/, every value percent-encoded to the last character."""
    return gtin + "".join(f"/{key}/" + "".join(f"%{ord(c):02X}" for c in value) for key, value in said.items())


def why(path: str, query: str = "") -> str:
    """ "" for a good link."""
    try:
        parse(path, query)
    except BadLink as refused:
        return refused.why
    return ""


@pytest.mark.parametrize(("digits", "ok"), LABELS)
def test_gs1s_own_vectors(digits: str, ok: bool) -> None:
    if ok:
        assert parse(digits).gtin == digits.zfill(14)
    else:
        assert why(digits) in {"digits", "length", "check"}


@given(gtins, st.tuples(values | st.none(), values | st.none(), values | st.none()), attributes)
def test_every_well_formed_link_is_read_and_written_again(
    gtin: str, told: tuple[str | None, ...], more: dict[str, str]
) -> None:
    said = {key: value for key, value in zip(("22", "10", "21"), told, strict=True) if value is not None}
    link = DigitalLink(gtin.zfill(14), tuple(said.items()), tuple(more.items()))
    assert parse(spell(gtin, said), link.uri("").partition("?")[2]) == link
    path, _, query = link.uri("https://shop.test").partition("?")
    assert parse(path.removeprefix("https://shop.test/01/"), query) == link


@given(gtins, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_never_read_as_a_product(gtin: str, place: int, by: int) -> None:
    at = place % len(gtin)
    assert why(gtin[:at] + str((int(gtin[at]) + by) % 10) + gtin[at + 1 :]) == "check"


@given(st.text() | st.text("0123456789/%?&=;ABC", max_size=40).map(lambda rest: f"{CODE}/{rest}"), st.text())
def test_anything_else_is_refused_with_a_reason(text: str, query: str) -> None:
    try:
        read = parse(text, query)
    except BadLink as refused:
        assert refused.why in {"digits", "length", "check", "qualifier", "attribute", "encoding"}
    else:
        assert len(read.gtin) == 14 and read.gtin.isascii() and read.gtin.isdigit()


@pytest.mark.parametrize(
    "rest",
    ["/10", "/10/", "/21/A/10/B", "/10/A/10/B", "/99/A", "/10/" + "A" * 21, "/10/%00", "/10/%E3%81%82", "//10/A", "//",
     "/lot/A", "/17/261231", "/22/A/235/B", "/235/" + "A" * 29, "/10/A%20B", "/10/A/foo", "/10/%EF%BC%91"],
)  # fmt: skip
def test_what_follows_the_code_must_be_well_formed(rest: str) -> None:
    assert why(CODE + rest) == "qualifier"


@pytest.mark.parametrize("rest", ["/10/A%", "/10/A%2", "/10/A%ZZ"])
def test_a_percent_sign_encodes_something(rest: str) -> None:
    assert why(CODE + rest) == "encoding"


@pytest.mark.parametrize(("rest", "told"), [
    ("/10/LOT%2F7/21/5", (("10", "LOT/7"), ("21", "5"))), ("/22/A+B", (("22", "A+B"),)), ("/10/%252F", (("10", "%2F"),)),
    ("/235/TPX-1/", (("235", "TPX-1"),)), ("/", ()),
])  # fmt: skip
def test_what_a_label_tells(rest: str, told: tuple[tuple[str, str], ...]) -> None:
    assert parse(CODE + rest).qualifiers == told


@pytest.mark.parametrize("query", [
    "17=261231", "17=261200", "3103=000195&3922=0299&17=261225", "17=261231;3103=000195", "&&99=ABC&&", "99=XYZ%2F1",
    "s=ekimae&linkType=gs1:pip", "single&99=A", "11=240229", "02=04901234567894&37=2", "7003=2612311200", "422=392",
    "8008=26123112&7007=261201261231", "8010=AB%23/1-2",
])  # fmt: skip
def test_attributes_that_are_well_formed(query: str) -> None:
    assert why(CODE, query) == ""


@pytest.mark.parametrize("query", [
    "17=261331", "17=260230", "17=26123", "17=26123A", "11=230229", "17=", "7003=2612001200", "3106=000195",
    "3103=00195", "89=X", "999=X", "1=X", "98=A+B", "99=%00", "99=" + "A" * 91, "17=261231&17=261231", "01=4901234567894",
    "10=LOT", "21=5", "22=V", "235=T", "02=04901234567890", "8010=ab",
])  # fmt: skip
def test_attributes_that_are_not(query: str) -> None:
    assert why(CODE, query) == "attribute"


def test_a_lot_is_told_once_and_in_its_place() -> None:
    assert why(f"{CODE}/10/A", "10=A") == "attribute"
    assert why(f"{CODE}/21/A", "10=A") == "attribute"
    assert why(f"{CODE}/235/A", "10=A") == ""  # that path has no place for it


@pytest.mark.parametrize(
    ("ai", "value", "good"),
    [("00", "006141411234567890", True), ("402", "95201234567891233", False), ("8003", "09520123456788ABC", True),
     ("253", "9520123456788", True), ("253", "9520123456787", False), ("4309", "1" * 20, True), ("8030", "ab_-=", True),
     ("14", "261231", False), ("3200", "1" * 6, True), ("3580", "1" * 6, False), ("9", "1", False), ("", "", False)],
)  # fmt: skip
def test_formats_of_application_identifiers(ai: str, value: str, good: bool) -> None:
    assert well_formed(ai, value) == good
