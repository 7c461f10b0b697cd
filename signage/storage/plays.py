"""The ledger of plays: rows in, counters out. Counters are always derived from the rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Insert,
    Select,
    Text,
    and_,
    bindparam,
    case,
    column,
    func,
    insert,
    select,
    values,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Row

from signage.domain.clock import from_millis, millis
from signage.domain.play import Area, EndedWhy, Play
from signage.storage.schema import exposures, refused_plays, stores
from signage.storage.schema import plays as table

_RECENT = (  # built once: deciding asks it for every screen
    select(table.c.spot_id, table.c.started_at, table.c.completed)
    .where(
        table.c.screen_id == bindparam("screen"),
        table.c.started_at >= bindparam("since"),
        table.c.area == str(Area.MAIN),
    )
    .order_by(table.c.started_at)
)
_HOUR = (table.c.started_at // 3_600_000).label("hour")
_LAST = select(func.max(table.c.id))
_OF = and_(
    table.c.campaign_id.in_(bindparam("campaigns", expanding=True)),
    table.c.id <= bindparam("until"),
    table.c.area == str(Area.MAIN),
)
_DELIVERED = (
    select(table.c.campaign_id, _HOUR, func.count())
    .where(_OF, table.c.completed == 1)
    .group_by(table.c.campaign_id, _HOUR)
)
_SINCE = select(table.c.campaign_id, table.c.decision_id, _HOUR, table.c.completed).where(
    _OF, table.c.id > bindparam("row")
)


@dataclass(frozen=True, slots=True)
class Filters:
    """`first` to `last` are days as the stores count them, both included; empty sets mean any."""

    first: date
    last: date
    store_ids: frozenset[str] = frozenset()
    screen_ids: frozenset[str] = frozenset()
    campaign_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Arrived:
    """When a play began on the device and when it was on disk here; `sequence` is the device's own count."""

    sequence: int
    started_at: datetime
    received_at: datetime
    offline: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A play and when it was on disk here."""

    play: Play
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Delivered:
    """A play of a campaign: the decision it came from ("" = a lease), the hour since 1970 in which it began."""

    campaign_id: str
    decision_id: str
    hour: int
    completed: bool


QUARTER_MS = 900_000  # clocks differ by quarters of an hour


@dataclass(frozen=True, slots=True)
class Counted:
    """Plays of one campaign in one area of a screen on one day of its store. `campaign_id` "" is house content.

    The people before `measured` of them, exactly as counted (proof/report hides and rounds); the others add nothing.
    """

    store_id: str
    screen_id: str
    campaign_id: str
    day: date
    started: int
    completed: int
    failed: int
    offline: int
    shown_ms: int
    area: Area = Area.MAIN
    measured: int = 0
    gross_impressions: int = 0
    ots: int = 0
    attention_s: float = 0.0
    simulated: bool = False


def insert_plays(connection: Connection, store_id: str, plays: Sequence[Play], now: datetime) -> frozenset[str]:
    """Add the plays that aren't there yet; returns their ids. Sending again is harmless, at the same time too."""
    received = millis(now)
    rows = [
        {
            "screen_id": play.screen_id, "play_id": play.play_id, "sequence": play.sequence, "store_id": store_id,
            "spot_id": play.spot_id, "campaign_id": play.campaign_id, "decision_id": play.decision_id,
            "creative_name": play.creative_name, "creative_sha256": play.creative_sha256, "manifest": play.manifest,
            "started_at": millis(play.started_at), "expected_ms": play.expected_ms, "shown_ms": play.shown_ms,
            "why": str(play.why), "completed": int(play.completed), "offline": int(play.offline),
            "guest": int(play.guest), "received_at": received, "area": str(play.area),
        }
        for play in plays
    ]  # fmt: skip
    if not rows:
        return frozenset()
    return frozenset(connection.scalars(_insert_new(connection).returning(table.c.play_id), rows))


def insert_refused(connection: Connection, screen_id: str, bodies: Sequence[tuple[str, str]], now: datetime) -> None:
    """Keep (body, why) of records that could not be taken."""
    if bodies:
        rows = [{"screen_id": screen_id, "body": body, "why": why, "received_at": millis(now)} for body, why in bodies]
        connection.execute(insert(refused_plays), rows)


class Plays:
    """Questions to the ledger."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def recent(self, screen_id: str, since: datetime) -> list[tuple[str, datetime, bool]]:
        """(spot id, started, completed) in the screen's main area since then, oldest first."""
        asked = {"screen": screen_id, "since": millis(since)}
        with self._engine.connect() as connection:
            return [(spot, from_millis(at), bool(done)) for spot, at, done in connection.execute(_RECENT, asked)]

    def arrived(self, screen_id: str, since: datetime) -> list[Arrived]:
        """A screen's plays that started since then, oldest first."""
        query = (
            select(table.c.sequence, table.c.started_at, table.c.received_at, table.c.offline)
            .where(table.c.screen_id == screen_id, table.c.started_at >= millis(since))
            .order_by(table.c.started_at)
        )
        with self._engine.connect() as connection:
            return [
                Arrived(sequence, from_millis(started), from_millis(received), bool(offline))
                for sequence, started, received, offline in connection.execute(query)
            ]

    def between(self, screen_ids: Sequence[str], start: datetime, end: datetime) -> list[Play]:
        """Every play on these screens that started in [start, end), by screen and time."""
        return [one.play for one in self.told(screen_ids, start, end)]

    def told(self, screen_ids: Sequence[str], start: datetime, end: datetime) -> list[Told]:
        """The same, each with when it came."""
        query = (
            select(table)
            .where(
                table.c.screen_id.in_(screen_ids), table.c.started_at >= millis(start), table.c.started_at < millis(end)
            )
            .order_by(table.c.screen_id, table.c.started_at)
        )
        with self._engine.connect() as connection:
            return [Told(play_of(row), from_millis(row.received_at)) for row in connection.execute(query)]

    def last(self) -> int:
        """The ledger's newest row; rows are numbered in the order in which they are there to be read. 0 = none."""
        with self._engine.connect() as connection:
            return connection.scalar(_LAST) or 0

    def delivered(self, campaign_ids: Collection[str], until: int) -> list[tuple[str, int, int]]:
        """(campaign, hour since 1970, completed plays) in main areas on any screen, up to that row of the ledger."""
        asked = {"campaigns": list(campaign_ids), "until": until}
        with self._engine.connect() as connection:
            return [(campaign, hour, count) for campaign, hour, count in connection.execute(_DELIVERED, asked)]

    def since(self, row: int, until: int, campaign_ids: Collection[str]) -> list[Delivered]:
        """What these campaigns' spots did in main areas, in the ledger's rows after `row` up to `until`."""
        asked = {"campaigns": list(campaign_ids), "row": row, "until": until}
        with self._engine.connect() as connection:
            return [
                Delivered(campaign, decision, hour, bool(completed))
                for campaign, decision, hour, completed in connection.execute(_SINCE, asked)
            ]

    def report(self, filters: Filters) -> list[Counted]:
        """Counters by screen, campaign, area and store-local day, in order of day, store, screen, campaign, area."""
        with self._engine.connect() as connection:
            zones = connection.execute(select(stores.c.id, stores.c.zone).order_by(stores.c.id)).all()
            rows = [
                Counted(
                    row.store_id, row.screen_id, row.campaign_id, date.fromisoformat(row.day),
                    row.started, row.completed, row.failed, row.offline, row.shown_ms, Area(row.area), row.measured,
                    row.gross_impressions or 0, row.ots or 0, row.attention_s or 0.0, bool(row.simulated),
                )
                for store_id, zone in zones
                if not filters.store_ids or store_id in filters.store_ids
                for row in connection.execute(_report(local_days(store_id, zone, filters.first, filters.last), filters))
            ]  # fmt: skip
        return sorted(rows, key=lambda row: row.day)

    def by_hour(self, filters: Filters) -> dict[int, tuple[int, int]]:
        """(started, completed) plays of main areas by the hour of their store's day."""
        sums: dict[int, tuple[int, int]] = {}
        with self._engine.connect() as connection:
            zones = connection.execute(select(stores.c.id, stores.c.zone).order_by(stores.c.id)).all()
            for store_id, zone in zones:
                if filters.store_ids and store_id not in filters.store_ids:
                    continue
                days, clock = local_days(store_id, zone, filters.first, filters.last), ZoneInfo(zone)
                for row in connection.execute(_by_quarter(store_id, days[0][2], days[-1][3], filters)):
                    hour = from_millis(row.quarter * QUARTER_MS).astimezone(clock).hour
                    started, completed = sums.get(hour, (0, 0))
                    sums[hour] = started + row.started, completed + row.completed
        return sums


def local_days(store_id: str, zone: str, first: date, last: date) -> list[tuple[str, str, int, int]]:
    """(store, ISO day, start ms, end ms) of each local day: 23 or 25 hours long where the clock changes."""
    midnights = [
        millis(datetime.combine(first + timedelta(days=n), time(), ZoneInfo(zone)))
        for n in range((last - first).days + 2)
    ]
    return [
        (store_id, (first + timedelta(days=n)).isoformat(), midnights[n], midnights[n + 1])
        for n in range((last - first).days + 1)
    ]


def _report(bounds: Sequence[tuple[str, str, int, int]], filters: Filters) -> Select[Any]:
    days = (
        values(
            column("store_id", Text), column("day", Text), column("start_ms", BigInteger), column("end_ms", BigInteger)
        )
        .data(list(bounds))
        .cte("days")
    )
    query = (
        select(
            table.c.store_id, table.c.screen_id, table.c.campaign_id, table.c.area, days.c.day,
            func.count().label("started"), func.sum(table.c.completed).label("completed"),
            func.sum(case((table.c.why == str(EndedWhy.FAILED), 1), else_=0)).label("failed"),
            func.sum(table.c.offline).label("offline"), func.sum(table.c.shown_ms).label("shown_ms"),
            func.count(exposures.c.play).label("measured"), func.max(exposures.c.simulated).label("simulated"),
            *(func.sum(exposures.c[name]).label(name) for name in ("gross_impressions", "ots", "attention_s")),
        )
        .outerjoin(exposures, exposures.c.play == table.c.id)
        .join(days, and_(days.c.store_id == table.c.store_id, table.c.started_at >= days.c.start_ms,
                         table.c.started_at < days.c.end_ms))
        .group_by(days.c.day, table.c.store_id, table.c.screen_id, table.c.campaign_id, table.c.area)
        .order_by(table.c.screen_id, table.c.campaign_id, table.c.area)
    )  # fmt: skip
    return _chosen(query, filters)


def _by_quarter(store_id: str, start_ms: int, end_ms: int, filters: Filters) -> Select[Any]:
    quarter = (table.c.started_at // QUARTER_MS).label("quarter")
    query = (
        select(quarter, func.count().label("started"), func.sum(table.c.completed).label("completed"))
        .where(table.c.store_id == store_id, table.c.started_at >= start_ms, table.c.started_at < end_ms)
        .where(table.c.area == str(Area.MAIN))
        .group_by(quarter)
    )
    return _chosen(query, filters)


def _chosen(query: Select[Any], filters: Filters) -> Select[Any]:
    if filters.screen_ids:
        query = query.where(table.c.screen_id.in_(filters.screen_ids))
    if filters.campaign_ids:
        query = query.where(table.c.campaign_id.in_(filters.campaign_ids))
    return query


def _insert_new(connection: Connection) -> Insert:
    insert_into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert_into(table).on_conflict_do_nothing(index_elements=["screen_id", "play_id"])


def play_of(row: Row[Any]) -> Play:
    """A row of the ledger -> what the player said."""
    return Play(
        row.screen_id, row.play_id, row.sequence, row.spot_id, row.campaign_id, row.decision_id, row.creative_name,
        row.creative_sha256, row.manifest, from_millis(row.started_at), row.expected_ms, row.shown_ms, EndedWhy(row.why),
        bool(row.offline), bool(row.guest), Area(row.area),
    )  # fmt: skip
