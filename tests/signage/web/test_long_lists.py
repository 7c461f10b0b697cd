"""Lists that grow without an end come by the page."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from signage.domain.campaign import CampaignState, Level, Targeting
from signage.domain.operations import AlertKind
from signage.domain.place import Screen, Zone
from signage.storage.campaign_rows import Campaign
from signage.storage.users import Role
from signage.web.ports import EXTENSION
from tests.signage.web.campaigns import CARD
from tests.signage.web.conftest import Studio


def people(studio_app: Studio) -> None:
    for n in range(70):
        studio_app.person(Role.EDITOR, "ekimae" if n % 2 else "elm", name=f"Entry {n}")


def deeds(studio_app: Studio) -> None:
    for n in range(110):
        studio_app.ports.storage.audit.add(studio_app.ports.clock(), "", "screen_edited", f"s{n}", detail=f"Entry {n}")


def alerts(studio_app: Studio) -> None:
    for n in range(110):
        studio_app.ports.storage.screens.save_screen(
            Screen(f"s{n}", "ekimae", f"Entry {n}", Zone.AISLE, 1920, 1080), studio_app.ports.clock()
        )
        at = studio_app.ports.clock() - timedelta(hours=n)
        studio_app.ports.storage.alerts.begin(AlertKind.DARK, f"s{n}", "ekimae", "", at)


def submitted(studio_app: Studio) -> None:
    rows, now = studio_app.ports.storage.campaigns, studio_app.ports.clock()
    for n in range(60):
        rows.add(Campaign(f"c{n}", f"Entry {n}", Level.OPEN, "", ()), "", now)
        rows.move(f"c{n}", CampaignState.SUBMITTED, 1, None, by="", now=now + timedelta(minutes=n))


def shown(client: FlaskClient, address: str) -> tuple[list[str], str]:
    """Of a page: the entries in their order, and where the next page is, "" after the last."""
    page = client.get(address).text
    entries = re.findall(r"[>“](Entry \d+)(?=[<”])", page.partition("<main")[2])
    found = re.search(r'rel="next" href="([^"]+)"', page)
    return list(dict.fromkeys(entries)), found[1].replace("&amp;", "&") if found else ""


@pytest.mark.parametrize(
    ("fill", "address", "count", "a_page"),
    [
        (people, "/studio/users", 70, 50),
        (deeds, "/studio/history", 110, 100),
        (alerts, "/studio/alerts", 110, 100),
        (submitted, "/studio/review", 60, 50),
    ],
)
def test_each_entry_stands_on_one_page(
    studio_app: Studio, fill: Callable[[Studio], Any], address: str, count: int, a_page: int
) -> None:
    fill(studio_app)
    client, seen = studio_app.logged_in(Role.ADMIN), list[str]()
    while address:
        entries, address = shown(client, address)
        assert len(entries) <= a_page
        seen += entries
    assert sorted(seen) == sorted(f"Entry {n}" for n in range(count))


def test_a_person_is_found_by_name_or_address_and_in_ones_own_store_only(studio_app: Studio) -> None:
    people(studio_app)
    client = studio_app.logged_in(Role.ADMIN)
    found, _ = shown(client, "/studio/users?q=entry+6")
    assert set(found) == {f"Entry {n}" for n in range(70) if "6" in str(n)}
    assert len(shown(client, "/studio/users?q=-elm@")[0]) == 35
    assert len(shown(studio_app.logged_in(Role.ADMIN, "elm"), "/studio/users?q=Entry")[0]) == 35


def test_a_campaign_of_many_screens_asks_for_those_of_one_page(studio_app: Studio) -> None:
    rows, now, asked = studio_app.ports.storage.campaigns, studio_app.ports.clock(), list[str]()
    for n in range(45):
        shelf = Screen(f"s{n}", "ekimae", f"Entry {n}", Zone.SHELF, 1920, 1080, tags=frozenset({"many"}))
        studio_app.ports.storage.screens.save_screen(shelf, now)
    many = Targeting(tags=frozenset({"many"}))
    rows.add(Campaign("c", "Many", Level.OPEN, "", (CARD,), targeting=many), "", now)
    for revision, to in enumerate((CampaignState.SUBMITTED, CampaignState.APPROVED), 1):
        rows.move("c", to, revision, None, by="", now=now)

    def why_not(screen_id: str, spot_id: str, lang: str, at: datetime | None) -> dict[str, Any]:
        asked.append(screen_id)
        return studio_app.ports.why_not(screen_id, spot_id, lang, at)

    studio_app.app.extensions[EXTENSION] = replace(studio_app.ports, why_not=why_not)
    client, address, seen = studio_app.logged_in(Role.ADMIN), "/studio/campaigns/c", list[str]()
    while address:
        entries, address = shown(client, address)
        assert len(asked) == len(entries) <= 20
        seen += entries
        asked.clear()
    assert sorted(seen) == sorted(f"Entry {n}" for n in range(45))
