"""The first page says one true thing of each screen, by the names that people gave; of hundreds, those in trouble first."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.domain.campaign import Targeting
from signage.domain.condition import Report, Rung
from signage.live import Live, Shown
from signage.storage.users import Role
from signage.web.home import MOST_CARDS
from signage.web.screen_pages import PER_PAGE
from signage.web.screen_search import counted
from tests.signage.web.campaigns import made
from tests.signage.web.conftest import Studio
from tests.signage.web.test_timetable import approved
from tests.world import ENTRANCE

CARDS = re.compile(r'data-screen="([^"]+)"')
ROWS = re.compile(r'<h3><a href="/studio/screens/([^"]+)">')


def shows(
    studio_app: Studio, live: Live, spot_id: str, name: str, screen_id: str = "entrance", *, black: bool = False
) -> None:
    now = studio_app.ports.clock()
    live.touch(screen_id, now)
    live.put_shown({screen_id: Shown(spot_id, "dec_1", name, now)})
    live.put_report(screen_id, Report(now, spot_id, "dec_1", Rung.LIVE, black=black))


def many(studio_app: Studio, count: int) -> None:
    """Screens n1, n2 …, saved in another order, their ids in no order at all."""
    for n in sorted(range(1, count + 1), key=str):
        one = replace(ENTRANCE, screen_id=f"{(n * 7919) % 10007:05}", name=f"n{n}", place_en=f"Row {n}")
        studio_app.ports.storage.screens.save_screen(one, studio_app.ports.clock())


def test_a_screen_shows_a_campaign_and_not_a_file(studio_app: Studio, live: Live) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    [spot] = made(studio_app, client, name="Autumn").spots
    shows(studio_app, live, spot.spot_id, spot.name)
    [told] = client.get("/v1/studio/now?screen=entrance").json["screens"]
    assert (told["name"], told["item"], told["heading"]) == ("Autumn", "秋の味覚.png", "Now showing")
    for path in ("/studio", "/studio/screens", "/studio/screens/entrance"):
        page = client.get(path).text
        assert page.index("Autumn") < page.index("秋の味覚.png"), path
    shows(studio_app, live, spot.spot_id, "Autumn: Milk")  # a card's name carries what is on it
    [told] = client.get("/v1/studio/now?screen=entrance").json["screens"]
    assert (told["name"], told["item"]) == ("Autumn", "Milk")
    shows(studio_app, live, "house-1", "Soup of the day")
    [told] = client.get("/v1/studio/now?screen=entrance").json["screens"]
    assert (told["name"], told["item"]) == ("Soup of the day", "")


def test_now_is_said_only_of_what_can_be_seen(studio_app: Studio, live: Live) -> None:
    client = studio_app.logged_in(Role.VIEWER)
    shows(studio_app, live, "s", "Milk", black=True)
    [told] = client.get("/v1/studio/now?screen=entrance").json["screens"]
    assert (told["words"], told["heading"]) == ("Nothing to be seen", "On the device")
    assert (
        "On the device" in client.get("/studio").text and "On the device" in client.get("/studio/screens/entrance").text
    )
    live.touch("entrance", studio_app.ports.clock() - timedelta(hours=1))
    [told] = client.get("/v1/studio/now?screen=entrance").json["screens"]
    assert (told["words"], told["heading"]) == ("No contact", "Shown last")


def test_of_hundreds_the_first_page_has_the_worst_and_the_list_has_all(studio_app: Studio, live: Live) -> None:
    many(studio_app, 200)
    shows(studio_app, live, "s", "Milk", "aisle")  # the first by its name
    client = studio_app.logged_in(Role.VIEWER)
    page = client.get("/studio").text
    cards = CARDS.findall(page)
    assert len(cards) == MOST_CARDS and "aisle" not in cards and "All 205 screens" in page
    assert "No contact 204" in page and "Online 1" in page and page.index("No contact 204") < page.index("Online 1")
    asked = client.get("/v1/studio/now", query_string={"screen": cards}).json["screens"]
    assert {one["screen_id"] for one in asked} == set(cards)
    names = [name for number in range(1, 5) for name in re.findall(
        r'/studio/screens/\d{5}">(n\d+)<', client.get(f"/studio/screens?store=ekimae&page={number}").text
    )]  # fmt: skip
    assert names == [f"n{n}" for n in range(1, 201)], "n2 before n10, every one once"
    assert len(ROWS.findall(client.get("/studio/screens").text)) == PER_PAGE


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("q=n10", {"n10", "n100"}), ("q=ROW+100", {"n100"}), ("q=n10+station+front", {"n10", "n100"}), ("q=n10&store=elm", set()),
        ("q=n100&state=silent", {"n100"}), ("q=n100&state=good", set()), ("q=n100&state=%3Cscript%3E", {"n100"}),
        ("q=n100&page=9", set()),
    ],
)  # fmt: skip
def test_a_screen_is_found_by_what_one_knows_of_it(studio_app: Studio, asked: str, wanted: set[str]) -> None:
    many(studio_app, 100)
    page = studio_app.logged_in(Role.VIEWER).get(f"/studio/screens?{asked}").text
    assert set(re.findall(r'/studio/screens/\d{5}">(n\d+)<', page)) == wanted
    assert ("No screen is found." in page) == (not wanted) and "<script>" not in page


def test_on_a_screens_page_the_campaigns_for_it_come_first_and_it_is_named(studio_app: Studio) -> None:
    for name, screen_id in (("b", "entrance"), ("a", "aisle")):
        approved(studio_app, name, targeting=Targeting(screens=frozenset({screen_id})))
    client = studio_app.logged_in(Role.VIEWER)
    for screen_id, first, then in (("entrance", "b!", "a!"), ("aisle", "a!", "b!")):
        page = client.get(f"/studio/screens/{screen_id}").text
        assert page.index(f">{first}<") < page.index(f">{then}<"), screen_id
        assert "Not showing: this screen is not among its places." in page, "and not by its id"


def test_a_store_finds_its_own_screens_only(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.VIEWER, "ekimae")
    page = client.get("/studio/screens?store=elm").text
    assert "dairy" not in page and "No screen is found." in page
    assert client.get("/v1/studio/now?screen=dairy").json["screens"] == []


@given(st.lists(st.integers(0, 10**6)))
def test_names_are_in_the_order_in_which_people_count(numbers: list[int]) -> None:
    assert sorted([f"棚{n}" for n in numbers], key=counted) == [f"棚{n}" for n in sorted(numbers)]
    assert sorted(["棚10", "棚9", "2F", "棚", "a2", "A10"], key=counted) == ["2F", "a2", "A10", "棚", "棚9", "棚10"]
