"""Shelf labels: which products, on which paper, in; what will be printed, its PDF and SVG out."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from recommender.domain.gtin import LENGTHS, BadGtin, to_gtin14
from recommender.domain.product import Product
from signage.domain.digital_link import DigitalLink
from signage.domain.errors import Invalid
from signage.domain.place import Store
from signage.domain.price import price_words
from signage.domain.words import Words, second_line
from signage.storage.users import Role
from signage.web.guard import me, needs
from signage.web.label_files import measure, pdf, svg
from signage.web.label_sheets import GRIDS, LEAST_MODULE, Grid, Label, Sheet, lay_out
from signage.web.notice_pages import my_store
from signage.web.ports import ports

MOST = 650  # labels of one file
_FOUND = 200
_SIMULATED = Words("価格は模擬です。", "Prices are simulated.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says. `unknown`: what was typed as a GTIN and is none of ours."""

    store: Store
    grid: Grid
    products: tuple[Product, ...]
    unknown: tuple[str, ...]
    priced: bool
    copies: int
    start: int


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/labels", "labels", labels)
    pages.add_url_rule("/studio/labels.pdf", "labels_pdf", labels_pdf)
    pages.add_url_rule("/studio/labels.svg", "labels_svg", labels_svg)


@needs(Role.VIEWER)
def labels() -> str:
    """The form, and below it what comes of it."""
    stores = [store for store in ports().storage.screens.stores() if me().scope in {None, store.store_id}]
    wanted = _wanted(stores[0].store_id) if stores else None
    sheets = _sheets(wanted) if wanted and wanted.products else []
    module = min((symbol.module for sheet in sheets for symbol in sheet.symbols), default=LEAST_MODULE)
    return render_template(
        "studio/labels.html", stores=stores, wanted=wanted, grids=GRIDS, sheets=len(sheets),
        # every text in it was escaped by svg()
        first=Markup(ports().offload(lambda: svg(sheets[0]))) if sheets else "",
        asked=urlencode(_asked()), small=f"{module:.2f}" if module < LEAST_MODULE else "", least=LEAST_MODULE,
    )  # fmt: skip


@needs(Role.VIEWER)
def labels_pdf() -> Response:
    sheets = _some_sheets()
    return _file(ports().offload(lambda: pdf(sheets, "Shelfcast")), "application/pdf", "labels.pdf")


@needs(Role.VIEWER)
def labels_svg() -> Response:
    """`?page=`: which sheet, from 1."""
    sheets = _some_sheets()
    page = min(_number("page", 1), len(sheets))
    return _file(svg(sheets[page - 1]).encode(), "image/svg+xml", f"labels-{page}.svg")


def _file(content: bytes, mimetype: str, name: str) -> Response:
    return Response(content, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _some_sheets() -> list[Sheet]:
    wanted = _wanted("")
    if not wanted.products:
        raise Invalid(
            "labels_none", "No product was chosen, or none of them is known. Go back and choose some.",
            "商品が選ばれていないか、登録されていません。戻って選び直してください。",
        )  # fmt: skip
    return _sheets(wanted)


def _asked() -> dict[str, str]:
    return {
        name: request.args[name] for name in ("store", "q", "grid", "price", "copies", "start") if name in request.args
    }


def _wanted(store_id: str) -> Wanted:
    """Of the address; another store's login gets NotFound."""
    store = my_store(request.args.get("store", store_id))
    grid = GRIDS.get(_number("grid", 24), GRIDS[24])
    copies, start = max(1, min(_number("copies", 1), grid.places)), min(_number("start", 1), grid.places) - 1
    typed = request.args.get("q", "").replace(",", " ").split()
    if typed and all(len(word) in LENGTHS and word.isdigit() for word in typed):
        found, unknown = _by_gtin(typed[:MOST])
    else:
        found, unknown = tuple(ports().storage.catalog.search(" ".join(typed), _FOUND)), ()
    return Wanted(store, grid, found[: MOST // copies], unknown, "price" in request.args, copies, max(0, start))


def _by_gtin(typed: list[str]) -> tuple[tuple[Product, ...], tuple[str, ...]]:
    gtins = {}
    for word in typed:
        try:
            gtins[word] = to_gtin14(word)
        except BadGtin:
            gtins[word] = ""
    known = ports().storage.catalog.products([gtin for gtin in gtins.values() if gtin])
    unknown = tuple(word for word, gtin in gtins.items() if gtin not in known)
    return tuple(known[gtin] for gtin in dict.fromkeys(gtins.values()) if gtin in known), unknown


def _sheets(wanted: Wanted) -> list[Sheet]:
    """In the language of the store's screens: its shoppers read them."""
    store, language = wanted.store, wanted.store.language
    offers = ports().storage.catalog.offers(store.store_id, [product.gtin for product in wanted.products])
    made, simulated = [], False
    for product in wanted.products:
        offer = offers.get(product.gtin)
        price = offer.price if offer and wanted.priced else None
        simulated |= bool(price and price.simulated)
        uri = DigitalLink(product.gtin).uri(ports().base_url) + "?" + urlencode({"s": store.store_id})
        name = product.name_en if language == "en" else product.name_ja
        said = price_words(price, product.price_kind, language).text if wanted.priced else ""
        made += [
            Label(product.gtin, uri, name, second_line(product.brand, product.size, language, short=True), said)
        ] * wanted.copies
    footer = store.name_en if language == "en" else store.name_ja
    if simulated:
        footer += f"  {_SIMULATED.say(language)}"
    sheets: list[Sheet] = ports().offload(lambda: lay_out(made, wanted.grid, measure, footer, wanted.start))
    return sheets


def _number(name: str, otherwise: int) -> int:
    """A whole number of the address, at least 1."""
    asked = request.args.get(name, "")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 5 else otherwise
