"""The demo's rows: stores, screens with their keys, the camera notice, a week of campaigns, story members' sessions."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from signage.demo.creatives import creatives
from signage.demo.places import NEIGHBOUR, STORES, screens
from signage.demo.week import best_sellers, campaigns, flight_of
from signage.domain.campaign import CampaignState
from signage.storage.campaigns import Campaigns
from signage.storage.notices import Notice, Notices
from signage.storage.screens import Screens

NOTICE = {
    "operator": "Shelfcast デモ店舗 / demo store",
    "purpose_ja": "画面の前の人数と年代を推定し、表示する内容を選ぶため",
    "purpose_en": "To estimate how many people of which age bands stand before the screen and choose what it shows",
    "contact": "demo@example.com",
}


def place(folder: Path, shown: Screens, rows: Campaigns, notices: Notices, now: datetime) -> None:
    """Makes everything once; what is there already stays as it is."""
    keys: dict[str, str] = {}
    for store in STORES:
        shown.save_store(store)
        notices.save(Notice(store_id=store.store_id, updated_at=now, **NOTICE), "")
        for screen in screens(store):
            shown.save_screen(screen, now)
            keys[screen.screen_id] = shown.issue_key(screen.screen_id)
        sellers, flight = best_sellers(folder, store.store_id), flight_of(now)
        for campaign in (*campaigns(store, sellers, flight), *creatives(store, sellers, now, flight)):
            if rows.add(campaign, "", now):
                for revision, state in enumerate((CampaignState.SUBMITTED, CampaignState.APPROVED), 1):
                    rows.move(campaign.campaign_id, state, revision, None, by="", now=now)
    shown.save_store(NEIGHBOUR)
    keep(folder / "screens.json", keys)
    story = json.loads((folder / "story.json").read_text())
    keep(folder / "sessions.json", sessions([told["member"] for told in story]))


def keep(path: Path, secrets: object) -> None:
    """Writes a file that only the owner can read."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w") as file:
        json.dump(secrets, file)


def sessions(members: list[str]) -> list[str]:
    """Consenting story members' phone sessions, asked of the recommender's own command. Raises CalledProcessError."""
    named = [word for member in members for word in ("--member", member)]
    words = ["members", "link", *named, "--consent", "--session"]
    told = subprocess.run(
        [sys.executable, "-m", "recommender", *words], check=True, capture_output=True, text=True, timeout=60
    )
    return told.stdout.split()
