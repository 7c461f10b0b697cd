"""Orders and what was taken back of them, told as events -> the rows that an import of order lines makes."""

from collections.abc import Collection, Iterator, Sequence

from recommender.domain.event import (
    Event,
    ItemVoided,
    LeftOut,
    OrderCancelled,
    OrderCompleted,
    OrderRefunded,
    PartlyRecorded,
    RefusedEvent,
    ReturnedProduct,
)
from recommender.domain.gtin import BadGtin, to_gtin14
from recommender.domain.instant import to_ms
from recommender.domain.money import is_currency
from recommender.domain.order import AMOUNT_LIMIT, ID_LENGTH, QUANTITY_LIMIT
from recommender.storage import lines
from recommender.storage.engine import Connection
from recommender.storage.lines import LineRow
from recommender.storage.returns import ReturnRow, add_sold

Returned = OrderRefunded | OrderCancelled | ItemVoided
Bought = tuple[Event, OrderCompleted, int | None]  # with the buyer's identifier
DIFFERS = "differs from the line that is known"


def check_order(order: OrderCompleted) -> None:
    """Raises RefusedEvent for what can't have been bought. Unknown products are another matter: see `store`."""
    _check_id(order.order_id, "order_id")
    _check_id(order.store_id, "store_id")
    _check_id(order.channel, "channel", blank=True)
    _need(is_currency(order.currency), "the currency is not three capital letters of ISO 4217")
    _need(bool(order.products), "an order has at least one line")
    for product in order.products:
        _check_id(product.line_id, "line_id")
        of = f"line {product.line_id}: "
        _need(product.quantity > 0, of + "a quantity is 1 or more; what came back is told as Order Refunded")
        _need(product.amount_minor >= 0, of + "an amount is 0 or more")
        _need(
            product.quantity < QUANTITY_LIMIT and product.amount_minor < AMOUNT_LIMIT,
            of + "too large to have been sold",
        )
    _need(
        len({product.line_id for product in order.products}) == len(order.products), "two lines have the same line_id"
    )


def check_return(told: Returned) -> None:
    """Raises RefusedEvent for what can't be taken back of any order."""
    _check_id(told.order_id, "order_id")
    for part in _parts(told):
        _check_id(part.line_id, "line_id", blank=True)
        _need(part.quantity is None or 0 < part.quantity < QUANTITY_LIMIT, "a returned quantity is 1 or more")
        if part.line_id or _whole(told):
            continue
        try:
            to_gtin14(part.gtin)
        except BadGtin as bad:
            raise RefusedEvent(f"neither a line_id nor a GTIN ({bad.why})") from None


def return_rows(event: Event, told: Returned, identifier_id: int | None) -> list[ReturnRow]:
    return [
        ReturnRow(
            event.source, event.event_id, item, told.order_id, part.line_id, part.gtin or None, part.quantity,
            to_ms(event.at), identifier_id,
        )
        for item, part in enumerate(_parts(told))
    ]  # fmt: skip


def store(
    connection: Connection, bought: Sequence[Bought], known: Collection[str]
) -> Iterator[PartlyRecorded | RefusedEvent | None]:
    """One answer for each order in their sequence, None = all of it was taken or there already."""
    there = lines.of_orders(connection, {order.order_id for _, order, _ in bought})
    fresh: list[LineRow] = []
    for event, order, buyer in bought:
        of_order = there.setdefault(order.order_id, {})
        before = next(iter(of_order.values()), None)
        if before is not None and before[2] != buyer:
            yield RefusedEvent("the order is known as somebody else's")
            continue
        if before is not None and before[8] != order.currency:
            yield RefusedEvent("the order is known in another currency")
            continue
        rows, left_out = _rows(event, order, buyer, known)
        for row in rows:
            same = of_order.setdefault(row[1], row)
            if same is row:
                fresh.append(row)
            elif same != row:
                left_out.append(LeftOut(row[1], DIFFERS))
        if not rows:
            yield RefusedEvent("no line is of a known product")
        else:
            yield PartlyRecorded(tuple(left_out)) if left_out else None
    lines.add_lines(connection, fresh)
    add_sold(connection, [f"{row[5]:014d}" for row in fresh])


def _rows(
    event: Event, order: OrderCompleted, buyer: int | None, known: Collection[str]
) -> tuple[list[LineRow], list[LeftOut]]:
    rows, left_out, at = list[LineRow](), list[LeftOut](), to_ms(event.at)
    for p in order.products:
        if p.gtin in known:
            what = (int(p.gtin), p.quantity, p.amount_minor, order.currency, order.channel)
            rows.append((order.order_id, p.line_id, buyer, order.store_id, at, *what))
        else:
            left_out.append(LeftOut(p.line_id, "unknown product"))
    return rows, left_out


def _whole(told: Returned) -> bool:
    """Is it the whole order that came back?"""
    return isinstance(told, OrderCancelled) or (isinstance(told, OrderRefunded) and not told.products)


def _parts(told: Returned) -> Sequence[ReturnedProduct]:
    """The whole order is one part without a line and a product."""
    if _whole(told):
        return [ReturnedProduct("", "")]
    if isinstance(told, ItemVoided):
        return [ReturnedProduct(told.line_id, told.gtin, told.quantity)]
    return told.products if isinstance(told, OrderRefunded) else ()


def _check_id(text: str, name: str, *, blank: bool = False) -> None:
    """As the importer takes them."""
    _need(bool(text) or blank, f"{name} is blank")
    _need(
        len(text) <= ID_LENGTH and text.isprintable(), f"{name} is longer than {ID_LENGTH} characters or not printable"
    )


def _need(true: bool, otherwise: str) -> None:
    if not true:
        raise RefusedEvent(otherwise)
