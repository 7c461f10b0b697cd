"""Coverage: days with faults put in on purpose, told by players that report late, and every missing second's cause."""

import random
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from signage.domain.condition import Condition, Empty, lit, lit_hours
from signage.domain.play import Area, EndedWhy, Play
from signage.proof.coverage import Cause, gaps, hours
from signage.proof.watching import Watching
from signage.storage.conditions import Conditions, Stretch
from signage.storage.writer import GroupWriter
from tests.world import ENTRANCE, START

DAY = datetime(2026, 11, 16, tzinfo=UTC)
OPEN = (DAY + timedelta(hours=1), DAY + timedelta(hours=13))
TAKEOVER = "cmp_takeover"
NEVER = timedelta(days=9)


def play(start: datetime, seconds: float, **changes: object) -> Play:
    made = Play(
        "entrance", str(uuid.uuid4()), 1, "spt", "cmp", "dec", "オーツ週間", "", "etag", start, 10_000, round(seconds * 1000),
        EndedWhy.FINISHED, False, False,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


@dataclass
class Panel:
    """A screen as it really was, second by second, and what of it reached the server."""

    rng: random.Random
    now: datetime = OPEN[0]
    plays: list[Play] = field(default_factory=list)
    told: list[Stretch] = field(default_factory=list)
    truth: list[tuple[datetime, datetime, Cause]] = field(default_factory=list)

    def runs(self, seconds: float) -> None:
        """All is well: plays one after the other, a report at each and the whole stretch in one row."""
        start = self.now
        while self.now < start + timedelta(seconds=seconds):
            length = self.rng.choice([6, 8, 10, 15])
            self.plays.append(play(self.now, length))
            self.now += timedelta(seconds=length + self.rng.uniform(0, 0.3))
        self.tell(start, self.now, Condition.PLAYING)

    def tell(self, start: datetime, end: datetime, condition: Condition, detail: str = "") -> None:
        """A change is reported within a second; the last report of a stretch may be up to 30 s before its end."""
        since = start + timedelta(seconds=self.rng.uniform(0.05, 1))
        self.told.append(
            Stretch("entrance", since, max(since, end - timedelta(seconds=self.rng.uniform(0, 30))), condition, detail)
        )

    def fault(self, cause: Cause, seconds: float) -> None:
        start, end = self.now, self.now + timedelta(seconds=seconds)
        self.truth.append((start, end, cause))
        getattr(self, f"_{cause}")(start, end)
        self.now = end

    def _offline(self, start: datetime, end: datetime) -> None:
        """Switched off at the wall: the server notices after 45 s without an answer."""
        noticed = min(start + timedelta(seconds=45), end)
        self.told.append(Stretch("entrance", noticed, noticed, Condition.LOST))

    def _server(self, start: datetime, end: datetime) -> None:
        self.told.append(Stretch("entrance", start, start, Condition.SERVER))

    def _closed(self, start: datetime, end: datetime) -> None:
        self.told.append(Stretch("entrance", start, start, Condition.CLOSED))

    def _shut_out(self, start: datetime, end: datetime) -> None:
        self.told.append(Stretch("entrance", start, start, Condition.SHUT_OUT))

    def _black(self, start: datetime, end: datetime) -> None:
        """The worst of it: the page goes on telling plays."""
        self._plays_on(start, end)
        self.tell(start, end, Condition.BLACK)

    def _unlit(self, start: datetime, end: datetime) -> None:
        self._plays_on(start, end)
        self.tell(start, end, Condition.UNLIT)

    def _preempted(self, start: datetime, end: datetime) -> None:
        self._plays_on(start, end, **self.rng.choice([{"campaign_id": TAKEOVER}, {"guest": True}]))
        self.tell(start, end, Condition.PLAYING)

    def _cap(self, start: datetime, end: datetime) -> None:
        self.tell(start, end, Condition.EMPTY, Empty.CAP)

    def _not_cached(self, start: datetime, end: datetime) -> None:
        self.tell(start, end, Condition.EMPTY, Empty.NOT_CACHED)

    def _daypart(self, start: datetime, end: datetime) -> None:
        self.tell(start, end, Condition.EMPTY, Empty.DAYPART)

    def _lease_over(self, start: datetime, end: datetime) -> None:
        self.tell(start, end, Condition.EMPTY, Empty.LEASE_OVER)

    def _failed(self, start: datetime, end: datetime) -> None:
        """A creative that can't be decoded: tried again every few seconds, nothing shown."""
        at = start
        while at < end:
            self.plays.append(play(at, 0, why=EndedWhy.FAILED))
            at += timedelta(seconds=20)
        self.tell(start, end, Condition.PLAYING)

    def _nothing(self, start: datetime, end: datetime) -> None:
        self.tell(start, end, Condition.EMPTY)

    def _not_told(self, start: datetime, end: datetime) -> None:
        """It plays, and its plays wait on the device."""
        self.tell(start, end, Condition.PLAYING)

    def _plays_on(self, start: datetime, end: datetime, **changes: object) -> None:
        at = start
        while at < end:
            seconds = min(10.0, (end - at).total_seconds())
            self.plays.append(play(at, seconds, **changes))
            at += timedelta(seconds=seconds)


def a_day(seed: int) -> Panel:
    """Every kind of fault, in any order, each between stretches in which all is well."""
    rng = random.Random(seed)
    panel = Panel(rng)
    causes = list(Cause) * 2
    rng.shuffle(causes)
    for cause in causes:
        panel.runs(rng.uniform(300, 900))
        panel.fault(cause, rng.uniform(120, 700))
    panel.runs((OPEN[1] - panel.now).total_seconds())
    return panel


def test_of_the_injected_faults_at_least_95_percent_of_the_seconds_are_attributed_rightly() -> None:
    right = wrong = 0.0
    for seed in range(5):
        panel = a_day(seed)
        assert len({cause for _, _, cause in panel.truth}) == len(Cause) >= 12
        found = gaps([(OPEN[0], panel.now)], panel.plays, panel.told, {TAKEOVER})
        for start, end, cause in panel.truth:
            rightly = sum(_overlap(start, end, gap.start, gap.end) for gap in found if gap.cause is cause)
            right += rightly
            wrong += (end - start).total_seconds() - rightly
        invented = sum((gap.end - gap.start).total_seconds() for gap in found) - _truly_missing(panel)
        assert abs(invented) <= 0.05 * _truly_missing(panel)
    assert right / (right + wrong) >= 0.95, f"{right / (right + wrong):.4f}"


def test_no_screen_is_healthy_while_black() -> None:
    """Whatever the page claims to have played: of a black hour no more is confirmed than passed before it said so."""
    for cause in (Cause.BLACK, Cause.UNLIT):
        panel = Panel(random.Random(1))
        panel.runs(600)
        began = panel.now
        panel.fault(cause, 3600)
        panel.runs(600)
        found = gaps([(OPEN[0], panel.now)], panel.plays, panel.told)
        dark = sum(
            _overlap(began, began + timedelta(hours=1), gap.start, gap.end) for gap in found if gap.cause is cause
        )
        assert dark >= 3600 - 2


def _overlap(start: datetime, end: datetime, other: datetime, until: datetime) -> float:
    return max(0.0, (min(end, until) - max(start, other)).total_seconds())


def _truly_missing(panel: Panel) -> float:
    return sum((end - start).total_seconds() for start, end, _ in panel.truth)


def test_an_hour_is_confirmed_plus_missing() -> None:
    panel = a_day(7)
    rows = hours([OPEN], gaps([OPEN], panel.plays, panel.told, {TAKEOVER}))
    assert [row.start.hour for row in rows] == list(range(1, 13))
    for row in rows:
        assert row.scheduled_s == 3600
        assert row.confirmed_s + sum(row.missing_s.values()) == pytest.approx(3600)
        assert 0 <= row.confirmed_s <= 3600


def test_nothing_told_is_offline_and_not_healthy() -> None:
    (gap,) = gaps([OPEN], [], [])
    assert (gap.start, gap.end, gap.cause) == (*OPEN, Cause.OFFLINE)


def test_only_the_main_area_covers_a_screen() -> None:
    side = [play(OPEN[0], 43_200, area=Area.SIDE)]
    assert [gap.cause for gap in gaps([OPEN], side, [])] == [Cause.OFFLINE]


def test_plays_that_come_later_fill_the_hole() -> None:
    """An outage through which the screen played on costs nothing once it has told its plays."""
    panel = Panel(random.Random(2))
    panel.runs(600)
    lost, start = Stretch("entrance", panel.now, panel.now, Condition.LOST), panel.now
    panel.told.append(lost)
    panel._plays_on(start, start + timedelta(hours=2), offline=True)
    panel.now = start + timedelta(hours=2)
    panel.runs(600)
    told_until = panel.plays[-1].started_at
    assert gaps([(OPEN[0], told_until)], panel.plays, panel.told) == []


def test_outside_its_hours_a_panel_owes_nothing() -> None:
    """08:00 to 22:00 in Tokyo: 23:00 UTC of the day before to 13:00 UTC."""
    screen = replace(ENTRANCE, lit_from_min=480, lit_until_min=1320)
    assert lit_hours(screen, "Asia/Tokyo", DAY, DAY + timedelta(days=1)) == [
        (DAY, DAY + timedelta(hours=13)), (DAY + timedelta(hours=23), DAY + timedelta(days=1)),
    ]  # fmt: skip
    late = replace(ENTRANCE, lit_from_min=1320, lit_until_min=120)  # over midnight
    assert lit_hours(late, "Asia/Tokyo", DAY, DAY + timedelta(days=1)) == [
        (DAY + timedelta(hours=13), DAY + timedelta(hours=17))
    ]


def test_the_day_the_clock_goes_back_has_an_hour_more() -> None:
    """America/Chicago, 1 November 2026: from 00:00 to 06:00 seven hours pass."""
    screen = replace(ENTRANCE, lit_from_min=0, lit_until_min=360)
    night = datetime(2026, 11, 1, 5, tzinfo=UTC)
    assert lit_hours(screen, "America/Chicago", night, night + timedelta(hours=20)) == [
        (night, night + timedelta(hours=7))
    ]


MOMENTS = st.lists(st.tuples(st.integers(0, 7200), st.integers(0, 900)), max_size=12)


@given(
    MOMENTS,
    st.lists(st.tuples(st.integers(0, 7200), st.integers(0, 900), st.sampled_from(list(Condition))), max_size=12),
)
def test_whatever_was_told_every_second_is_counted_once(
    played: list[tuple[int, int]], told: list[tuple[int, int, Condition]]
) -> None:
    span = (DAY, DAY + timedelta(hours=2))
    stretches = [
        Stretch("entrance", DAY + timedelta(seconds=at), DAY + timedelta(seconds=at + lasts), condition)
        for at, lasts, condition in told
    ]
    found = gaps([span], [play(DAY + timedelta(seconds=at), lasts) for at, lasts in played], stretches)
    assert all(one.end <= two.start for one, two in pairwise(found))
    for row in hours([span], found):
        assert -1e-6 <= row.confirmed_s <= row.scheduled_s == 3600


def test_stretches_are_written_at_their_changes_and_once_a_minute(engine: Engine, writer: GroupWriter) -> None:
    watching, second = Watching(writer), timedelta(seconds=1)
    for at in range(0, 300, 30):
        watching.note("entrance", Condition.PLAYING, "", START + at * second)
    watching.note("entrance", Condition.EMPTY, "cap", START + 300 * second)
    watching.note("entrance", Condition.EMPTY, "cap", START + 330 * second)
    watching.ended("entrance", Condition.CLOSED, START + 340 * second)
    watching.note("entrance", Condition.PLAYING, "", START + 900 * second)
    writer.close()
    kept = Conditions(engine).between(["entrance"], START, START + timedelta(hours=1))
    assert [((one.since - START) // second, (one.until - START) // second, one.condition, one.detail) for one in kept] == [
        (0, 270, Condition.PLAYING, ""), (300, 330, Condition.EMPTY, "cap"), (340, 340, Condition.CLOSED, ""),
        (900, 900, Condition.PLAYING, ""),
    ]  # fmt: skip
    later = Conditions(engine).between(["entrance"], START + timedelta(minutes=8), START + timedelta(minutes=9))
    assert [one.condition for one in later] == [Condition.CLOSED], "what held before still holds"


@pytest.mark.parametrize(
    ("day", "zone"),
    [
        (date(2026, 11, 1), "America/Chicago"),
        (date(2026, 3, 29), "Europe/London"),
        (date(2026, 4, 5), "Australia/Lord_Howe"),
    ],
)
@given(st.integers(0, 1439), st.integers(0, 1439))
def test_on_days_when_clocks_change_panel_hours_are_those_of_every_minute(
    day: date, zone: str, first: int, last: int
) -> None:
    screen = replace(ENTRANCE, lit_from_min=first, lit_until_min=last)
    start = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
    spans = lit_hours(screen, zone, start, end)
    minutes = [start + timedelta(minutes=n) for n in range(0, (end - start) // timedelta(minutes=1))]
    assert [any(one <= at < two for one, two in spans) for at in minutes] == [lit(screen, zone, at) for at in minutes]
    assert all(two < three for (_, two), (three, _) in pairwise(spans))
