"""Prices and stock: what is true now in one store, by GTIN; an event that comes late never overwrites a newer one."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, and_, select

from recommender.domain.instant import from_ms, to_ms
from recommender.domain.product import Offer, Price, Stock
from recommender.storage.rows import add, upsert
from recommender.storage.schema import price_history, prices, products, stock

EVERY_STORE = ""


def offers(engine: Engine, store_id: str, gtins: Sequence[str]) -> dict[str, Offer]:
    """Price and stock of each known product among `gtins`: the newer of the store's own price and every store's."""
    own, chain = prices.alias("own"), prices.alias("chain")
    query = (
        select(
            products.c.gtin,
            own.c.amount_minor, own.c.currency, own.c.since, own.c.simulated,
            chain.c.amount_minor, chain.c.currency, chain.c.since, chain.c.simulated,
            stock.c.quantity, stock.c.as_of, stock.c.simulated,
        )
        .join(own, and_(own.c.gtin == products.c.gtin, own.c.store_id == store_id), isouter=True)
        .join(chain, and_(chain.c.gtin == products.c.gtin, chain.c.store_id == EVERY_STORE), isouter=True)
        .join(stock, and_(stock.c.gtin == products.c.gtin, stock.c.store_id == store_id), isouter=True)
        .where(products.c.gtin.in_(gtins))
    )  # fmt: skip
    with engine.connect() as connection:
        found = connection.execute(query).all()
    return {row[0]: Offer(row[0], store_id, _newer(_price(*row[1:5]), _price(*row[5:9])), _stock(*row[9:12])) for row in found}


def put_price(connection: Connection, gtin: str, store_id: str, price: Price) -> bool:
    """Keeps it in the history; True when it is the newest of that product and store (`store_id` '' = every store)."""
    row = {
        "gtin": gtin,
        "store_id": store_id,
        "since": to_ms(price.since),
        "amount_minor": price.amount_minor,
        "currency": price.currency,
        "simulated": int(price.simulated),
    }
    add(connection, price_history, [row])
    return upsert(connection, prices, [row], newer="since") > 0


def put_stock(connection: Connection, gtin: str, store_id: str, level: Stock) -> bool:
    """True when it is the newest level of that product and store."""
    row = {
        "gtin": gtin,
        "store_id": store_id,
        "quantity": level.quantity,
        "as_of": to_ms(level.as_of),
        "simulated": int(level.simulated),
    }
    return upsert(connection, stock, [row], newer="as_of") > 0


def _newer(own: Price | None, chain: Price | None) -> Price | None:
    if own is None or chain is None:
        return own or chain
    return chain if chain.since > own.since else own


def _price(amount: int | None, currency: str, since: int, simulated: int) -> Price | None:
    return None if amount is None else Price(amount, currency, from_ms(since), bool(simulated))


def _stock(quantity: int | None, as_of: int, simulated: int) -> Stock | None:
    return None if quantity is None else Stock(quantity, from_ms(as_of), bool(simulated))

