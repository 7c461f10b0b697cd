"""Five minutes before a screen: sums over its samples out, rounded cells in and out. Cells outlive the samples."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, and_, case, func, select
from sqlalchemy.dialects import postgresql, sqlite

from signage.domain.audience import AudienceSource
from signage.domain.clock import from_millis, millis
from signage.storage.engine import write
from signage.storage.schema import audience_cells as table
from signage.storage.schema import audience_samples as samples

LENGTH = timedelta(minutes=5)
LENGTH_MS = LENGTH // timedelta(milliseconds=1)
QUARTER_MS = 3 * LENGTH_MS  # every time zone is off by whole quarters of an hour


@dataclass(frozen=True, slots=True)
class Sums:
    """Exact, and never kept. `people`: present at the first sample + arrived after it; `…_s` are person-seconds.

    `sampled_s`: seconds of the five minutes that have a sample. `simulated`: some of the people were made up.
    """

    screen_id: str
    at: datetime
    sampled_s: int
    people: int
    present_s: int
    attention_s: float
    simulated: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What is kept of `Sums`: None where too few people were there, rounded elsewhere."""

    screen_id: str
    at: datetime
    sampled_s: int
    people: int | None
    present_s: int | None
    attention_s: int | None
    simulated: bool


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of an hour of several screens: people in the cells that may be told, and how many may not."""

    at: datetime
    people: int
    hidden: int
    simulated: bool


class Cells:
    """Questions to the cells, and the samples that they are made of."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sums(self, screen_id: str, until: datetime) -> list[Sums]:
        """Of each five minutes after the screen's last cell that were over by `until` (a multiple of five minutes)."""
        with self._engine.connect() as connection:
            last = connection.scalar(select(func.max(table.c.at)).where(table.c.screen_id == screen_id))
            start = 0 if last is None else last + LENGTH_MS
            return _sums(connection, screen_id, start, millis(until))

    def put(self, cells: Sequence[Cell]) -> None:
        """Keep them; those that are there already stay as they are."""

        def work(connection: Connection) -> None:
            insert_into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            rows = [asdict(cell) | {"at": millis(cell.at), "simulated": int(cell.simulated)} for cell in cells]
            connection.execute(insert_into(table).on_conflict_do_nothing(), rows)

        write(self._engine, work)

    def quarters(self, screen_ids: Sequence[str], start: datetime, end: datetime) -> list[Quarter]:
        """What these screens' cells say of each quarter of an hour of [start, end), in their order."""
        slot = table.c.at // QUARTER_MS
        query = (
            select(
                slot.label("slot"), func.sum(table.c.people).label("people"), func.max(table.c.simulated).label("simulated"),
                (func.count() - func.count(table.c.people)).label("hidden"),
            )
            .where(table.c.screen_id.in_(screen_ids), table.c.at >= millis(start), table.c.at < millis(end))
            .group_by(slot)
            .order_by(slot)
        )  # fmt: skip
        with self._engine.connect() as connection:
            return [
                Quarter(from_millis(row.slot * QUARTER_MS), int(row.people or 0), row.hidden, bool(row.simulated))
                for row in connection.execute(query)
            ]


def _sums(connection: Connection, screen_id: str, start_ms: int, end_ms: int) -> list[Sums]:
    made_up = case((samples.c.source == str(AudienceSource.SIMULATED), 1), else_=0)
    slot = samples.c.at // LENGTH_MS
    over = (
        select(
            slot.label("slot"), func.min(samples.c.at).label("first"), func.count().label("sampled_s"),
            func.max(made_up).label("simulated"),
            *(func.sum(samples.c[name]).label(name) for name in ("arrived", "present", "attention_s")),
        )
        .where(samples.c.screen_id == screen_id, samples.c.at >= start_ms, samples.c.at < end_ms)
        .group_by(slot)
        .subquery()
    )  # fmt: skip
    first = and_(samples.c.screen_id == screen_id, samples.c.at == over.c.first)
    found = select(over, samples.c.present.label("began"), samples.c.arrived.label("came")).join(samples, first)
    return [
        Sums(
            screen_id, from_millis(row.slot * LENGTH_MS), row.sampled_s, row.began + row.arrived - row.came, row.present,
            row.attention_s, bool(row.simulated),
        )
        for row in connection.execute(found.order_by(over.c.slot))
    ]  # fmt: skip
