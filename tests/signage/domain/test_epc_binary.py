"""Tags of products: the examples of GS1's standards, a law, and what is no tag of a product."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.gtin import check_digit
from signage.domain.digital_link import BadLink, UnknownKey
from signage.domain.epc_binary import BASE64, decompress

STANDARDS = [  # Compression for EPC binary strings 1.0, 4.2; Tag Data Standard 2.3, annex E.3
    ("eh30164596f40c0e5cbe991a83", "/01/09528765123457/21/123456789123"),
    ("exMBZFlvQMDly-mRqD", "/01/09528765123457/21/123456789123"),
    ("eh3066c4409047e140075bcd15", "/01/09506000134352/21/123456789"),
    ("eh3666c4409047e159b2c2bf100000000000000000000000000000", "/01/09506000134352/21/32a%2Fb"),
    ("ehf73795211411234538566cb0afc4", "/01/79521141123453/21/32a%2Fb"),
    ("ehfb342cde795211411234538566cb0afc4", "/01/79521141123453/21/32a%2Fb?17=220630"),
    ("ehfd3795211411234538566cb0afc525065f1876f0d996d800", "/01/79521141123453/21/32a%2Fb"),
    ("ehfc342cde795211411234538566cb0afc525065f1876f0d996d80", "/01/79521141123453/21/32a%2Fb?17=220630"),
    ("eh3074257bf7194e4000001a85", "/01/80614141123458/21/6789"),
    ("eh3074257BF7194E4000001A85", "/01/80614141123458/21/6789"),  # as the Tag Data Standard and readers write it
]
OTHERS = [  # the same annex: a pallet, places, assets, people, documents, coupons, parts
    "311ba1b300ce0a6a83000000", "f90095201234567891235", "3276451fd46072000000162e", "3976451fd46072cd9615f8800000",
    "f2395211411234548566cb0afc4", "3376451fd40c0e400000162e", "3776451fd40c0e59b2c2bf10", "f13095211411234548566cb0afc4",
    "3476451fd40000000000162e", "fa3952114132e83c2bf10", "2d76451fd4499602d2000000", "f43952114112345678906",
    "2e76451fd4499602d2000000", "2c76451fd46072000000162e", "3e76451fd7039b0614", "3c76451fd400c0e680003039",
    "f0395211415e87a145bafb4d19a8c0e4", "3f76451fd612640000019907", "f839521141678909509338", "4076451fd40c0e40820000000f54",
    "4176451fd40c0e4082dbdd8b3660", "f3309521141123454010266ae27fdf35", "e9395211411234548566cb0afc525065f1876f0d996d8000",
]  # fmt: skip
BROKEN = [
    "eh", "ex", "eh3", "eh30", "ex+/", "ehzz", "eh30164596f40c0e5cbe991a8", "eh30164596f40c0e5cbe991a830001", "eh" + "0" * 24,
    "ehe2" + "0" * 22, "ehfe" + "0" * 22, "ex" + "A" * 16, "eh301f" + "0" * 20, "ehf737952114112345a8566cb0afc4", "eh" + "f" * 24,
    "ehf73795211411234638566cb0afc4", "ehfb372cde795211411234538566cb0afc4", "ehf73795211411234500",
]  # fmt: skip
PREFIXES = [(40, 12), (37, 11), (34, 10), (30, 9), (27, 8), (24, 7), (20, 6)]


@pytest.mark.parametrize(("tag", "link"), STANDARDS)
def test_the_standards_examples(tag: str, link: str) -> None:
    assert decompress(tag).uri("") == link


@pytest.mark.parametrize("tag", OTHERS)
def test_a_tag_of_something_else_is_known_as_such(tag: str) -> None:
    with pytest.raises(UnknownKey):
        decompress(f"eh{tag}")


@pytest.mark.parametrize("tag", BROKEN)
def test_what_holds_no_product_is_refused(tag: str) -> None:
    with pytest.raises(BadLink) as refused:
        decompress(tag)
    assert refused.value.why == "compressed"


@given(st.integers(0, 6), st.text("0123456789", min_size=13, max_size=13), st.integers(0, 2**38 - 1))
def test_every_sgtin_96_is_read_in_both_spellings(partition: int, body: str, serial: int) -> None:
    width, digits = PREFIXES[partition]
    company, item = body[1 : digits + 1], body[0] + body[digits + 1 :]
    bits = f"{0x30:08b}001{partition:03b}{int(company):0{width}b}{int(item):0{44 - width}b}{serial:038b}"
    link = f"/01/{body}{check_digit(body)}/21/{serial}"
    assert decompress(f"eh{int(bits, 2):024x}").uri("") == link
    assert decompress("ex" + "".join(BASE64[int(bits[i : i + 6], 2)] for i in range(0, 96, 6))).uri("") == link


@given(
    st.sampled_from(["eh", "ex"]),
    st.sampled_from(["30", "36", "f7", "fb", ""]),
    st.text("0123456789abcdef", max_size=60) | st.text(),
)
def test_anything_is_read_or_refused(spelling: str, header: str, rest: str) -> None:
    try:
        link = decompress(spelling + header + rest)
    except (BadLink, UnknownKey):
        return
    assert len(link.gtin) == 14 and link.gtin.isdigit() and link.qualifiers[0][0] == "21"
