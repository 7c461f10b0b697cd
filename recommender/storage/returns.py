"""What was taken back of orders: kept as told, and worked out anew whenever an order or a return of it arrives.

So the sequence in which they arrive is irrelevant: `order_lines.returned` follows from the lines and returns there are.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, select, update

from recommender.storage import members
from recommender.storage.rows import add
from recommender.storage.schema import order_lines, products, returns

CHUNK = 500


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One part of a return. `line_id` "" and `gtin` None = any line of the order; `quantity` None = all of it."""

    source: str
    event_id: str
    item: int
    order_id: str
    line_id: str
    gtin: str | None
    quantity: int | None
    at: int
    identifier_id: int | None


def put_returns(connection: Connection, rows: Sequence[ReturnRow]) -> None:
    """Keeps them and takes the lines back that are there; the others will be when they come."""
    add(connection, returns, [asdict(row) for row in rows])
    settle(connection, {row.order_id for row in rows})


def returns_of(connection: Connection, ids: Collection[int]) -> list[ReturnRow]:
    """What came back of these identifiers' orders or was told in their name, oldest first."""
    r, o = returns.c, order_lines.c
    theirs = r.order_id.in_(select(o.order_id).where(o.identifier_id.in_(ids))) | r.identifier_id.in_(ids)
    columns = (r.source, r.event_id, r.item, r.order_id, r.line_id, r.gtin, r.quantity, r.at, r.identifier_id)
    query = select(*columns).where(theirs).order_by(r.at, r.source, r.event_id, r.item)
    return [ReturnRow(*row) for row in connection.execute(query)]


def settle(connection: Connection, order_ids: Collection[str]) -> None:
    """Works out `returned` of these orders' lines; counts products and tells members' numbers where it changes."""
    if not order_ids or connection.execute(select(returns.c.item).limit(1)).first() is None:
        return
    wanted = sorted(order_ids)
    for first in range(0, len(wanted), CHUNK):
        _settle(connection, wanted[first : first + CHUNK])


@dataclass(frozen=True, slots=True)
class _Line:
    order_id: str
    line_id: str
    gtin: str
    quantity: int
    returned: int
    identifier_id: int | None


def _settle(connection: Connection, order_ids: Sequence[str]) -> None:
    r, o = returns.c, order_lines.c
    parts = connection.execute(
        select(r.order_id, r.line_id, r.gtin, r.quantity)
        .where(r.order_id.in_(order_ids))
        .order_by(r.at, r.source, r.event_id, r.item)
    ).all()
    if not parts:
        return
    columns = (o.order_id, o.line_id, o.gtin, o.quantity, o.returned, o.identifier_id)
    theirs = select(*columns).where(o.order_id.in_({part.order_id for part in parts}))
    of: dict[str, list[_Line]] = defaultdict(list)
    for row in connection.execute(theirs.order_by(o.order_id, o.line_id)):
        of[row.order_id].append(_Line(*row))
    left = {(line.order_id, line.line_id): line.quantity for lines in of.values() for line in lines}
    for part in parts:
        rest = part.quantity
        for line in of[part.order_id]:
            if part.line_id in ("", line.line_id) and part.gtin in (None, line.gtin):
                key = (line.order_id, line.line_id)
                taken = left[key] if rest is None else min(left[key], rest)
                left[key] -= taken
                rest = None if rest is None else rest - taken
    _store(connection, {line: left[line.order_id, line.line_id] for lines in of.values() for line in lines})


def _store(connection: Connection, left: dict[_Line, int]) -> None:
    """`left`: how many of each line were not returned."""
    changed = {line: n for line, n in left.items() if line.quantity - n != line.returned}
    if not changed:
        return
    o = order_lines.c
    statement = update(order_lines).where(o.order_id == bindparam("order"), o.line_id == bindparam("line"))
    rows = [{"order": line.order_id, "line": line.line_id, "n": line.quantity - n} for line, n in changed.items()]
    connection.execute(statement.values(returned=bindparam("n")), rows)
    sold = Counter[str]()
    for line, n in changed.items():
        sold[line.gtin] += (n > 0) - (line.quantity > line.returned)
    add_sold(connection, sold)
    members.touch(connection, {line.identifier_id for line in changed if line.identifier_id is not None})


def add_sold(connection: Connection, by_gtin: Counter[str] | Iterable[str]) -> None:
    """So many lines more (or fewer) of each product, into `products.sold`, which search sorts by."""
    changes = [{"key": gtin, "n": n} for gtin, n in Counter(by_gtin).items() if n]
    if changes:
        grown = products.c.sold + bindparam("n")
        connection.execute(update(products).where(products.c.gtin == bindparam("key")).values(sold=grown), changes)
