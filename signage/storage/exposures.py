"""The people of each play in and out: written once, when its window has passed; samples are needed no more after that."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from signage.domain.clock import millis
from signage.domain.exposure import Exposure
from signage.domain.play import Play
from signage.storage.engine import write
from signage.storage.plays import play_of
from signage.storage.schema import exposures as table
from signage.storage.schema import plays

MANY = 500  # ids at a time


class Exposures:
    """The queue is the ledger itself: plays whose people haven't been counted yet."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(self, ended: datetime, limit: int) -> list[tuple[int, Play]]:
        """(row, play) of those that ended by then and aren't measured, by screen and time."""
        query = _unmeasured(ended, plays).order_by(plays.c.screen_id, plays.c.started_at).limit(limit)
        with self._engine.connect() as connection:
            return [(row.id, play_of(row)) for row in connection.execute(query)]

    def complete(self, ended: datetime) -> bool:
        """Is every play measured that ended by then, of those that were told?"""
        with self._engine.connect() as connection:
            return connection.execute(_unmeasured(ended, plays.c.id).limit(1)).first() is None

    def put(self, measured: Mapping[int, tuple[Play, Exposure | None]]) -> None:
        """By the plays' rows; None: there were no samples. Doing it twice is harmless."""
        write(self._engine, lambda connection: _put(connection, measured))

    def between(self, screen_ids: Sequence[str], start: datetime, end: datetime) -> list[tuple[Play, Exposure]]:
        """Measured plays on these screens that started in [start, end), by screen and time."""
        query = (
            select(plays, *(column for column in table.c if column.name not in plays.c))
            .join(table, table.c.play == plays.c.id)
            .where(
                plays.c.screen_id.in_(screen_ids), plays.c.started_at >= millis(start), plays.c.started_at < millis(end)
            )
            .order_by(plays.c.screen_id, plays.c.started_at)
        )
        with self._engine.connect() as connection:
            return [
                (
                    play_of(row),
                    Exposure(
                        row.gross_impressions, row.ots, row.attention_s, row.present, row.present_s, bool(row.simulated)
                    ),
                )
                for row in connection.execute(query)
            ]


def ended_at(play: Play) -> datetime:
    """When its window passed."""
    return play.started_at + timedelta(milliseconds=play.shown_ms)


def _unmeasured(ended: datetime, what: Any) -> Select[Any]:
    over = plays.c.started_at + plays.c.shown_ms <= millis(ended)
    return select(what).where(plays.c.measured == literal_column("0"), over)  # as the index says it, or it isn't used


def _put(connection: Connection, measured: Mapping[int, tuple[Play, Exposure | None]]) -> None:
    insert_into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    rows = [
        asdict(exposure) | {"play": row, "at": millis(play.started_at), "simulated": int(exposure.simulated)}
        for row, (play, exposure) in measured.items()
        if exposure is not None
    ]
    if rows:
        connection.execute(insert_into(table).on_conflict_do_nothing(index_elements=["play"]), rows)
    ids = list(measured)
    for start in range(0, len(ids), MANY):
        connection.execute(update(plays).where(plays.c.id.in_(ids[start : start + MANY])).values(measured=1))
