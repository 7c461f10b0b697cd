"""How fast deciding is: 200 live campaigns with 500 spots, every decision with its record and its explanation.

`per_s` and `p95_ms`: decisions a second on one core and the 95th percentile, each with the record as JSON and the
winner's reasons in words, time moving on by a second and the context changing with every decision. `growth_x10`: what
one costs with ten times the spots, most of them over, divided by what it costs here. `vs_naive`: the time of the loop
that asks every gate about every spot, the rest being the same, divided by ours.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from time import perf_counter

from signage.decide import record
from signage.decide.choose import decide
from signage.decide.gates import GATES
from signage.decide.lineup import Lineup, bits
from signage.domain.audience import AudienceClass
from signage.domain.campaign import Daypart, Flight, Inventory, Level, Restriction, Spot, Targeting
from signage.domain.content import Card, Media, MediaKind, Template
from signage.domain.decision import Context, Decision, Gate
from signage.domain.place import Orientation
from signage.domain.words import studio

CAMPAIGNS, SPOTS, GROWN = 200, 500, 5_000
START = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
GTINS = [f"0200001{n:07d}" for n in range(400)]
AUDIENCES = (AudienceClass.ADULTS, AudienceClass.NOBODY, AudienceClass.MIXED, AudienceClass.CHILD)
ZONES = ("entrance", "aisle", "checkout")


class NaiveLineup(Lineup):
    """The straightforward way: every gate for every spot, every time."""

    def eligible(self, context: Context) -> tuple[int, dict[Gate, int]]:
        failed: dict[Gate, int] = {}
        alive = []
        for i, spot in enumerate(self.spots):
            failing = [result for result in [check(spot, context) for check in GATES.values()] if not result.passed]
            if failing:
                failed[failing[0].gate] = failed.get(failing[0].gate, 0) + 1
            else:
                alive.append(i)
        return bits(alive), failed


def make_spot(n: int, chance: Random, *, over: bool) -> Spot:
    """One spot of campaign n // 2.5: a third with hours, a third for one zone, some restricted, half for products."""
    start = START - timedelta(days=400 if over else 10)
    shape = chance.choice([(1920, 1080), (1920, 1080), (1080, 1920)])
    content = (
        Media(f"crt_{n}", MediaKind.IMAGE, f"{n:064x}", "image/webp", *shape, f"{n}.png")
        if n % 3
        else Card(Template.PRODUCT, gtin=chance.choice(GTINS))
    )
    morning = Daypart(frozenset(range(7)), 8 * 60, 13 * 60)
    return Spot(
        spot_id=f"spt_{n:06d}",
        name=f"spot {n}",
        level=chance.choice([Level.OPEN] * 8 + [Level.GUARANTEED, Level.HOUSE]),
        length_ms=10_000,
        content=content,
        campaign_id=f"cmp_{n * CAMPAIGNS // SPOTS}",
        approved=True,
        flight=Flight(start, start + timedelta(days=30)),
        dayparts=(morning,) if chance.random() < 0.3 else (),
        targeting=Targeting(
            zones=frozenset({chance.choice(ZONES)}) if chance.random() < 0.3 else frozenset(),
            orientations=frozenset({Orientation.LANDSCAPE}) if n % 3 == 0 else frozenset(),
        ),
        gtins=(chance.choice(GTINS),) if chance.random() < 0.5 else (),
        restriction=Restriction.ALCOHOL if chance.random() < 0.05 else Restriction.NONE,
        cap_per_hour=12 if chance.random() < 0.5 else 0,
    )


def make_inventory(spots: int) -> Inventory:
    chance = Random(7)
    made = tuple(make_spot(n, chance, over=n >= SPOTS) for n in range(spots))
    return Inventory("store", f"{spots:064d}", made)


def make_contexts(inventory: Inventory, count: int) -> list[Context]:
    """Three screens in turn, a second apart; what was played and what is in stock change all the time."""
    chance = Random(11)
    scores = {gtin: chance.random() for gtin in GTINS}
    plain = Context(
        screen_id="s", store_id="store", zone="entrance", tags=frozenset(), orientation=Orientation.LANDSCAPE,
        now=START, store_zone="Asia/Tokyo", audience=AudienceClass.ADULTS, near=False,
        restricted_without_camera=False, guest=False, scores=scores, reasons=dict.fromkeys(GTINS, "popular_here"),
        stock={}, unsafe=frozenset(GTINS[:40]), plays_last_hour={}, last_shown_ago_s={}, cached=None,
        model_version="2026-11-16T00:00:00Z",
    )  # fmt: skip
    hashes = frozenset(spot.content.sha256 for spot in inventory.spots[:SPOTS] if isinstance(spot.content, Media))
    played = [spot.spot_id for spot in inventory.spots[:SPOTS]]
    return [
        replace(
            plain,
            screen_id=f"scr_{n % 3}",
            zone=ZONES[n % 3],
            now=START + timedelta(seconds=n),
            audience=chance.choice(AUDIENCES),
            stock={gtin: chance.choice([0, 5, 20, 20]) if n % 10 == 0 else 9 for gtin in GTINS},
            plays_last_hour={spot_id: chance.randint(1, 14) for spot_id in chance.sample(played, 60)},
            last_shown_ago_s={spot_id: chance.uniform(0, 3600) for spot_id in chance.sample(played, 120)},
            cached=hashes if n % 4 else hashes - {f"{n:064x}"},
        )
        for n in range(count)
    ]


def timed(
    inventory: Inventory, contexts: list[Context], kind: Callable[[Inventory], Lineup]
) -> tuple[list[float], int]:
    """Seconds for each decision, and the largest record in bytes. The lineup's own making is part of the first one."""
    seconds, largest = [], 0
    began = perf_counter()
    lineup = kind(inventory)
    for n, context in enumerate(contexts):
        decision = decide(inventory, context, seed=n, decision_id=f"{n:036d}", lineup=lineup)
        text = record.dump(decision)
        explain(decision)
        ended = perf_counter()
        seconds.append(ended - began)
        largest = max(largest, len(text.encode()))
        began = ended
    return seconds, largest


def explain(decision: Decision) -> str:
    return " ".join(studio(reason, "ja") for reason in decision.reasons)


def p95_ms(seconds: list[float]) -> float:
    return 1000 * sorted(seconds)[int(0.95 * len(seconds))]


def main() -> None:
    inventory, grown = make_inventory(SPOTS), make_inventory(GROWN)
    contexts = make_contexts(inventory, 3_000)
    ours, largest = timed(inventory, contexts, Lineup)
    bigger, _ = timed(grown, contexts, Lineup)
    naive, _ = timed(inventory, contexts[:150], NaiveLineup)
    figures = {
        "per_s": round(len(ours) / sum(ours)),
        "p95_ms": round(p95_ms(ours), 3),
        "growth_x10": round(sum(bigger) / sum(ours), 2),
        "vs_naive": round(sum(naive) / len(naive) / (sum(ours) / len(ours)), 1),
        "campaigns": CAMPAIGNS,
        "spots": SPOTS,
        "record_bytes": largest,
    }
    eligible = Lineup(inventory).eligible(contexts[0])[0].bit_count()
    print(f"{len(ours)} decisions among {SPOTS} spots, {eligible} of them eligible in the first")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
