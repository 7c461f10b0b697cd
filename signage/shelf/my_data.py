"""The member's own data on their phone: picks, consents, purchases, a copy of everything, and erasure."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime

from flask import Blueprint, Response, make_response, redirect, request

from recommender.domain.member import Account, BoughtLine, Purpose
from recommender.domain.product import Price, PriceKind
from signage.domain.clock import local
from signage.domain.errors import Invalid
from signage.domain.price import price_words
from signage.domain.words import private
from signage.shelf import session, texts
from signage.shelf.frame import day, lang, message, page, say, url
from signage.shelf.look import Shelf, distinct, item_number, law_line, name, store_asked, store_name
from signage.shelf.ports import ShelfPorts

PICKS = 12


def add(routes: Blueprint, ports: ShelfPorts, shelf: Shelf) -> None:
    """`/me/picks`, `/me/data`, `/me/consent`, `/me/export.json`, `/me/erase`, `/me/erased`."""

    @routes.get("/me/picks")
    def picks() -> Response:
        return session.for_member(ports, lambda secret: _picks(ports, shelf, secret))

    @routes.get("/me/data")
    def data() -> Response:
        return session.for_member(ports, lambda secret: _data(ports, secret))

    @routes.post("/me/consent")
    def consent() -> Response:
        return session.for_member(ports, lambda secret: _consent(ports, secret))

    @routes.get("/me/export.json")
    def export() -> Response:
        return session.for_member(ports, lambda secret: _export(ports, secret))

    @routes.get("/me/erase")
    def erasure() -> Response:
        return session.for_member(ports, lambda secret: _ask_to_erase(ports, secret))

    @routes.get("/me/erased")
    def erased() -> Response:
        """To a phone that has been signed out by it; one that hasn't would be told what isn't so."""
        if session.secret():
            return redirect(url("me"), 303)  # type: ignore[return-value]
        return message(texts.ERASED, [say(texts.ERASED_TEXT)], 200, actions=[(texts.HOW_TO, url("me"))])

    @routes.post("/me/erase")
    def erase() -> Response:
        return session.for_member(ports, lambda secret: _erase(ports, secret))


def _picks(ports: ShelfPorts, shelf: Shelf, secret: str) -> Response:
    store = store_asked(ports)
    scored = ports.personal.picks(secret, store.store_id, ports.clock(), PICKS)
    found = shelf.cards(store, [item.gtin for item in scored])
    cards = distinct(replace(found[s.gtin], reason=private(s.reason, lang())) for s in scored if s.gtin in found)
    return page(
        "picks",
        cards=cards, note=shelf.note(cards), legal=law_line(cards, store),
        agreed=_granted(ports.personal.account(secret), Purpose.RECOMMEND_PHONE),
        store=store, store_name=store_name(store),
        others=[(other.store_id, store_name(other)) for other in ports.stores() if other != store],
    )  # fmt: skip


def _data(ports: ShelfPorts, secret: str) -> Response:
    account = ports.personal.account(secret)
    newest = {consent.purpose: consent for consent in account.consents}
    return page(
        "data",
        consents=[(purpose, newest.get(purpose)) for purpose in Purpose],
        agreed_on={purpose: day(_here(ports, consent.at)) for purpose, consent in newest.items()},
        since=day(account.since) if account.since else "", total=account.lines_total,
        lines=_lines(ports, account.recent), note=_note(ports, account.recent), form=session.form_token(secret),
        done=texts.DONE.get(request.args.get("done", "")),
    )  # fmt: skip


def _lines(ports: ShelfPorts, bought: tuple[BoughtLine, ...]) -> list[tuple[str, str, str]]:
    """(what, when and where and how many, how much) of each order line. Two products of one name carry their numbers."""
    products = ports.catalog.products(list({line.gtin for line in bought}))
    names = Counter(name(product) for product in products.values())
    rows = []
    for line in bought:
        product, number = products.get(line.gtin), item_number(line.gtin)
        what = name(product) if product else say(texts.UNKNOWN_PRODUCT, last=number)
        if names[what] > 1:
            what += (" · " if lang() == "en" else "・") + say(texts.ITEM_NUMBER, last=number)
        store = ports.store(line.store_id)
        where = say(texts.ONLINE) if line.channel == "online" else store_name(store) if store else ""
        amount = price_words(Price(line.amount_minor, line.currency, ports.clock()), PriceKind.EACH, lang())
        parts = (day(line.ordered_on), where, say(texts.QUANTITY, n=line.quantity))
        rows.append((what, " · ".join(part for part in parts if part), replace(amount, tax="").text))
    return rows


def _note(ports: ShelfPorts, bought: tuple[BoughtLine, ...]) -> str:
    """Said once below the list: in the demo, which purchases were online is made up."""
    return say(texts.ONLINE_SIMULATED) if ports.demo and any(line.channel == "online" for line in bought) else ""


def _consent(ports: ShelfPorts, secret: str) -> Response:
    session.check_form(secret)
    try:
        purpose = Purpose(request.form.get("purpose", ""))
    except ValueError as error:
        raise Invalid("unknown_purpose", "There is no such purpose.", "この目的はありません。") from error
    ports.personal.consent(secret, purpose, request.form.get("granted") == "yes", ports.clock())
    return redirect(url("data", done="saved"), 303)  # type: ignore[return-value]


def _export(ports: ShelfPorts, secret: str) -> Response:
    response = make_response(json.dumps(ports.personal.export(secret), ensure_ascii=False, indent=1))
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _ask_to_erase(ports: ShelfPorts, secret: str) -> Response:
    ports.personal.account(secret)  # is this session still good?
    return page("erase", form=session.form_token(secret), sure=True)


def _erase(ports: ShelfPorts, secret: str) -> Response:
    session.check_form(secret)
    if request.form.get("sure") != "yes":
        return page("erase", 400, form=session.form_token(secret), sure=False)
    ports.personal.erase(secret, ports.clock())
    return session.drop(redirect(url("erased"), 303))  # type: ignore[arg-type]


def _granted(account: Account, purpose: Purpose) -> bool:
    return any(consent.granted for consent in account.consents if consent.purpose is purpose)


def _here(ports: ShelfPorts, at: datetime) -> date:
    """The day on the wall of the first store: a member has no zone."""
    first = next(iter(ports.stores()), None)
    return local(at, first.zone if first else "UTC").date()
