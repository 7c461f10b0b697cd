"""A controller over real storage and a real Valkey, with a fake shop behind the doors, and a screen that listens."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from recommender.domain.recommendation import Affinity, ReasonCode, Scored
from signage.controller.loop import Controller
from signage.controller.rooms import Rooms
from signage.controller.tokens import ScreenTokens
from signage.domain.audience import AudienceSnapshot, AudienceSource, CameraState
from signage.domain.campaign import CampaignState, Level
from signage.domain.content import Card, Template
from signage.domain.families import read_families
from signage.live import Live
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.campaigns import Campaigns
from signage.storage.cells import Cells
from signage.storage.decisions import Decisions
from signage.storage.inventories import Inventories
from signage.storage.learned import Learned
from signage.storage.plays import Plays
from signage.storage.schema import users
from signage.storage.writer import GroupWriter
from tests.signage.controller.shop import BREAD, MILK, SODA, FakeCatalog, FakeCrowd
from tests.world import MovableClock, World

FAMILIES = read_families(Path("assets/families.csv").read_text(encoding="utf-8"))


@dataclass
class Stage:
    """The controller and all that a test looks at or turns."""

    controller: Controller
    rooms: Rooms
    clock: MovableClock
    catalog: FakeCatalog
    crowd: FakeCrowd
    campaigns: Campaigns
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    requests: int = 0

    def next(self, screen_id: str = "entrance", cached: frozenset[str] | None = None) -> dict[str, Any]:
        """What the player gets when its item of ten seconds is nearly over."""
        self.tick(10)
        self.requests += 1
        return self.controller.next_item(screen_id, f"r{self.requests}", cached)

    def tick(self, seconds: float) -> None:
        self.catalog.now = self.clock.tick(seconds)

    def approve(self, name: str, gtin: str = "", **changes: Any) -> str:
        """A campaign of one card in every store, approved -> its spot's id. Nobody has been told yet."""
        card = Card(Template.PRODUCT, gtin=gtin) if gtin else Card(Template.SERVICE, title_ja=name, title_en=name)
        spot = CampaignSpot(f"spt_{name}", name, 10_000, card=card)
        plain = {"level": Level.OPEN, "store_id": "", "spots": (spot,)} | changes
        self.campaigns.add(Campaign(f"cmp_{name}", name, **plain), "usr", self.clock())
        self.move(name, CampaignState.SUBMITTED)
        self.move(name, CampaignState.APPROVED)
        return spot.spot_id

    def move(self, name: str, to: CampaignState) -> None:
        revision = self.campaigns.get(f"cmp_{name}", None).revision
        self.campaigns.move(f"cmp_{name}", to, revision, None, by="usr", now=self.clock())

    def pushed(self, kind: str, screen_id: str = "entrance") -> list[dict[str, Any]]:
        """Messages of this kind that went out to a screen, in order."""
        return [message for screen, message in self.heard if screen == screen_id and message["type"] == kind]

    def hear(self, _kind: str, screen_id: str, text: str) -> bool:
        """Every screen is held here, so whatever is published arrives at once."""
        self.heard.append((screen_id, json.loads(text)))
        return True

    def record(self, show: dict[str, Any]) -> dict[str, Any]:
        """The decision's record, once it is on disk."""
        wait_for(lambda: self.rooms.decisions.get(show["decision"]))
        return json.loads(self.rooms.decisions.get(show["decision"]) or "")


def wait_for(true: Callable[[], object], seconds: float = 10) -> None:
    """Another thread is at it: look again until a deadline."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.005)


@pytest.fixture
def stage(
    *,
    engine: Engine,
    writer: GroupWriter,
    world: World,
    live: Live,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:
    monkeypatch.setattr("signage.listener.HEARTBEAT_S", 0.05)  # it sees that it is closed when its heart beats
    with engine.begin() as connection:
        connection.execute(
            users.insert().values(id="usr", email="a@b", name="A", password_hash="-", role="admin", created_at=0)
        )
    catalog, crowd = FakeCatalog(clock()), FakeCrowd()
    rooms = Rooms(
        screens=world.screens, inventories=Inventories(engine), decisions=Decisions(engine), plays=Plays(engine),
        cells=Cells(engine), learned=Learned(engine), writer=writer, live=live, catalog=catalog, crowd=crowd, families=FAMILIES,
        tokens=ScreenTokens("secret", clock), clock=clock, monotonic_ns=time.perf_counter_ns, rng=Random(1),
        base_url="https://shelf.test",
    )  # fmt: skip
    stage = Stage(Controller(rooms), rooms, clock, catalog, crowd, Campaigns(engine))
    listener = live.listen(stage.hear)
    yield stage
    listener.close()


AFFINITY = Affinity(
    (
        Scored(MILK, 0.9, ReasonCode.DUE_AGAIN),
        Scored(BREAD, 0.7, ReasonCode.DUE_AGAIN),
        Scored(SODA, 0.5, ReasonCode.GOES_WITH),
    ),
    "m1",
)


def snapshot(stage: Stage, screen_id: str = "entrance", **changes: Any) -> AudienceSnapshot:
    """Two adults, one of them near, seen just now."""
    plain = {
        "screen_id": screen_id, "taken_at": stage.clock(), "sequence": 1, "source": AudienceSource.CAMERA,
        "present": 2, "facing": 1, "near": 1, "arrived": 1, "left": 0, "child": 0, "adult": 2, "senior": 0,
        "unknown": 0, "possible_child": False, "confidence": 0.9, "dwell_under_2": 1, "dwell_2_to_10": 1,
        "dwell_over_10": 0, "attention_s": 0.5, "fps": 15.0, "lag_ms": 80, "camera": CameraState.OK,
    }  # fmt: skip
    return AudienceSnapshot(**plain | changes)
