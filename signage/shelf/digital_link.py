"""GS1 Digital Link: the path that a shelf label's QR holds in, the product's GTIN-14 and a redirect to its page out."""

from dataclasses import dataclass
from urllib.parse import quote, unquote

from flask import Blueprint, Response, redirect, request, url_for

from recommender.domain.gtin import BadGtin, to_gtin14
from signage.shelf import product_errors
from signage.shelf.look import known_product, store_asked
from signage.shelf.ports import ShelfPorts

QUALIFIERS = ("22", "10", "21")  # consumer product variant, lot, serial: in this order
LONGEST = 20
SET_82 = frozenset("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
QUERY_SAFE = "/?:@!$&'()*+,;=-._~%"


class BadLink(ValueError):
    """Not a Digital Link of a product. `code` is what was read as the GTIN; `why` is BadGtin's, or "qualifier"."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code!r}: {why}")
        self.code = code
        self.why = why


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """`variant`, `lot` and `serial` are "" when the label doesn't tell them."""

    gtin: str
    variant: str = ""
    lot: str = ""
    serial: str = ""


def parse(path: str) -> DigitalLink:
    """What follows `/01/`, still percent-encoded -> the link. Raises BadLink.

    GS1 Digital Link URI Syntax 1.4: key, then qualifiers 22, 10, 21 in this order, each at most once, with 1 to 20
    characters of GS1's set 82. Shorter GTINs, which older labels carry, are accepted too, and one slash at the end.
    """
    code, *rest = [unquote(part) for part in path.removesuffix("/").split("/")]
    try:
        gtin = to_gtin14(code)
    except BadGtin as error:
        raise BadLink(code, error.why) from error
    keys, values = rest[::2], rest[1::2]
    well_formed = all(0 < len(value) <= LONGEST and SET_82.issuperset(value) for value in values)
    if len(keys) != len(values) or keys != [key for key in QUALIFIERS if key in keys] or not well_formed:
        raise BadLink(code, "qualifier")
    said = dict(zip(keys, values, strict=True))
    return DigitalLink(gtin, *(said.get(key, "") for key in QUALIFIERS))


def add(routes: Blueprint, ports: ShelfPorts) -> None:
    """`/01/…` -> 307 to the product's page with the query as it came; 400 and 404 as pages."""

    @routes.get("/01/<path:link>")
    def digital_link(link: str) -> Response:
        try:
            gtin = parse(_as_sent(link)).gtin
        except BadLink as error:
            return product_errors.bad_code(error.code, error.why)
        if known_product(ports, gtin) is None:
            return product_errors.unknown(gtin)
        if request.method == "GET" and not _ahead_of_the_shopper():
            ports.scanned(gtin, store_asked(ports).store_id)
        place = url_for(".product", gtin=gtin)
        query = quote(request.query_string, safe=QUERY_SAFE)
        return redirect(f"{place}?{query}" if query else place, 307)  # type: ignore[return-value]


def _as_sent(decoded: str) -> str:
    """The link as it was sent: WSGI decodes the path, and then a lot with a `/` in it can't be told from two parts."""
    path = request.environ.get("RAW_URI", "").partition("?")[0]
    _, found, link = path.partition("/01/")
    return link if found else quote(decoded)


def _ahead_of_the_shopper() -> bool:
    """Did the browser fetch this by itself, in case somebody should open it?"""
    said = [request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz")]
    return any("prefetch" in value or "preview" in value for value in said)
