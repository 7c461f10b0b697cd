"""GS1 Digital Link: what a label's QR holds in, the product and what the label says of it out; and the other way round.

After GS1 Digital Link URI Syntax 1.6. Only GTINs: (01) is the one primary key that a store's labels have.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, unquote_plus

from recommender.domain.gtin import BadGtin, to_gtin14
from signage.domain.application_identifiers import well_formed

KEY = "01"
QUALIFIERS = ("22", "10", "21")  # consumer product variant, lot, serial: in this order, each at most once
CONTROLLED = "235"  # a serial that a third party controls: instead of them
_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")

Pairs = tuple[tuple[str, str], ...]


class BadLink(ValueError):
    """Not a Digital Link of a product. `code` is what was read as the GTIN.

    `why`: BadGtin's, or "encoding" (a % that encodes nothing), "qualifier" (what follows the GTIN), "attribute" (the query).
    """

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code!r}: {why}")
        self.code = code
        self.why = why


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """`qualifiers` narrow the product down, `attributes` describe it: (AI, value) as the label has them, decoded."""

    gtin: str
    qualifiers: Pairs = ()
    attributes: Pairs = ()

    def uri(self, root: str) -> str:
        """The link below `root` (scheme and host), all that is not unreserved percent-encoded."""
        path = "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in ((KEY, self.gtin), *self.qualifiers))
        query = "&".join(f"{ai}={quote(value, safe='')}" for ai, value in self.attributes)
        return f"{root}{path}?{query}" if query else root + path


def parse(path: str, query: str = "") -> DigitalLink:
    """What follows `/01/` and what follows `?`, both still percent-encoded -> the link. Raises BadLink.

    Shorter GTINs, which older labels carry, are accepted too, and one slash at the end.
    """
    code, *rest = [unquote(part) for part in path.removesuffix("/").split("/")]
    try:
        gtin = to_gtin14(code)
    except BadGtin as error:
        raise BadLink(code, error.why) from error
    if _BROKEN.search(path):
        raise BadLink(code, "encoding")
    qualifiers = tuple(zip(rest[::2], rest[1::2], strict=False))
    if len(rest) % 2 or not _in_order([ai for ai, _ in qualifiers]) or not _all_well_formed(qualifiers):
        raise BadLink(code, "qualifier")
    attributes = tuple((key, value) for key, value in pairs(query) if key.isascii() and key.isdigit())
    if not _all_well_formed(attributes) or _misplaced([ai for ai, _ in qualifiers], [ai for ai, _ in attributes]):
        raise BadLink(code, "attribute")
    return DigitalLink(gtin, qualifiers, attributes)


def pairs(query: str) -> Iterator[tuple[str, str]]:
    """(key, value), decoded, of a query whose parts `&` or `;` divides. What has no value is left out."""
    for part in re.split("[&;]", query):
        key, given, value = part.partition("=")
        if given:
            yield unquote_plus(key), unquote_plus(value)


def _in_order(ais: list[str]) -> bool:
    return ais == [CONTROLLED] or ais == [ai for ai in QUALIFIERS if ai in ais]


def _all_well_formed(told: Pairs) -> bool:
    return all(well_formed(ai, value) for ai, value in told)


def _misplaced(in_path: list[str], in_query: list[str]) -> bool:
    """Is an AI told twice, or in the query although the path has a place for it?"""
    place = () if in_path == [CONTROLLED] else QUALIFIERS if in_path else (*QUALIFIERS, CONTROLLED)
    twice = len({KEY, *in_path, *in_query}) < 1 + len(in_path) + len(in_query)
    return twice or not set(place).isdisjoint(in_query)
