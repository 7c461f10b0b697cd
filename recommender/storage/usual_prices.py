"""Sales: kept beside each price when prices are written, so that no screen waits for a proof.

A store's own row tells of what was charged there, by its own prices and by every store's; the row of every store is for
stores that have no price of their own.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select, update

from recommender.domain.instant import from_ms, to_ms
from recommender.domain.usual_price import LOOKED_AT, OFFER_LASTS, Charged, Sale, Unproved, Usual, sale_of
from recommender.storage.schema import EVERY_STORE, price_history, prices

Key = tuple[str, str]  # (gtin, store_id)
COLUMNS = ("sale_since", "usual_minor", "usual_first", "usual_last", "usual_ends", "unproved")
_LOOKED_BACK = int((LOOKED_AT + OFFER_LASTS).total_seconds() * 1000)  # whatever began earlier is no offer any more
_UPDATE = (
    update(prices)
    .where(prices.c.gtin == bindparam("of_gtin"), prices.c.store_id == bindparam("of_store"))
    .values({name: bindparam(name) for name in COLUMNS})
)


def keep_sales(connection: Connection, told: Collection[Key], earliest: int) -> None:
    """Looks again at the prices that were `told`, of which the first is from `earliest` (ms) on."""
    if not told:
        return
    kept = _kept(connection, {gtin for gtin, _ in told})
    again = [(gtin, store) for gtin, store in kept if (gtin, store) in told or (gtin, EVERY_STORE) in told]
    history = _history(connection, again, earliest - _LOOKED_BACK)
    changed = []
    for gtin, store in again:
        charged = history.get((gtin, store), [])
        if store != EVERY_STORE:  # at the same moment the store's own word counts
            charged = sorted(history.get((gtin, EVERY_STORE), []) + charged, key=lambda one: one.since)
        values = _values(sale_of(charged))
        if values != kept[gtin, store]:
            changed.append({"of_gtin": gtin, "of_store": store} | dict(zip(COLUMNS, values, strict=True)))
    if changed:
        connection.execute(_UPDATE, changed)


def read_sale(values: Sequence[Any]) -> Sale | None:
    """What the columns say, in their order."""
    since, amount, first, last, ends, unproved = values
    if since is None:
        return None
    if amount is None:
        return Sale(from_ms(since), unproved=Unproved(unproved))
    return Sale(from_ms(since), usual=Usual(amount, from_ms(first), from_ms(last), from_ms(ends)))


def _values(sale: Sale | None) -> tuple[Any, ...]:
    if sale is None:
        return (None,) * len(COLUMNS)
    usual = sale.usual
    if usual is None:
        return to_ms(sale.since), None, None, None, None, sale.unproved
    return to_ms(sale.since), usual.amount_minor, to_ms(usual.first), to_ms(usual.last), to_ms(usual.ends), None


def _kept(connection: Connection, gtins: Collection[str]) -> dict[Key, tuple[Any, ...]]:
    columns = [prices.c[name] for name in COLUMNS]
    found = connection.execute(select(prices.c.gtin, prices.c.store_id, *columns).where(prices.c.gtin.in_(gtins)))
    return {(row[0], row[1]): tuple(row[2:]) for row in found}


def _history(connection: Connection, keys: Collection[Key], cut: int) -> dict[Key, list[Charged]]:
    """From the price on that was charged at `cut`; with every store's beside a store's own."""
    p, h, older = prices, price_history, price_history.alias("older")
    same = and_(older.c.gtin == p.c.gtin, older.c.store_id == p.c.store_id, older.c.since <= cut)
    at_cut = select(func.max(older.c.since)).where(same).correlate(p).scalar_subquery()
    query = (
        select(h.c.gtin, h.c.store_id, h.c.since, h.c.amount_minor, h.c.currency, h.c.simulated)
        .join_from(
            p, h, and_(h.c.gtin == p.c.gtin, h.c.store_id == p.c.store_id, h.c.since >= func.coalesce(at_cut, 0))
        )
        .where(p.c.gtin.in_({gtin for gtin, _ in keys}), p.c.store_id.in_({EVERY_STORE, *(store for _, store in keys)}))
        .order_by(h.c.since)
    )
    found: dict[Key, list[Charged]] = {}
    for gtin, store, since, amount, currency, simulated in connection.execute(query):
        found.setdefault((gtin, store), []).append(Charged(since, amount, currency, bool(simulated)))
    return found
