"""GS1's resolver: a label's Digital Link in, a redirect to the product's page, or the list of its links, out.

After the GS1-Conformant Resolver Standard 1.2. Links are registered for products and for the lots of which something is
known: another lot, a variant or a serial number is answered by what is above it. They lead to our own pages and nowhere else.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Blueprint, Response, redirect, request, url_for
from jinja2.utils import htmlsafe_json_dumps
from werkzeug.datastructures import MIMEAccept

from recommender.domain.facts import Facts
from recommender.domain.product import Product
from signage.domain.digital_link import OTHER_KEYS, BadLink, DigitalLink, UnknownKey, pairs, parse, parse_other
from signage.domain.epc_binary import decompress
from signage.domain.words import Words
from signage.http import problem
from signage.shelf import product_errors, texts, texts_find
from signage.shelf.frame import message, say
from signage.shelf.linkset import CONTEXT, Link, choose, description, links_of, typed
from signage.shelf.look import known_product, name, store_asked
from signage.shelf.ports import ShelfPorts

LOT = "10"
HTML, PROBLEM, LINKSET = "text/html", "application/problem+json", "application/linkset+json"
JSON, JSON_LD = "application/json", "application/ld+json"
QUERY_SAFE = "/?:@!$&'()*+,;=-._~%"
RESOLVER = frozenset({"digital_link", "other_key", "old_name", "compressed", "gs1resolver"})  # views
FOR_OTHER_SITES = {  # what is said here is public, so their scripts may read it
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Expose-Headers": "Link, Location",
    "Access-Control-Max-Age": "86400",
}


def add(routes: Blueprint, ports: ShelfPorts) -> None:
    """`/01/…` -> 307 to the product's page with the query as it came, or its linkset; 400 and 404 say why."""

    @routes.get("/01/", defaults={"link": ""}, strict_slashes=False)
    @routes.get("/01/<path:link>")
    def digital_link(link: str) -> Response:
        return _resolve(ports, lambda: parse(_as_sent("01", link), _query()))

    @routes.get(f"/<any({', '.join(map(repr, OTHER_KEYS))}):key>/<path:link>")
    def other_key(key: str, link: str) -> Response:
        """A place, a pallet, an asset: nothing is known of them here."""
        return _resolve(ports, lambda: parse_other(key, _as_sent(key, link), _query()))

    @routes.get("/gtin/<path:link>")
    def old_name(link: str) -> Response:
        """GS1 has given up names in the place of numbers."""
        return _bad(link, "name")

    @routes.get("/<any(eh, ex):spelling><binary>")
    def compressed(spelling: str, binary: str) -> Response:
        """A tag's EPC, as hexadecimal or base64url."""
        return _resolve(ports, lambda: decompress(spelling + binary), compressed=True)

    @routes.get("/.well-known/gs1resolver")
    def gs1resolver() -> Response:
        return _json(description(ports.base_url, [store.store_id for store in ports.stores()]), JSON)

    @routes.get("/p/<gtin>/<any(allergens, nutrition, recipe, reviews, notice):part>")
    def product_part(gtin: str, part: str) -> Response:
        """A link of a linkset has no fragment, so that a query can be added to its end."""
        return redirect(_with_query(url_for(".product", gtin=gtin)) + f"#{part}", 307)  # type: ignore[return-value]

    @routes.after_request
    def _open(response: Response) -> Response:
        if (request.endpoint or "").removeprefix(f"{routes.name}.") in RESOLVER:
            response.headers.update(FOR_OTHER_SITES)
            response.vary.update(["Accept", "Accept-Language"])
        return response


def _resolve(ports: ShelfPorts, read: Callable[[], DigitalLink], *, compressed: bool = False) -> Response:
    """What `read` says is on the label, or what is wrong with it. GS1 wants what was `compressed` to be spelt out."""
    try:
        label = read()
    except BadLink as error:
        return _bad(error.code, error.why)
    except UnknownKey:
        return _no_product()
    product = known_product(ports, label.gtin)
    if product is None:
        return _unknown(label.gtin)
    response = _answer(ports, product, ports.catalog.facts(label.gtin, dict(label.qualifiers).get(LOT, "")))
    if compressed:
        response.headers.add("Link", f'<{label.uri(ports.base_url)}>; rel="owl:sameAs"')
    return response


def _answer(ports: ShelfPorts, product: Product, facts: Facts) -> Response:
    """The linkset for whom asks for it, else the link that is asked for, else the default one."""
    links, asked = links_of(product, facts), dict(pairs(_query()))
    kind = asked.get("linkType", "")
    if kind in {"linkset", "all"} or _wants_linkset():
        return _linkset(ports, product, facts, links)
    link = choose(links, kind)
    if link is None:
        return _no_link(facts, links)
    if request.method == "GET" and not _ahead_of_the_shopper():
        ports.scanned(product.gtin, store_asked(ports).store_id)
    store = asked.get("context", "")[:64]
    told = {"s": store} if "s" not in asked and ports.store(store) is not None else {}
    # absolute as in the linkset, unless the phone knows us by another name
    root = ports.base_url if request.host == urlsplit(ports.base_url).netloc else ""
    response = redirect(_with_query(root + _address(facts, link), told), 307)
    uri = _uri(ports, facts)
    response.headers["Link"] = f'<{uri}?linkType=linkset>; rel="linkset"; type="{LINKSET}"'
    return response  # type: ignore[return-value]


def _linkset(ports: ShelfPorts, product: Product, facts: Facts, links: Sequence[Link]) -> Response:
    """As JSON, with the way to read it as JSON-LD, or as a page, which has it inside.

    A lot's links, then those of the product, which is above it.
    """
    levels = [facts, ports.catalog.facts(facts.gtin)] if facts.lot else [facts]
    said = {"linkset": [_level(ports, product, of) for of in levels]}
    wanted = _preferred(LINKSET, JSON, JSON_LD, HTML)
    if wanted == HTML:
        return _page(facts, Words(product.name_ja, product.name_en), 200, links, {"@context": CONTEXT} | said)
    response = _json({"@context": CONTEXT} | said if wanted == JSON_LD else said, wanted)
    response.headers["Link"] = f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="{JSON_LD}"'
    return response


def _level(ports: ShelfPorts, product: Product, facts: Facts) -> dict[str, Any]:
    """The linkset's part on the product, or on one lot of it."""
    links = typed(links_of(product, facts), lambda link: ports.base_url + _address(facts, link))
    return {"anchor": _uri(ports, facts), "itemDescription": name(product)} | links


def _bad(code: str, why: str) -> Response:
    if _for_people():
        return product_errors.bad_code(code, why)
    return problem(400, "bad_digital_link", say(texts_find.WHY_BAD_CODE[why]), {"why": why})


def _unknown(gtin: str) -> Response:
    if _for_people():
        return product_errors.unknown(gtin)
    return problem(404, "product_unknown", say(texts_find.NOT_LISTED), {"gtin": gtin})


def _no_product() -> Response:
    if _for_people():
        return product_errors.no_product()
    return problem(404, "key_unknown", say(texts_find.NO_PRODUCT), {})


def _no_link(facts: Facts, links: Sequence[Link]) -> Response:
    if _for_people():
        return _page(facts, texts.NO_LINK, 404, links)
    return problem(404, "link_unknown", say(texts.NO_LINK), {"gtin": facts.gtin})


def _wants_linkset() -> bool:
    """Is it named, and nothing liked better? A client that names it beside `*/*` means it."""
    likes = _likes()
    return likes[LINKSET] >= likes[HTML] and any(kind == LINKSET and quality for kind, quality in likes)


def _for_people() -> bool:
    return _preferred(PROBLEM, HTML) == HTML


def _preferred(*kinds: str) -> str:
    """What the request likes best, the first of equals. Werkzeug's `best` is what a browser says most exactly instead."""
    likes = _likes()
    return max(kinds, key=lambda kind: likes[kind])


def _likes() -> MIMEAccept:
    """What the request accepts, without parameters: of a charset or a linkset's profile there is only one here."""
    return MIMEAccept([(kind.partition(";")[0].strip(), quality) for kind, quality in request.accept_mimetypes])


def _page(
    facts: Facts, title: Words, status: int, links: Sequence[Link], linked_data: Mapping[str, Any] | None = None
) -> Response:
    """With a button for each link; the default one is the page's, which has its own."""
    actions = [(link.title, _address(facts, link)) for link in links[1:]]
    data = htmlsafe_json_dumps(linked_data, ensure_ascii=False) if linked_data else None
    return message(title, [say(texts.LINKS)], status, code=facts.gtin, actions=actions, linked_data=data)


def _address(facts: Facts, link: Link) -> str:
    """Where the link leads, on this site."""
    lot = facts.lot or None
    if link.part:
        return url_for(".product_part", gtin=facts.gtin, part=link.part, lot=lot)
    return url_for(".product", gtin=facts.gtin, lot=lot)


def _uri(ports: ShelfPorts, facts: Facts) -> str:
    """The Digital Link of what is known: the product's, or the lot's."""
    return DigitalLink(facts.gtin, ((LOT, facts.lot),) if facts.lot else ()).uri(ports.base_url)


def _json(said: dict[str, Any], mimetype: str) -> Response:
    response = Response(json.dumps(said, ensure_ascii=False), mimetype=mimetype)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _query() -> str:
    return request.query_string.decode("latin-1")


def _with_query(address: str, told: Mapping[str, str] = MappingProxyType({})) -> str:
    """What we tell, then all of the query as it came, but for what may not stand in a header."""
    parts = [urlencode(told), quote(request.query_string, safe=QUERY_SAFE)]
    query = "&".join(part for part in parts if part)
    return f"{address}{'&' if '?' in address else '?'}{query}" if query else address


def _as_sent(key: str, decoded: str) -> str:
    """The link as it was sent: WSGI decodes the path, and then a lot with a `/` in it can't be told from two parts."""
    path = request.environ.get("RAW_URI", "").partition("?")[0]
    _, found, link = path.partition(f"/{key}/")
    return link if found else quote(decoded)


def _ahead_of_the_shopper() -> bool:
    """Did the browser fetch this by itself, in case somebody should open it?"""
    said = [request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz")]
    return any("prefetch" in value or "preview" in value for value in said)
