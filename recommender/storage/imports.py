"""Import runs and the lines they did not take."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, case, func, insert, select, update

from recommender.storage.schema import identifiers, import_rejects, import_runs, products, stores


@dataclass(frozen=True, slots=True)
class RejectRow:
    line: int
    reason: str
    raw: str


def start_run(connection: Connection, file: str, kind: str, started_at: int) -> int:
    row = insert(import_runs).values(file=file, kind=kind, started_at=started_at)
    return int(connection.execute(row.returning(import_runs.c.id)).scalar_one())


def set_counts(connection: Connection, run_id: int, *, lines: int, added: int, known: int, rejected: int) -> None:
    counts = {"lines": lines, "added": added, "known": known, "rejected": rejected}
    connection.execute(update(import_runs).where(import_runs.c.id == run_id).values(**counts))


def end_run(connection: Connection, run_id: int, ended_at: int) -> None:
    connection.execute(update(import_runs).where(import_runs.c.id == run_id).values(ended_at=ended_at))


def add_rejects(connection: Connection, run_id: int, rows: Sequence[tuple[int, str, str]]) -> None:
    """`rows`: line number, reason, raw text."""
    if rows:
        values = [{"run_id": run_id, "line": line, "reason": reason, "raw": raw} for line, reason, raw in rows]
        connection.execute(insert(import_rejects), values)


@dataclass(frozen=True, slots=True)
class Imported:
    """What the import log says of all runs, and how much of each the database holds."""

    rows_imported: int
    rows_rejected: int
    order_lines: int
    products: int
    households: int
    stores: int


def imported(engine: Engine, namespace: str) -> Imported:
    """`namespace`: of the identifiers that order lines name households by."""
    runs = import_runs.c
    lines = func.coalesce(func.sum(case((runs.kind == "lines", runs.added), else_=0)), 0)
    named = select(func.count()).where(identifiers.c.namespace == namespace)
    counts = (select(func.count()).select_from(products), named, select(func.count()).select_from(stores))
    with engine.connect() as connection:
        added, rejected, ordered = connection.execute(
            select(func.coalesce(func.sum(runs.added), 0), func.coalesce(func.sum(runs.rejected), 0), lines)
        ).one()
        goods, households, places = (int(connection.execute(count).scalar_one()) for count in counts)
    return Imported(int(added), int(rejected), int(ordered), goods, households, places)


def reasons(engine: Engine, run_id: int) -> dict[str, int]:
    """How many lines each reason stopped, most first."""
    r = import_rejects.c
    query = (
        select(r.reason, func.count())
        .where(r.run_id == run_id)
        .group_by(r.reason)
        .order_by(func.count().desc(), r.reason)
    )
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def rejects(engine: Engine, run_id: int, limit: int | None = None) -> list[RejectRow]:
    r = import_rejects.c
    query = select(r.line, r.reason, r.raw).where(r.run_id == run_id).order_by(r.line).limit(limit)
    with engine.connect() as connection:
        return [RejectRow(*row) for row in connection.execute(query)]
