"""Order lines on their way in: many rows at once, each only once."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import BigInteger, Connection, Engine, Executable, bindparam, func, select, tuple_, type_coerce, update

from recommender.storage.engine import write
from recommender.storage.rows import add
from recommender.storage.schema import order_lines, products

COMPARED = 5_000  # lines looked up at once: two parameters each, of which SQLite takes 32,766
SOLD_BATCH = 10_000  # products counted in one transaction: others may write in between

# order_id, line_id, identifier_id, store_id, ordered_at (ms), gtin (a number), quantity, amount_minor, currency, channel
LineRow = tuple[str, str, int | None, str, int, int, int, int, str, str]


def add_lines(connection: Connection, rows: Sequence[LineRow]) -> int:
    """Inserts the lines that are not there yet (order_id, line_id); gives how many."""
    if not rows:
        return 0
    names = [c.name for c in order_lines.columns]
    if connection.dialect.name == "sqlite":  # five times as fast as building a dictionary a row
        marks = ", ".join("?" * len(names))
        sql = f"INSERT OR IGNORE INTO order_lines ({', '.join(names)}) VALUES ({marks})"
        return connection.exec_driver_sql(sql, list(rows)).rowcount
    values = [dict(zip(names, row, strict=True)) for row in rows]
    return add(connection, order_lines, values)


def differing(connection: Connection, rows: Sequence[LineRow]) -> list[int]:
    """Which of `rows` are there under the same order_id and line_id with other content: their places in `rows`."""
    if connection.dialect.name == "sqlite" and not _any_differs(connection, rows):
        return []
    key = tuple_(order_lines.c.order_id, order_lines.c.line_id)
    columns = [type_coerce(c, BigInteger) if c.name == "gtin" else c for c in order_lines.columns]
    found: list[int] = []
    for first in range(0, len(rows), COMPARED):
        batch = rows[first : first + COMPARED]
        there = {
            (row[0], row[1]): tuple(row)
            for row in connection.execute(select(*columns).where(key.in_([row[:2] for row in batch])))
        }
        found += [first + i for i, row in enumerate(batch) if there[row[:2]] != row]
    return found


def _any_differs(connection: Connection, rows: Sequence[LineRow]) -> bool:
    """Asks row by row in C, much faster than fetching them. Only an update gives a count of many, and this changes
    nothing."""
    names = [c.name for c in order_lines.columns][2:]
    marks = ", ".join(f"?{n}" for n in range(3, 3 + len(names)))
    sql = (
        "UPDATE order_lines SET channel = channel"
        f" WHERE order_id = ?1 AND line_id = ?2 AND ({', '.join(names)}) IS NOT ({marks})"
    )
    return connection.exec_driver_sql(sql, list(rows)).rowcount > 0


def count_sold(engine: Engine) -> None:
    """Counts the lines of every product into `products.sold`, which search sorts by."""
    with engine.connect() as connection:
        counted = select(order_lines.c.gtin, func.count().label("n")).group_by(order_lines.c.gtin).subquery()
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
