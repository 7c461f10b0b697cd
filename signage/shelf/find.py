"""A product found by hand: a number or words in, its page or a list of products out."""

import re

from flask import Blueprint, Response, redirect, request

from recommender.domain.gtin import BadGtin, to_gtin14
from recommender.domain.product import Product
from recommender.domain.text import as_seen
from signage.shelf import texts, texts_find
from signage.shelf.frame import page, say, url
from signage.shelf.look import Shelf, distinct, law_line, store_asked, store_name
from signage.shelf.nearby import by_distance
from signage.shelf.ports import ShelfPorts

LISTED = 20
LENGTH = 100
FEW = 8  # stores that are listed before anybody asks
CODE = re.compile(r"[0-9]{6,}")  # fewer digits may be part of a name
BETWEEN = re.compile(r"[\s‐-―−ー-]")


def add(routes: Blueprint, ports: ShelfPorts, shelf: Shelf) -> None:
    """`/p?q=<number or words>&s=<store>`."""

    @routes.get("/p")
    def find() -> Response:
        text = as_seen(request.args.get("q", "")[:LENGTH])
        store, code, why = store_asked(ports), BETWEEN.sub("", text), ""
        if CODE.fullmatch(code):
            try:
                gtin = to_gtin14(code)
            except BadGtin as error:
                why = say(texts_find.WHY_BAD_CODE[error.why])
            else:
                if ports.catalog.products([gtin]):
                    return redirect(url("product", gtin=gtin, s=store.store_id), 303)  # type: ignore[return-value]
                why = say(texts_find.NOT_LISTED)
        found: list[Product] = ports.offload(lambda: ports.catalog.search(text, LISTED)) if text and not why else []
        cards = distinct(shelf.cards(store, [product.gtin for product in found]).values())
        heard = texts_find.FIRST if len(found) == LISTED else texts_find.FOUND if cards else texts_find.NONE
        return page(
            "find",
            text=text, why=why, cards=cards, store=store, store_name=store_name(store),
            heard=say(heard, text=text, n=len(cards)) if text and not why else "",
            others=[(one.store_id, store_name(one)) for one, _ in by_distance(store, ports.stores())], few=FEW,
            note=shelf.note(cards, texts.NO_COOKIE), legal=law_line(cards, store),
        )  # fmt: skip
