"""Many screens telling very many plays over a bad line: nothing lost, nothing doubled, the good ones never held up."""

import random
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from signage.domain.clock import millis
from signage.proof.plays import Proof
from signage.storage.schema import plays, refused_plays
from signage.storage.screens import Screens
from signage.storage.writer import GroupWriter
from tests.wire_player import raw_play
from tests.world import AISLE, CHECKOUT, EDGE, ENTRANCE, START, World

SCREENS = [screen.screen_id for screen in (ENTRANCE, AISLE, CHECKOUT, EDGE)]
BATCH = 50  # as the player sends them
LOST = 0.3
BAD = ({"id": "not-a-uuid"}, {"seq": "x"}, {"shown_ms": -1}, {"why": "bored"}, {"name": "a\0b"}, {"started_ms": 2**52})


@dataclass
class Device:
    """A player's queue: what was not acknowledged is sent again, in any order."""

    rng: random.Random
    waiting: deque[dict[str, Any]] = field(default_factory=deque)
    good: set[str] = field(default_factory=set)
    sent: int = 0

    def plays(self, count: int, seconds: int) -> None:
        for n in range(count):
            made = raw_play(
                id=str(uuid.UUID(int=self.rng.getrandbits(128), version=4)),
                seq=n,
                started_ms=millis(START) + n * seconds,
            )
            if self.rng.random() < 0.01:
                made |= self.rng.choice(BAD)
            else:
                self.good.add(made["id"])
            self.waiting.append(made)

    def batch(self) -> list[dict[str, Any]]:
        taken = [self.waiting.popleft() for _ in range(min(BATCH, len(self.waiting)))]
        self.rng.shuffle(taken)
        self.sent += len(taken)
        return taken


def hand_over(device: Device, proof: Proof, screen_id: str) -> int:
    """One batch; its acknowledgement is lost three times in ten -> how many good ones the server answered for."""
    batch = device.batch()
    ack = proof.record(screen_id, batch, START + timedelta(hours=1))
    answered = {*ack.accepted, *ack.duplicate, *(play_id for play_id, _ in ack.refused)}
    if device.rng.random() < LOST:
        device.waiting.extend(batch)  # the whole of it comes again, among later ones
    else:
        device.waiting.extend(one for one in batch if one["id"] not in answered)
    return len({*ack.accepted, *ack.duplicate})


def run(engine: Engine, screens: Screens, count: int) -> None:
    writer = GroupWriter(engine)
    proof = Proof(writer, screens, lambda plays: None)
    devices = {screen_id: Device(random.Random(n)) for n, screen_id in enumerate(SCREENS)}
    for device in devices.values():
        device.plays(count // len(SCREENS), 1)
    while any(device.waiting for device in devices.values()):
        for screen_id, device in devices.items():
            if device.waiting:
                hand_over(device, proof, screen_id)
    writer.close()
    with engine.connect() as connection:
        for screen_id, device in devices.items():
            there = list(connection.scalars(select(plays.c.play_id).where(plays.c.screen_id == screen_id)))
            assert len(there) == len(set(there)), "doubled"
            assert set(there) == device.good, "lost"
        assert connection.scalar(select(func.count()).select_from(refused_plays)) >= 0.005 * count
    assert sum(device.sent for device in devices.values()) > 1.3 * count, "the line was bad"


def test_twenty_thousand_plays_over_a_bad_line(engine: Engine, world: World) -> None:
    run(engine, world.screens, 20_000)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_million_plays_over_a_bad_line(engine: Engine, world: World) -> None:
    run(engine, world.screens, 1_000_000)


def test_bad_ones_hold_up_no_good_one(engine: Engine, world: World, writer: GroupWriter) -> None:
    """A batch of nothing but bad records with one good one among them: it is a row after the one commit."""
    commits: list[object] = []
    event.listen(engine, "commit", commits.append)
    proof = Proof(writer, world.screens, lambda plays: None)
    good = raw_play(started_ms=millis(START))
    ack = proof.record("entrance", [raw_play() | bad for bad in BAD] + [good], START)
    assert ack.accepted == (good["id"],)
    assert len(ack.refused) == len(BAD)
    assert len(commits) == 1
