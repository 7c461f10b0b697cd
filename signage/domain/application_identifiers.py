"""GS1 Application Identifiers: an AI and a value in, whether the value is of the AI's format out.

Formats are those of the GS1 General Specifications, section 3.2, as the GS1 Syntax Dictionary spells them: N digits, X
the 82 characters, Y the 39, Z base64url; `X..20` is 1 to 20 of them, `[…]` may be missing. After a length stand `c`: the
last digit is a check digit, `d`: a date YYMMDD, `o`: one whose day may be 00. What lies deeper (a country's code, an
IBAN, which AIs go together) is not looked at: nothing here depends on it.
"""

import re
from calendar import monthrange
from functools import cache

from recommender.domain.gtin import check_digit

SET_39 = "#\\-/0-9A-Z"
SET_64 = "-0-9A-Z_a-z="
SET_82 = "!\"%&'()*+,\\-./0-9:;<=>?A-Z_a-z"
_OF = {"N": "0-9", "X": SET_82, "Y": SET_39, "Z": SET_64}

_FORMATS = (
    ("00", "N18c"), ("402", "N17c"), ("01|02|03", "N14c"), ("10|21|22|243|254|420|71[0-7]|7020|7021|7022|7240|8002", "X..20"),
    ("11|12|13|15|16|17", "N6o"), ("20", "N2"), ("235", "X..28"), ("240|241|250|251|400|401|403|7002|7023|90", "X..30"),
    ("242", "N..6"), ("253", "N13c[X..17]"), ("255", "N13c[N..12]"), ("30|37", "N..8"),
    ("(?:31[0-6]|32[0-9]|33[0-7]|34[0-9]|35[0-7]|36[0-9]|395)[0-5]|8005", "N6"), ("390[0-9]|392[0-9]", "N..15"),
    ("391[0-9]|393[0-9]", "N3N..15"), ("394[0-3]|8111", "N4"), ("41[0-7]", "N13c"), ("421", "N3X..9"),
    ("422|424|426", "N3"), ("423|425", "N3[N3][N3][N3][N3]"), ("427|7008", "X..3"), ("4300|4301|4310|4311|4320", "X..35"),
    ("430[2-6]|431[2-6]", "X..70"), ("4307|4317", "X2"), ("4308|4319", "X..30"), ("4309", "N20"), ("4318", "X..20"),
    ("432[1-3]", "N1"), ("4324|4325", "N6oN4"), ("4326|7006", "N6d"), ("433[0-3]", "N6[X1]"), ("7001", "N13"),
    ("7003", "N6dN4"), ("7004", "N..4"), ("7005", "X..12"), ("7007", "N6d[N6d]"), ("7009", "X..10"), ("7010", "X..2"),
    ("7011", "N6d[N4]"), ("703[0-9]", "N3X..27"), ("7040", "N1X3"), ("7041", "X..4"), ("723[0-9]", "X2X..28"),
    ("7241", "N2"), ("7242|8013|8014|8020", "X..25"), ("7250", "N8"), ("7251", "N12"), ("7252", "N1"),
    ("7253|7254|7259", "X..40"), ("7255", "X..10"), ("7256", "X..90"), ("7257", "X..70"), ("7258", "X3"),
    ("8001", "N14"), ("8003", "N14c[X..16]"), ("8004", "X..30"), ("8006|8026", "N14cN4"), ("8007", "X..34"),
    ("8008", "N6dN2[N2][N2]"), ("8009", "X..50"), ("8010", "Y..30"), ("8011", "N..12"), ("8017|8018", "N18c"), ("8019", "N..10"),
    ("8030", "Z..90"), ("8110|8112|8200", "X..70"), ("9[1-9]", "X..90"),
)  # fmt: skip
_PART = re.compile(r"(\[?)([NXYZ])(\.\.)?(\d+)([cdo]?)(\]?)")


def well_formed(ai: str, value: str) -> bool:
    """Is there such an AI, and can it have this value?"""
    parts = _parts(ai)
    found = re.fullmatch("".join(pattern for pattern, _ in parts), value) if parts else None
    if found is None:
        return False
    return all(_true(kind, text) for (_, kind), text in zip(parts, found.groups(), strict=True) if text)


@cache
def _parts(ai: str) -> tuple[tuple[str, str], ...]:
    """(regular expression, what to check) of each part of the AI's format; () for an unknown AI."""
    spec = next((spec for ais, spec in _FORMATS if re.fullmatch(ais, ai)), "")
    return tuple(
        (f"([{_OF[of]}]{{{1 if upto else length},{length}}}){'?' if optional else ''}", kind)
        for optional, of, upto, length, kind, _ in _PART.findall(spec)
    )


def _true(kind: str, text: str) -> bool:
    if kind == "c":
        return check_digit(text[:-1]) == int(text[-1])
    return not kind or _is_date(text, zero_day=kind == "o")


def _is_date(text: str, *, zero_day: bool) -> bool:
    """YYMMDD; which century it is makes no difference, as 1900 is never meant."""
    month, day = int(text[2:4]), int(text[4:])
    return 1 <= month <= 12 and (not zero_day) <= day <= monthrange(2000 + int(text[:2]), month)[1]
