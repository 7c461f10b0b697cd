"""番組表 for people: a screen's day, and a campaign's week on all its screens; the rows are decide/timetable's."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l

from signage.decide.timetable import Line, Rest, Slot, Span, day_of, joined, lines, open_times, shared, slots
from signage.domain.campaign import Flight, Spot
from signage.domain.clock import local
from signage.domain.condition import lit_hours
from signage.domain.place import Screen, Store
from signage.storage.users import Role
from signage.web.campaign_summary import aimed_at, sentence
from signage.web.days import YEARS, asked_day
from signage.web.guard import me, needs
from signage.web.language import day as day_words
from signage.web.language import lang
from signage.web.may_run import as_asked
from signage.web.paging import Paged, asked_page
from signage.web.ports import ports
from signage.web.show import zone_of

WEEK = 7
LINES = 50  # campaigns with their hours on a page
MOST_AT_ONCE = 20  # campaigns that are named in a stretch, the strongest first
REST_WORDS = {
    Rest.ALL: _l("The store’s own content alone"), Rest.FILLS: _l("The store’s own content fills the rest"),
    Rest.TURNS: _l("The store’s own content where it is its turn"),
    Rest.NONE: _l("The strongest has the screen to itself"),
}  # fmt: skip


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/timetable", "timetable", timetable)
    pages.add_url_rule("/studio/campaigns/<campaign_id>/timetable", "campaign_timetable", campaign_timetable)


@dataclass(frozen=True, slots=True)
class Face:
    """A store's day as people read it: hours on its wall clock, and bars of thousandths of the day."""

    day: date
    zone: str

    def hours(self, span: Span) -> str:
        start, end = (f"{local(at, self.zone):%H:%M}" for at in span)
        return f"{start}–{'24:00' if end == '00:00' else end}"

    def bar(self, span: Span) -> tuple[int, int]:
        """(where it begins, how long it is)."""
        start, end = day_of(self.day, self.zone)
        first, last = (round(1000 * ((at - start) / (end - start))) for at in span)
        return first, last - first


def ask_for(spans: Sequence[Span], now: datetime, zone: str) -> str | None:
    """The time to ask "why?" for, as an address on the clock of `zone`. None within these spans, for that is now; else when the
    next begins; when all are over, the last minute of the last."""
    if any(start <= now < end for start, end in spans):
        return None
    coming = next((start for start, _end in spans if start > now), None)
    return as_asked(coming or spans[-1][1] - timedelta(minutes=1), zone)


@dataclass(frozen=True, slots=True)
class Group:
    """Screens with the same hours, and these by day: when the campaign may run there while the panel is lit."""

    screens: list[Screen]
    zone: str
    days: tuple[tuple[Span, ...], ...]


@needs(Role.VIEWER)
def timetable() -> str:
    """Of one `screen` (else the first) and `day` (else today): every campaign's hours, then the day in stretches."""
    storage = ports().storage
    screens = storage.screens.screens(me().scope)
    one = next((screen for screen in screens if screen.screen_id == request.args.get("screen")), None)
    one = one or (screens[0] if screens else None)
    store = storage.screens.store(one.store_id) if one else None
    if one is None or store is None:
        return render_template("studio/timetable.html", one=None, screens=[])
    now = ports().clock()
    today = local(now, store.zone).date()
    day = asked_day("day", today)
    scheduled: list[Line] = ports().offload(lambda: _lines(one, store, day))
    made: list[Slot] = ports().offload(lambda: slots(scheduled, one, store.zone, day))
    known = {known.campaign_id: known for known in storage.campaigns.these({line.campaign_id for line in scheduled})}
    everywhere, named = storage.screens.screens(), [line for line in scheduled if line.campaign_id in known]
    paged = Paged(asked_page(), len(named), LINES, anchor="campaigns")
    return render_template(
        "studio/timetable.html", one=one, screens=screens, store=store, day=day, today=today, step=timedelta(days=1),
        lines=[(line, known[line.campaign_id]) for line in named[paged.start :][:LINES]], paged=paged, slots=made,
        names={campaign_id: each.name for campaign_id, each in known.items()},
        mine={each.campaign_id for each in known.values() if me().scope in (None, each.store_id)},
        aimed={key: len(aimed_at(each.targeting, everywhere)) for key, each in known.items() if each.goal_plays},
        rest_words=REST_WORDS, face=Face(day, store.zone), said=day_words(day, lang()), lit=one.lit_from_min != one.lit_until_min,
        most=MOST_AT_ONCE, stores={each.store_id: each for each in storage.screens.stores()},
        now=next((slot for slot in made if slot.start <= now < slot.end), None), at=now, zone_of=zone_of, ask_for=ask_for,
    )  # fmt: skip


@needs(Role.VIEWER)
def campaign_timetable(campaign_id: str) -> str:
    """A week of it from the day `first` on, else from today or the first day of its flight; approved or not."""
    storage = ports().storage
    one = storage.campaigns.get(campaign_id, me().scope)
    screens = storage.screens.screens(one.store_id or None)
    aimed, zone, stores = aimed_at(one.targeting, screens), zone_of(one.store_id), storage.screens.stores()
    first = asked_day("first", _first_day(one.flight, local(ports().clock(), zone).date(), zone))
    days = [first + timedelta(days=n) for n in range(WEEK)]
    spots = storage.inventories.spots_of(one)
    by_id = {store.store_id: store for store in stores}
    groups: list[Group] = ports().offload(lambda: _groups(spots, aimed, by_id, days))
    return render_template(
        "studio/campaign_timetable.html", one=one, days=days, groups=groups, stores=by_id, step=timedelta(days=WEEK),
        sentence=sentence(one, stores, screens, lang(), zone=zone), aimed=aimed, ready=bool(spots),
        said=day_words, Face=Face, at=ports().clock(), zone=zone, ask_for=ask_for,
    )  # fmt: skip


def _lines(one: Screen, store: Store, day: date) -> list[Line]:
    spots = ports().storage.inventories.campaign_spots([store.store_id], day_of(day, store.zone)[0])
    return lines(spots[store.store_id], one, store, ports().country_of(store.zone), day)


def _groups(
    spots: Sequence[Spot], aimed: Sequence[Screen], stores: Mapping[str, Store], days: Sequence[date]
) -> list[Group]:
    """Screens of one clock, shape and panel hours are asked once."""
    asked: dict[Hashable, tuple[tuple[Span, ...], ...]] = {}
    found: dict[tuple[str, tuple[tuple[Span, ...], ...]], list[Screen]] = {}
    for screen in aimed:
        store = stores[screen.store_id]
        key = store.zone, screen.orientation, screen.lit_from_min, screen.lit_until_min
        if key not in asked:
            asked[key] = tuple(_lit(spots, screen, store, day) for day in days)
        found.setdefault((store.zone, asked[key]), []).append(screen)
    return [Group(screens, zone, hours) for (zone, hours), screens in found.items()]


def _lit(spots: Sequence[Spot], screen: Screen, store: Store, day: date) -> tuple[Span, ...]:
    country = ports().country_of(store.zone)
    open_ = joined(span for spot in spots for span in open_times(spot, screen, store, country, day))
    return tuple(shared(open_, lit_hours(screen, store.zone, *day_of(day, store.zone))))


def _first_day(flight: Flight | None, today: date, zone: str) -> date:
    """Today while it lasts or where there is no calendar for it, else the day on which it begins or began."""
    if flight is None:
        return today
    first, last = local(flight.start, zone).date(), local(flight.end, zone).date()
    return today if first <= today <= last or first.year not in YEARS else first
