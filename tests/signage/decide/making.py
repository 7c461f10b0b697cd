"""Spots and contexts for the tests of deciding: plain ones by name, and hypothesis strategies for all of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from signage.domain.audience import AudienceClass
from signage.domain.campaign import (
    Daypart,
    Distance,
    Flight,
    Inventory,
    Level,
    OnHolidays,
    Restriction,
    Spot,
    Targeting,
)
from signage.domain.content import Card, Media, MediaKind, Template
from signage.domain.decision import Context, Pace
from signage.domain.place import Orientation

T = TypeVar("T")
NOW = datetime(2026, 11, 16, 6, 2, tzinfo=UTC)  # Monday 15:02 in Tokyo
MILK, BEER, PIZZA = "02000010000012", "02000010000029", "02000010000036"
TRADES = ["beer", "tea"]
GTINS = [f"0200001{n:07d}" for n in range(12)]

NEUTRAL = Context(
    screen_id="entrance",
    store_id="ekimae",
    zone="entrance",
    tags=frozenset({"drinks"}),
    orientation=Orientation.LANDSCAPE,
    now=NOW,
    store_zone="Asia/Tokyo",
    audience=AudienceClass.ADULTS,
    near=False,
    restricted_without_camera=False,
    guest=False,
    scores={},
    reasons={},
    stock={},
    unsafe=frozenset(),
    plays_last_hour={},
    last_shown_ago_s={},
    cached=None,
    model_version="none",
)


def spot(spot_id: str, level: Level = Level.OPEN, **changes: object) -> Spot:
    """An approved card of ten seconds that may run anywhere."""
    plain = Spot(spot_id, f"name of {spot_id}", level, 10_000, Card(Template.SERVICE), approved=True)
    return replace(plain, **changes)  # type: ignore[arg-type]


def inventory(*spots: Spot, version: str = "v" * 64) -> Inventory:
    return Inventory("ekimae", version, spots)


def media(name: str, width: int = 1920, height: int = 1080) -> Media:
    return Media(f"crt_{name}", MediaKind.IMAGE, f"{name:0>64}", "image/webp", width, height, f"{name}.png")


def _some(chance: Random, values: Sequence[T], share: float = 0.25, most: int = 2) -> frozenset[T]:
    """Mostly empty, so that few gates fail at a time and many spots reach the draw."""
    return frozenset(chance.sample(list(values), chance.randint(1, most)) if chance.random() < share else ())


def _daypart(chance: Random) -> Daypart:
    weekdays = frozenset(chance.sample(range(7), chance.randint(1, 7)))
    plain = Daypart(weekdays, chance.randrange(1440), chance.randrange(1441))
    if chance.random() < 0.7:
        return plain
    return replace(plain, holidays=chance.choice(list(OnHolidays)), every_weeks=2, week=chance.randrange(2))


def _flight(chance: Random) -> Flight:
    start = NOW + timedelta(hours=chance.randint(-50, 50))
    return Flight(start, start + timedelta(hours=chance.randint(0, 100)))


def _targeting(chance: Random) -> Targeting:
    return Targeting(
        stores=_some(chance, ["ekimae", "elm"]),
        zones=_some(chance, ["entrance", "checkout"]),
        screens=_some(chance, ["entrance", "edge"]),
        tags=_some(chance, ["drinks", "frozen"]),
        orientations=_some(chance, list(Orientation)),
        audience=_some(chance, [str(audience) for audience in AudienceClass], most=4),
        guests_only=chance.random() < 0.1,
        distance=chance.choice(list(Distance)) if chance.random() < 0.2 else Distance.ANY,
    )


def _spot(chance: Random, spot_id: str) -> Spot:
    rare = chance.random
    return Spot(
        spot_id=spot_id,
        name=spot_id,
        level=chance.choice(list(Level)) if rare() < 0.3 else Level.OPEN,
        length_ms=chance.choice([8_000, 15_000]),
        content=(
            media(chance.choice("abc"), chance.choice([1080, 1920]), chance.choice([360, 1080, 1920]))
            if rare() < 0.3
            else Card(chance.choice(list(Template)))
        ),
        approved=rare() < 0.9,
        paused=rare() < 0.1,
        flight=_flight(chance) if rare() < 0.2 else None,
        dayparts=tuple(_daypart(chance) for _ in range(chance.randint(1, 2))) if rare() < 0.2 else (),
        targeting=_targeting(chance) if rare() < 0.3 else Targeting(),
        gtins=tuple(_some(chance, GTINS, share=0.6)),
        restriction=chance.choice(list(Restriction)) if rare() < 0.3 else Restriction.NONE,
        cap_per_hour=chance.randint(0, 3) if rare() < 0.3 else 0,
        cap_per_loop=chance.randint(0, 2) if rare() < 0.2 else 0,
        cap_per_guest=chance.randint(0, 2) if rare() < 0.2 else 0,
        competitor=chance.choice(TRADES) if rare() < 0.3 else "",
        campaign_id=chance.choice("ABC"),
        price_at_most=chance.choice([300, 500]) if rare() < 0.2 else 0,
        price_cut=rare() < 0.1,
        price_proved=rare() < 0.1,
        goal_share=20 if rare() < 0.1 else 0,
        sponsored=rare() < 0.2,
        own_percent=chance.choice([0, 30]) if rare() < 0.1 else 100,
    )


def _inventory(chance: Random) -> Inventory:
    return inventory(*[_spot(chance, f"spt_{n}") for n in range(chance.randint(0, 15))])


def _pace(chance: Random) -> Pace:
    return Pace(chance.randrange(99), 50.0, max(0.0, chance.uniform(-1, 1)))


def _context(chance: Random) -> Context:
    rare, named = chance.random, [f"spt_{n}" for n in range(15)]
    return replace(
        NEUTRAL,
        now=NOW + timedelta(minutes=chance.randint(-3000, 3000)),
        orientation=chance.choice(list(Orientation)) if rare() < 0.2 else Orientation.LANDSCAPE,
        zone=chance.choice(["entrance", "checkout"]),
        audience=chance.choice(list(AudienceClass)),
        ages_unknown=rare() < 0.3,
        restricted_without_camera=rare() < 0.3,
        guest=rare() < 0.3,
        greeting=rare() < 0.5,
        picks=rare() < 0.5,
        scores={gtin: chance.random() for gtin in _some(chance, GTINS, 0.7, 6)},
        reasons={gtin: chance.choice(["popular_here", "due_again"]) for gtin in _some(chance, GTINS, 0.7, 6)},
        stock={gtin: chance.choice([0, 1, 20]) for gtin in _some(chance, GTINS, 0.7, 6)},
        unsafe=_some(chance, GTINS, 0.5, 3),
        plays_last_hour={spot_id: chance.randint(0, 4) for spot_id in _some(chance, named, 0.8, 8)},
        last_shown_ago_s={spot_id: chance.uniform(0, 400) for spot_id in _some(chance, named, 0.9, 15)},
        own_last_hour=chance.randint(0, 2),
        plays_last_loop={spot_id: chance.randint(0, 2) for spot_id in _some(chance, named, 0.8, 8)},
        plays_this_guest={spot_id: chance.randint(0, 2) for spot_id in _some(chance, named, 0.3, 8)},
        rivals_ago_s={
            trade: {name: chance.uniform(-10, 600) for name in _some(chance, "ABC", 1.0, 3)}
            for trade in _some(chance, TRADES, 0.7, 2)
        },
        contested=_some(chance, TRADES, 0.5, 2),
        distance=chance.choice(list(Distance)),
        country=chance.choice(["", "JP"]),
        prices={gtin: chance.choice([300, 301, 500, 501]) for gtin in _some(chance, GTINS, 0.8, 8)},
        cuts=_some(chance, GTINS, 0.8, 6),
        proved=_some(chance, GTINS, 0.8, 6),
        cached=_some(chance, [f"{name:0>64}" for name in "abc"], 1.0, 3) if rare() < 0.3 else None,
        pace={spot_id: _pace(chance) for spot_id in _some(chance, named, 0.5, 8)},
        owed={campaign: chance.uniform(-2, 3) for campaign in _some(chance, "ABC", 0.7, 3)},
        withheld=chance.choice([None, False, True]),
    )


def inventory_of(seed: int) -> Inventory:
    return _inventory(Random(seed))


def context_of(seed: int) -> Context:
    return _context(Random(seed))


# Built from one drawn number each: a hundred times quicker than drawing every field, and still reproducible.
inventories = st.integers(0, 2**32).map(inventory_of)
contexts = st.integers(0, 2**32).map(context_of)
