"""The marketer's minute: a picture is uploaded, becomes a campaign for the entrance, is approved, shown, and ended."""

import io
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from uuid import uuid4

from signage.decide import record
from signage.demo.picture import HEIGHT, WIDTH, draw
from signage.demo.places import STORES, screens
from signage.domain.campaign import CampaignState, Flight, Level, Targeting
from signage.domain.clock import Clock, millis
from signage.domain.content import MediaKind
from signage.domain.errors import Conflict, Unavailable
from signage.domain.place import Store, Zone
from signage.domain.words import Words
from signage.media.process import examine
from signage.media.sniff import HEAD
from signage.media.store import Taken
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.creatives import Creative, CreativeState
from signage.web.campaign_summary import sentence
from signage.web.ports import Storage

NAME = Words("秋の味覚フェア", "Taste of autumn")
OURS = "demo-marketer-"  # how the ids of these campaigns begin
LENGTH_MS = 10_000
LASTS = timedelta(hours=3)
PATIENCE_S, LOOK_S = 20.0, 0.05
LIMIT_MB = 20
LOOKED_THROUGH = 20


@dataclass(frozen=True, slots=True)
class Made:
    """The store's campaign as far as this process remembers it."""

    campaign_id: str
    creative_id: str
    sha256: str
    processed_ms: int
    approved_at: datetime | None = None


@dataclass(frozen=True)
class Studio:
    """What a marketer's pages work with. `told(store_id)`: its campaigns changed; `store_now`: by the store's clock;
    `offload`: as in WebPorts."""

    storage: Storage
    enqueue: Callable[[str, str], str]
    told: Callable[[str], object]
    store_now: Callable[[str], datetime]
    clock: Clock
    offload: Callable[[Callable[[], Any]], Any]


class Marketer:
    """One campaign a store at a time; nothing is left behind by the next one, nor by a process that went before."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._made: dict[str, Made] = {}
        self._busy = Lock()  # two presses at once make one campaign after the other
        for store in STORES:
            self._end(store)

    def make(self, store: Store, language: str) -> dict[str, Any]:
        """Picture -> creative -> submitted campaign, by the ways that the studio takes. Raises Unavailable, RefusedFile."""
        with self._busy:
            self._end(store)
            file: bytes = self._studio.offload(draw)
            began = time.monotonic()
            creative = self._upload(store, f"{NAME.say(language)}.png", file)
            processed_ms = round((time.monotonic() - began) * 1000)
            campaign = _campaign(store, creative, NAME.say(language), self._studio.store_now(store.store_id))
            self._studio.storage.campaigns.add(campaign, "", self._studio.clock())
            self._made[store.store_id] = Made(campaign.campaign_id, creative.creative_id, creative.sha256, processed_ms)
            self._move(campaign.campaign_id, CampaignState.SUBMITTED)
        return self.told(store, language)

    def approve(self, store: Store, language: str) -> dict[str, Any]:
        """The press that puts it on the entrance. Raises Conflict when nothing waits for it."""
        with self._busy:
            made = self._made.get(store.store_id)
            if made is None or self._campaign(made).state is not CampaignState.SUBMITTED:
                raise Conflict(
                    "nothing_to_approve",
                    "There is no campaign that waits for approval. Make one first.",
                    "承認待ちのキャンペーンがありません。先に作ってください。",
                )
            self._made[store.store_id] = replace(made, approved_at=self._studio.clock())
            self._move(made.campaign_id, CampaignState.APPROVED)
        self._studio.told(store.store_id)
        return self.told(store, language)

    def end(self, store: Store) -> None:
        """Undo: it leaves the screens and the studio's lists of what can be used."""
        with self._busy:
            self._end(store)

    def _end(self, store: Store) -> None:
        """Known by their ids and not by memory: a process that was ended amid the scene left its campaign standing."""
        self._made.pop(store.store_id, None)
        storage, changed = self._studio.storage, False
        files = {creative.creative_id for creative in storage.creatives.all(store.store_id)}
        for campaign in storage.campaigns.all(store.store_id):
            if not campaign.campaign_id.startswith(OURS):
                continue
            if campaign.state is CampaignState.SUBMITTED:
                self._move(campaign.campaign_id, CampaignState.WITHDRAWN)
            if campaign.state is not CampaignState.ENDED:
                self._move(campaign.campaign_id, CampaignState.ENDED)
                changed = True
            for spot in campaign.spots:
                if spot.creative_id in files:
                    storage.creatives.delete(spot.creative_id, None, "", self._studio.clock())
                    changed = True
        if changed:
            with suppress(Unavailable):  # the rows are saved; screens that can't be told now ask by themselves
                self._studio.told(store.store_id)

    def told(self, store: Store, language: str) -> dict[str, Any]:
        """The campaign in words and figures; `state` none without one."""
        made = self._made.get(store.store_id)
        if made is None:
            return {"campaign": "", "state": "none"}
        campaign, storage = self._campaign(made), self._studio.storage
        mine = storage.screens.screens(store.store_id)
        shown = self._first_shown(store, made) if made.approved_at else None
        return {
            "campaign": made.campaign_id,
            "spot": campaign.spots[0].spot_id,
            "name": campaign.name,
            "state": campaign.state,
            "sentence": sentence(campaign, [store], mine, language, zone=store.zone),
            "picture": f"/media/{made.sha256}",
            "size": f"{WIDTH}×{HEIGHT}",
            "processed_ms": made.processed_ms,
            "approved_ms": millis(made.approved_at) if made.approved_at else None,
            "shown_ms": shown and millis(shown),
            "took_ms": millis(shown) - millis(made.approved_at) if shown and made.approved_at else None,
        }

    def _upload(self, store: Store, name: str, file: bytes) -> Creative:
        storage = self._studio.storage
        kind = examine(name, file[:HEAD])
        taken: Taken = self._studio.offload(lambda: storage.media.take(io.BytesIO(file), LIMIT_MB))
        creative = Creative(
            creative_id=str(uuid4()), name=name, kind=kind, state=CreativeState.UPLOADED, store_id=store.store_id,
            created_at=self._studio.clock(), upload_sha256=taken.sha256, size=taken.size,
        )  # fmt: skip
        storage.creatives.add(creative, "")
        self._studio.enqueue("creative", creative.creative_id)
        return self._processed(creative.creative_id)

    def _processed(self, creative_id: str) -> Creative:
        """Waits for the worker as the studio's page does. Raises Unavailable."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            creative = self._studio.storage.creatives.get(creative_id, None)
            if creative.state is CreativeState.READY:
                return creative
            time.sleep(LOOK_S)
        raise Unavailable(
            "worker_silent",
            "The picture was not processed in time. Is the worker running?",
            "画像の処理が終わりません。ワーカーが動いているか確認してください。",
        )

    def _campaign(self, made: Made) -> Campaign:
        return self._studio.storage.campaigns.get(made.campaign_id, None)

    def _move(self, campaign_id: str, to: CampaignState) -> None:
        campaigns = self._studio.storage.campaigns
        revision = campaigns.get(campaign_id, None).revision
        campaigns.move(campaign_id, to, revision, None, by="", now=self._studio.clock())

    def _first_shown(self, store: Store, made: Made) -> datetime | None:
        """When an entrance screen was first given it."""
        spot_id = self._campaign(made).spots[0].spot_id
        entrances = [screen.screen_id for screen in screens(store) if screen.zone is Zone.ENTRANCE]
        decided = [
            decision.at
            for screen_id in entrances
            for decision in map(record.load, self._studio.storage.decisions.recent(screen_id, LOOKED_THROUGH))
            if decision.spot_id == spot_id and made.approved_at is not None and decision.at >= made.approved_at
        ]
        return min(decided, default=None)


def _campaign(store: Store, creative: Creative, name: str, now: datetime) -> Campaign:
    """For the store's entrance screens, from now by its clock for three hours."""
    assert creative.kind is MediaKind.IMAGE
    campaign_id = f"{OURS}{uuid4()}"
    start = now.replace(second=0, microsecond=0)
    return Campaign(
        campaign_id=campaign_id, name=name, level=Level.OPEN, store_id=store.store_id,
        spots=(CampaignSpot(f"{campaign_id}-1", name, LENGTH_MS, creative.creative_id),),
        flight=Flight(start, start + LASTS),
        targeting=Targeting(stores=frozenset({store.store_id}), zones=frozenset({str(Zone.ENTRANCE)})),
    )  # fmt: skip
