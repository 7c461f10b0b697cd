"""Import runs and the lines they did not take."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, insert, select, update

from recommender.storage.schema import import_rejects, import_runs


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
