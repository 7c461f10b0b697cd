"""The list of campaigns with more of them than a page holds."""

import re
from datetime import timedelta

import pytest

from signage.domain.campaign import CampaignState, Flight, Level
from signage.storage.campaign_rows import Campaign
from signage.storage.users import Role
from tests.signage.web.campaigns import CARD
from tests.signage.web.conftest import Studio

NAME = re.compile(r'<li class="card row-card"><div><h2><a href="[^"]*">([^<]*)</a>')


def fill(studio_app: Studio, count: int, store_id: str = "", name: str = "Milk") -> None:
    """Campaigns with numbers, the first the newest; every third has been submitted."""
    rows, now = studio_app.ports.storage.campaigns, studio_app.ports.clock()
    for n in range(count):
        key, at = f"{name}{store_id}{n}", now - timedelta(minutes=n)
        rows.add(Campaign(key, f"{name} {n}", Level.OPEN, store_id, ()), "", at)
        if n % 3 == 0:
            rows.move(key, CampaignState.SUBMITTED, 1, None, by="", now=at)


def test_a_page_at_a_time_each_campaign_once(studio_app: Studio) -> None:
    fill(studio_app, 120)
    client, names = studio_app.logged_in(Role.VIEWER), list[str]()
    address: str | None = "/studio/campaigns?lang=en"
    while address:
        page = client.get(address).text
        here = NAME.findall(page)
        assert 0 < len(here) <= 50 and ('rel="prev"' in page) == bool(names)
        names += here
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = found and found[1].replace("&amp;", "&")
    assert names == [f"Milk {n}" for n in range(120)]
    assert "Page 3 of 3" in page and "All 120" in page
    assert "nothing on this page any more" in client.get("/studio/campaigns?page=9").text
    assert (
        client.get("/studio/campaigns?page=-1").status_code
        == client.get("/studio/campaigns?page=9e9").status_code
        == 200
    )


def test_state_and_words_stay_together_in_the_address(studio_app: Studio) -> None:
    fill(studio_app, 160)
    fill(studio_app, 3, name="Beer 100%_")
    client = studio_app.logged_in(Role.VIEWER)
    page = client.get("/studio/campaigns?q=milk+5").text
    fives = [n for n in range(160) if "5" in str(n)]
    assert NAME.findall(page) == [f"Milk {n}" for n in fives]
    assert f"{len(fives)} campaigns found" in page and f"All {len(fives)}" in page
    link = re.search(r'href="([^"]+)">Submitted', page)
    assert link
    submitted = client.get(link[1].replace("&amp;", "&")).text
    assert NAME.findall(submitted) == [f"Milk {n}" for n in fives if n % 3 == 0] and 'value="milk 5"' in submitted
    assert NAME.findall(client.get("/studio/campaigns?q=100%25_").text) == [f"Beer 100%_ {n}" for n in range(3)]
    assert "All 3" in client.get("/studio/campaigns?q=%25").text, "a sign of the query is a letter like others"


@pytest.mark.parametrize("nonsense", ["state=none", "state=", "q=%00", "q=" + "x" * 5000, "page=%EF%BC%91"])
def test_nonsense_is_any(studio_app: Studio, nonsense: str) -> None:
    fill(studio_app, 1)
    assert studio_app.logged_in(Role.VIEWER).get(f"/studio/campaigns?{nonsense}").status_code == 200


def test_a_store_counts_its_own_and_nothing_of_others(studio_app: Studio) -> None:
    fill(studio_app, 60, "ekimae")
    fill(studio_app, 2, "elm")
    fill(studio_app, 70)
    page = studio_app.logged_in(Role.VIEWER, "elm").get("/studio/campaigns").text
    assert NAME.findall(page) == ["Milk 0", "Milk 1"] and "All 2" in page and 'rel="next"' not in page


def test_what_is_over_is_found_when_asked_for(studio_app: Studio) -> None:
    rows, now = studio_app.ports.storage.campaigns, studio_app.ports.clock()
    client = studio_app.logged_in(Role.VIEWER)
    assert "No campaigns yet." in client.get("/studio/campaigns").text
    gone = Flight(now - timedelta(days=30), now - timedelta(days=20))
    rows.add(Campaign("old", "Old", Level.OPEN, "", (CARD,), flight=gone), "", now)
    page = client.get("/studio/campaigns?q=old").text
    assert "No campaign is called that." in page
    link = re.search(r'href="([^"]+)">Search those that are over', page)
    assert link
    assert NAME.findall(client.get(link[1].replace("&amp;", "&")).text) == ["Old"]
