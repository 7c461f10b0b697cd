"""Campaigns as an editor makes and moves them by the studio's forms."""

from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from signage.domain.content import Card, MediaKind, Template
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.creatives import Creative, CreativeState, Served
from tests.signage.web.conftest import MILK, Studio, post

CARD = CampaignSpot("s", "s", 10_000, card=Card(Template.PRODUCT, MILK))


def creative(studio_app: Studio, store_id: str = "") -> str:
    """A ready picture -> its id."""
    creative_id, creatives = str(uuid4()), studio_app.ports.storage.creatives
    state, now = CreativeState.UPLOADED, studio_app.ports.clock()
    creatives.add(Creative(creative_id, "秋の味覚.png", MediaKind.IMAGE, state, store_id, now, "a" * 64), "")
    creatives.ready(creative_id, Served("b" * 64, "image/webp", 5000, 1920, 1080, 0, "c" * 64))
    return creative_id


def form(creative_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "campaign_id": str(uuid4()), "name": "Autumn", "what": "creative", "creatives": [creative_id], "length_s": "10",
        "audience": "any", "restriction": "none", "level": "open", "cap_per_hour": "0", "goal_plays": "0",
        "holidays": "same", "every_weeks": "1", "distance": "any", "price_at_most": "", "competitor": "",
        "cap_per_loop": "0", "cap_per_guest": "0", "goal_share": "0",
    } | changes  # fmt: skip


def made(studio_app: Studio, client: FlaskClient, **changes: Any) -> Campaign:
    fields = form(creative(studio_app), **changes)
    assert post(client, "/studio/campaigns/new", fields).status_code == 302
    return studio_app.ports.storage.campaigns.get(fields["campaign_id"], None)


def move(client: FlaskClient, campaign: Campaign, to: str, revision: int = 0, **more: Any) -> Any:
    fields = {"to": to, "revision": str(revision or campaign.revision)} | more
    return post(client, f"/studio/campaigns/{campaign.campaign_id}/move", fields)
