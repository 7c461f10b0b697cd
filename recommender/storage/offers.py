"""Prices and stock: what is true now in one store, by GTIN; an event that comes late never overwrites a newer one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Engine, and_, bindparam, select

from recommender.domain.instant import from_ms
from recommender.domain.product import Offer, Price, Stock
from recommender.storage.rows import add, upsert
from recommender.storage.schema import EVERY_STORE, price_history, prices, products, stock
from recommender.storage.usual_prices import COLUMNS, keep_sales, read_sale

Row = TypeVar("Row", "PriceRow", "StockRow")


PRICE = ("amount_minor", "currency", "since", "simulated", "before_minor", *COLUMNS)
_END = 1 + len(PRICE), 1 + 2 * len(PRICE)
_own, _chain = prices.alias("own"), prices.alias("chain")
_OFFERS = (  # built once: half of the time that 64 offers take
    select(
        products.c.gtin,
        *(_own.c[name] for name in PRICE),
        *(_chain.c[name] for name in PRICE),
        stock.c.quantity, stock.c.as_of, stock.c.simulated, stock.c.next_delivery,
    )
    .join(_own, and_(_own.c.gtin == products.c.gtin, _own.c.store_id == bindparam("store")), isouter=True)
    .join(_chain, and_(_chain.c.gtin == products.c.gtin, _chain.c.store_id == EVERY_STORE), isouter=True)
    .join(stock, and_(stock.c.gtin == products.c.gtin, stock.c.store_id == bindparam("store")), isouter=True)
    .where(products.c.gtin.in_(bindparam("gtins", expanding=True)))
)  # fmt: skip


def offers(engine: Engine, store_id: str, gtins: Sequence[str]) -> dict[str, Offer]:
    """Price and stock of each known product among `gtins`: the newer of the store's own price and every store's."""
    with engine.connect() as connection:
        found = connection.execute(_OFFERS, {"store": store_id, "gtins": list(gtins)}).all()
    return {
        row[0]: Offer(
            row[0], store_id, _newer(_price(row[1 : _END[0]]), _price(row[_END[0] : _END[1]])), _stock(*row[_END[1] :])
        )
        for row in found
    }


@dataclass(frozen=True, slots=True)
class PriceRow:
    gtin: str
    store_id: str
    amount_minor: int
    currency: str
    since: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class StockRow:
    gtin: str
    store_id: str
    quantity: int
    as_of: int
    simulated: bool
    next_delivery: str = ""


def put_prices(connection: Connection, rows: Sequence[PriceRow]) -> list[PriceRow]:
    """Keeps all of them in the history; gives those that are now what a product costs, at most one a product and store."""
    add(connection, price_history, [asdict(row) for row in rows])
    newest = _newest(connection, prices.c.since, rows)
    before = _before(connection, rows) if newest else {}
    told = [asdict(row) | {"before_minor": before[row.gtin, row.store_id]} for row in newest]
    upsert(connection, prices, told, newer="since")
    keep_sales(connection, {(row.gtin, row.store_id) for row in rows}, min((row.since for row in rows), default=0))
    return newest


def _before(connection: Connection, rows: Sequence[PriceRow]) -> dict[tuple[str, str], int | None]:
    """What each product costs before the last change, once these rows are known; the same price told again is no change."""
    c = prices.c
    mine = c.gtin.in_({row.gtin for row in rows}) & c.store_id.in_({row.store_id for row in rows})
    query = select(c.gtin, c.store_id, c.since, c.currency, c.amount_minor, c.before_minor).where(mine)
    now = {(row[0], row[1]): row[2:] for row in connection.execute(query)}
    for row in sorted(rows, key=lambda row: row.since):
        since, currency, amount, before = now.get((row.gtin, row.store_id), (-1, row.currency, row.amount_minor, None))
        if row.since > since:
            if currency != row.currency:
                before = None
            elif amount != row.amount_minor:
                before = amount
            now[row.gtin, row.store_id] = row.since, row.currency, row.amount_minor, before
    return {key: kept[3] for key, kept in now.items()}


def put_stock(connection: Connection, rows: Sequence[StockRow]) -> list[StockRow]:
    """Gives those that are now the level of their product and store, at most one each."""
    newest = _newest(connection, stock.c.as_of, rows)
    upsert(connection, stock, [asdict(row) for row in newest], newer="as_of")
    return newest


def _newest(connection: Connection, time: Column[int], rows: Sequence[Row]) -> list[Row]:
    """The newest of each product and store, if it is newer than what is kept."""
    best: dict[tuple[str, str], Row] = {}
    for row in rows:
        there = best.get((row.gtin, row.store_id))
        if there is None or getattr(row, time.name) > getattr(there, time.name):
            best[row.gtin, row.store_id] = row
    c = time.table.c
    mine = c.gtin.in_({gtin for gtin, _ in best}) & c.store_id.in_({store_id for _, store_id in best})
    kept = (
        {(r[0], r[1]): r[2] for r in connection.execute(select(c.gtin, c.store_id, time).where(mine))} if best else {}
    )
    return [row for key, row in best.items() if getattr(row, time.name) > kept.get(key, -1)]


def _newer(own: Price | None, chain: Price | None) -> Price | None:
    """Of every store's only the price counts then: the sale of the store's own row knows both histories."""
    if own is None or chain is None:
        return own or chain
    newer, older = (chain, own) if chain.since > own.since else (own, chain)
    before = newer.before_minor
    if before is None and older.currency == newer.currency and older.amount_minor != newer.amount_minor:
        before = older.amount_minor
    return replace(newer, before_minor=before, sale=own.sale)


def _price(row: Sequence[Any]) -> Price | None:
    amount, currency, since, simulated, before, *sale = row
    if amount is None:
        return None
    return Price(amount, currency, from_ms(since), bool(simulated), before, read_sale(sale))


def _stock(quantity: int | None, as_of: int, simulated: int, next_delivery: str) -> Stock | None:
    if quantity is None:
        return None
    day = date.fromisoformat(next_delivery) if next_delivery else None
    return Stock(quantity, from_ms(as_of), bool(simulated), day)
