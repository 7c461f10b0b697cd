"""GS1 Digital Link: what a label's QR holds in, the product and what the label says of it out; and the other way round.

After GS1 Digital Link URI Syntax 1.7. Only GTINs: (01) is the one primary key that a store's labels have. Of the others it
is said whether they are well formed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import quote, unquote, unquote_plus

from recommender.domain.gtin import BadGtin, to_gtin14
from signage.domain.application_identifiers import well_formed

KEY = "01"
QUALIFIERS = ("22", "10", "21")  # consumer product variant, lot, serial: in this order, each at most once
CONTROLLED = ("235",)  # a serial that a third party controls: instead of them
OTHER_KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = {  # and what may follow each
    **dict.fromkeys(("00", "253", "255", "401", "402", "410", "411", "412", "413", "8003", "8013"), ()),
    "414": (("254",), ("7040",)), "415": (("8020",),), "417": (("7040",),), "8004": (("7040",),),
    "8006": (QUALIFIERS,), "8010": (("8011",),), "8017": (("8019",),), "8018": (("8019",),),
}  # fmt: skip
NO_ATTRIBUTES = frozenset({"03", "21", "22", "235", "254", "7040", "7041", "8011", "8014", "8019", "8020", "8200"})
_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")

Pairs = tuple[tuple[str, str], ...]


class BadLink(ValueError):
    """Not a Digital Link of a product. `code` is what was read as the GTIN.

    `why`: BadGtin's, or "key" (another key's value), "encoding" (a % that encodes nothing), "qualifier" (what follows the
    code), "attribute" (the query), "compressed" (no EPC of a product).
    """

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code!r}: {why}")
        self.code = code
        self.why = why


class UnknownKey(Exception):
    """A right Digital Link, but of something that is no product."""


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
    code, *_ = parts = _parts(path)
    try:
        gtin = to_gtin14(code)
    except BadGtin as error:
        raise BadLink(code, "length" if not code else error.why) from error
    return DigitalLink(gtin, *_told(path, query, parts, KEY, (QUALIFIERS, CONTROLLED)))


def parse_other(key: str, path: str, query: str = "") -> NoReturn:
    """What follows another key of OTHER_KEYS. Raises BadLink, and UnknownKey if it is right."""
    code, *_ = parts = _parts(path)
    _told(path, query, parts, key, OTHER_KEYS[key])
    if not well_formed(key, code):
        raise BadLink(code, "key")
    raise UnknownKey(key)


def _parts(path: str) -> list[str]:
    return [unquote(part) for part in path.removesuffix("/").split("/")]


def _told(
    path: str, query: str, parts: list[str], key: str, orders: tuple[tuple[str, ...], ...]
) -> tuple[Pairs, Pairs]:
    """Qualifiers, in one of the `orders` that the key has, and attributes. Raises BadLink."""
    code, *rest = parts
    if _BROKEN.search(path):
        raise BadLink(code, "encoding")
    qualifiers = tuple(zip(rest[::2], rest[1::2], strict=False))
    in_path = [ai for ai, _ in qualifiers]
    order = next((order for order in orders if in_path == [ai for ai in order if ai in in_path]), ())
    if len(rest) % 2 or (in_path and not order) or not _all_well_formed(qualifiers):
        raise BadLink(code, "qualifier")
    attributes = tuple((name, value) for name, value in pairs(query) if name.isascii() and name.isdigit())
    in_query = [ai for ai, _ in attributes]
    twice = len({key, *in_path, *in_query}) < 1 + len(in_path) + len(in_query)
    misplaced = not NO_ATTRIBUTES.union(order).isdisjoint(in_query)
    if twice or misplaced or not _all_well_formed(attributes):
        raise BadLink(code, "attribute")
    return qualifiers, attributes


def pairs(query: str) -> Iterator[tuple[str, str]]:
    """(key, value), decoded, of a query whose parts `&` or `;` divides. What has no value is left out."""
    for part in re.split("[&;]", query):
        key, given, value = part.partition("=")
        if given:
            yield unquote_plus(key), unquote_plus(value)


def _all_well_formed(told: Pairs) -> bool:
    return all(well_formed(ai, value) for ai, value in told)
