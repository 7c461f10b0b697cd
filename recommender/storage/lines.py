"""Order lines on their way in: many rows at once, each only once."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Executable,
    bindparam,
    func,
    select,
    tuple_,
    type_coerce,
    update,
)

from recommender.storage import members, returns
from recommender.storage.engine import write
from recommender.storage.rows import add
from recommender.storage.schema import order_lines, products

COMPARED = 5_000  # lines looked up at once: two parameters each, of which SQLite takes 32,766
SOLD_BATCH = 10_000  # products counted in one transaction: others may write in between

# order_id, line_id, identifier_id, store_id, ordered_at (ms), gtin (a number), quantity, amount_minor, currency, channel
TOLD = tuple(c.name for c in order_lines.columns if c.name != "returned")
LineRow = tuple[str, str, int | None, str, int, int, int, int, str, str]


def add_lines(connection: Connection, rows: Sequence[LineRow]) -> int:
    """Inserts the lines that are not there yet (order_id, line_id); gives how many. What was taken back of them already
    is taken back."""
    if not rows:
        return 0
    added = _insert(connection, rows)
    if added:
        members.touch(connection, {row[2] for row in rows if row[2] is not None})
        returns.settle(connection, {row[0] for row in rows})
    return added


def _insert(connection: Connection, rows: Sequence[LineRow]) -> int:
    if connection.dialect.name == "sqlite":  # five times as fast as building a dictionary a row
        marks = ", ".join("?" * len(TOLD))
        sql = f"INSERT OR IGNORE INTO order_lines ({', '.join(TOLD)}) VALUES ({marks})"
        return connection.exec_driver_sql(sql, list(rows)).rowcount
    values = [dict(zip(TOLD, row, strict=True)) for row in rows]
    return add(connection, order_lines, values)


def differing(connection: Connection, rows: Sequence[LineRow]) -> list[int]:
    """Which of `rows` are there under the same order_id and line_id with other content: their places in `rows`."""
    if connection.dialect.name == "sqlite" and not _any_differs(connection, rows):
        return []
    key = tuple_(order_lines.c.order_id, order_lines.c.line_id)
    found: list[int] = []
    for first in range(0, len(rows), COMPARED):
        batch = rows[first : first + COMPARED]
        there = {
            (row[0], row[1]): tuple(row)
            for row in connection.execute(select(*_told()).where(key.in_([row[:2] for row in batch])))
        }
        found += [first + i for i, row in enumerate(batch) if there[row[:2]] != row]
    return found


def of_orders(connection: Connection, order_ids: Collection[str]) -> dict[str, dict[str, LineRow]]:
    """order_id -> line_id -> the line as it is kept, of those orders that are known."""
    wanted, found = sorted(order_ids), dict[str, dict[str, LineRow]]()
    for first in range(0, len(wanted), COMPARED):
        mine = order_lines.c.order_id.in_(wanted[first : first + COMPARED])
        for row in connection.execute(select(*_told()).where(mine)):
            found.setdefault(row[0], {})[row[1]] = tuple(row)
    return found


def _told() -> list[ColumnElement[Any]]:
    """The columns of a LineRow."""
    return [type_coerce(order_lines.c[n], BigInteger) if n == "gtin" else order_lines.c[n] for n in TOLD]


def _any_differs(connection: Connection, rows: Sequence[LineRow]) -> bool:
    """Asks row by row in C, much faster than fetching them. Only an update gives a count of many, and this changes
    nothing."""
    names = TOLD[2:]
    marks = ", ".join(f"?{n}" for n in range(3, 3 + len(names)))
    sql = (
        "UPDATE order_lines SET channel = channel"
        f" WHERE order_id = ?1 AND line_id = ?2 AND ({', '.join(names)}) IS NOT ({marks})"
    )
    return connection.exec_driver_sql(sql, list(rows)).rowcount > 0


def count_sold(engine: Engine) -> None:
    """Counts the lines (but those returned) of every product into `products.sold`, which search sorts by."""
    with engine.connect() as connection:
        o = order_lines.c
        lines = select(o.gtin, func.count().label("n")).where(o.quantity > o.returned)
        counted = lines.group_by(o.gtin).subquery()
        stale = (
            select(products.c.gtin, func.coalesce(counted.c.n, 0))
            .join(counted, counted.c.gtin == products.c.gtin, isouter=True)
            .where(products.c.sold != func.coalesce(counted.c.n, 0))
        )
        changes = [{"key": row[0], "n": row[1]} for row in connection.execute(stale)]
    change = update(products).where(products.c.gtin == bindparam("key")).values(sold=bindparam("n"))
    for first in range(0, len(changes), SOLD_BATCH):
        batch = changes[first : first + SOLD_BATCH]
        write(engine, partial(_execute, change, batch))


def _execute(statement: Executable, rows: list[dict[str, object]], connection: Connection) -> None:
    connection.execute(statement, rows)
