"""A morning of one screen on disk: decisions by chance, their plays, and people who look longer at one of the spots."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Engine, insert

from signage.decide import record
from signage.decide.choose import decide
from signage.decide.lineup import Lineup
from signage.domain.audience import AudienceClass
from signage.domain.campaign import Inventory, Level
from signage.domain.clock import millis
from signage.domain.decision import Context, Decision
from signage.domain.play import EndedWhy, Play
from signage.storage.decisions import put_decision
from signage.storage.inventories import make_inventory, put_inventory
from signage.storage.plays import insert_plays
from signage.storage.schema import audience_samples
from tests.signage.decide.making import MILK, NEUTRAL, spot
from tests.signage.proof.measured import measure
from tests.world import START

ITEM = timedelta(seconds=10)
SPOTS = [
    spot("good", campaign_id="cmp_good", gtins=(MILK,)), *[spot(f"s{n}", campaign_id=f"cmp_{n}") for n in range(4)],
    spot("house", Level.HOUSE),
]  # fmt: skip


def stock() -> Inventory:
    return make_inventory("ekimae", SPOTS)


def decisions(count: int, *, context: Context = NEUTRAL, start: datetime = START) -> list[Decision]:
    """One every ten seconds on the entrance's screen, each spot waiting since it was last shown."""
    inventory, chance = stock(), Random(5)
    lineup, last, made = Lineup(inventory), dict[str, datetime](), list[Decision]()
    for n in range(count):
        now = start + n * ITEM
        ago = {name: (now - shown).total_seconds() for name, shown in last.items()}
        here = replace(context, now=now, last_shown_ago_s=ago, audience=AudienceClass.ADULTS)
        one = decide(inventory, here, seed=chance.getrandbits(53), decision_id=f"{millis(now):036d}", lineup=lineup)
        last[one.spot_id] = now
        made.append(one)
    return made


def keep(engine: Engine, made: Sequence[Decision], *, seen: bool = True) -> None:
    """Their records and inventory; `seen`: also the plays, with two people before the screen who look."""
    with engine.begin() as connection:
        put_inventory(connection, stock(), made[0].at)
        for one in made:
            put_decision(connection, one, record.dump(one))
        if seen:
            insert_plays(connection, "ekimae", [_play(n, one) for n, one in enumerate(made)], made[-1].at)
            connection.execute(insert(audience_samples), [row for one in made for row in _people(one)])
    measure(engine, made[-1].at + timedelta(minutes=1))


def _play(n: int, one: Decision) -> Play:
    return Play(
        one.screen_id, f"p{n}", n, one.spot_id, "", one.decision_id, "", "", "", one.at, 10_000, 10_000,
        EndedWhy.FINISHED, False, False,
    )  # fmt: skip


def _people(one: Decision) -> list[dict[str, object]]:
    """Of ten seconds with two people before the screen, they look for four at the good spot and for one at any other."""
    looking = 4 if one.spot_id == "good" else 1
    return [
        {
            "screen_id": one.screen_id, "at": millis(one.at) + 1000 * second, "source": "camera", "present": 2, "facing": 1,
            "near": 0, "arrived": 0, "child": 0, "adult": 2, "senior": 0, "attention_s": 2.0 if second < looking else 0.0,
        }
        for second in range(10)
    ]  # fmt: skip
