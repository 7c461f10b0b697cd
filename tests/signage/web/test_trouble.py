"""A screen that shows nothing: what is known, what to try, whom to call; what isn't known is never green."""

import re
import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.domain.condition import Condition, Health, Report
from signage.live import Live
from signage.storage.conditions import Stretch, put_stretch
from signage.storage.users import Role
from signage.storage.writer import GroupWriter
from signage.web.status import HEADINGS
from signage.web.telephone import calls
from signage.web.trouble_pages import FAULTS, STEPS
from tests.signage.web.conftest import Studio
from tests.signage.web.test_screens import XSS
from tests.world import EKIMAE, ENTRANCE

PATH = "/studio/screens/entrance/trouble"


def test_a_silent_screen_says_since_when_what_to_try_and_whom_to_call(studio_app: Studio, writer: GroupWriter) -> None:
    now = studio_app.ports.clock()
    writer.submit(lambda c: put_stretch(
        c, Stretch("entrance", now - timedelta(hours=3), now - timedelta(hours=1), Condition.PLAYING)
    ))  # fmt: skip
    writer.submit(lambda c: put_stretch(c, Stretch("entrance", now - timedelta(hours=1), now, Condition.LOST)))
    client = studio_app.logged_in(Role.STAFF, "ekimae")
    page = client.get(PATH).text
    assert "Nobody is entered for this store" in page and 'class="reach silent"' in page and "reach good" not in page
    assert "contact was lost" in page and "Never" in page and "doesn’t answer" in page
    assert page.index("power") < page.index("network") < page.index("Switch the device off")
    studio_app.ports.storage.screens.save_store(replace(EKIMAE, contact=f"情報システム 03-0000-0000 {XSS}"))
    page = client.get(PATH).text
    assert '<a class="button main" href="tel:0300000000">03-0000-0000</a>' in page and "<script>alert" not in page
    assert f'href="{PATH}"' in client.get("/studio/screens/entrance").text


def test_since_when_is_told_where_it_is_known_and_nothing_twice(studio_app: Studio, live: Live) -> None:
    now, screens = studio_app.ports.clock(), studio_app.ports.storage.screens
    screens.save_screen(replace(ENTRANCE, name="Front", place_en="Entrance"), now)
    live.touch("entrance", now - timedelta(hours=2))
    page = studio_app.logged_in(Role.STAFF, "ekimae").get(PATH).text
    assert "Since Mon 16 Nov 10:00, for 2 hours." in page and "When “Front” shows nothing" in page
    assert '<p class="sub">Station Front · Entrance</p>' in page, "its zone and its place say the same"
    live.touch("entrance", now)
    live.put_report("entrance", Report(now, "s", "d", black=True))
    page = studio_app.logged_in(Role.STAFF, "ekimae", name="two").get(PATH).text
    assert "nothing is to be seen" in page and "Since" not in page, "nobody knows since when"
    assert 'name="verb" value="reload"' in page
    assert "verb" not in studio_app.logged_in(Role.VIEWER).get(PATH).text, "an analyst sends no commands"


def test_what_the_player_told_last_is_text(studio_app: Studio, live: Live) -> None:
    now = studio_app.ports.clock()
    live.touch("entrance", now)
    live.put_report("entrance", Report(now, "s", "d", black=True, error=XSS, error_at=now))
    page = studio_app.logged_in(Role.VIEWER).get(PATH).text
    assert 'class="reach dark"' in page and "remote control" in page and "<script>alert" not in page


def test_a_screen_without_a_device_is_to_be_connected(studio_app: Studio) -> None:
    screens = studio_app.ports.storage.screens
    screens.save_screen(replace(ENTRANCE, screen_id="new", name="New"), studio_app.ports.clock())
    page = studio_app.logged_in(Role.STAFF, "ekimae").get("/studio/screens/new/trouble").text
    assert "No device is connected to it" in page and "/studio/screens/new/connect" in page


def test_there_is_something_to_try_in_every_state() -> None:
    assert set(STEPS) == set(Health) == set(HEADINGS) and all(STEPS.values())
    assert set(FAULTS) == set(Health) - {Health.NIGHT}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("情報システム 03−0000−0000(平日 9–18時)、夜間 090 1111 2222",
         [("情報システム (平日 9–18時)", "0300000000"), ("夜間", "09011112222")]),
        ("03-0000-0000 / 0120ー111ー222", [("", "0300000000"), ("", "0120111222")]),
        ("電話:03(0000)0000", [("電話", "0300000000")]),
        ("IT +81 3-0000-0000 ext. 12\nDesk (555) 010-9999", [("IT ext. 12", "+81300000000"), ("Desk", "5550109999")]),
        ("〒150-0002 内線1234 2026-11-22", [("〒150-0002 内線1234 2026-11-22", "")]),
        ("", []),
    ],
)  # fmt: skip
def test_a_number_in_what_somebody_wrote_can_be_dialled(text: str, wanted: list[tuple[str, str]]) -> None:
    assert [(call.said, call.dial) for call in calls(text)] == wanted


@given(st.text(max_size=200))
def test_what_is_dialled_is_a_number_and_the_words_stay(text: str) -> None:
    for call in calls(text):
        assert re.fullmatch(r"(\+?\d{8,15})?", call.dial) and bool(call.dial) == bool(call.number)
    kept = "".join(call.said + call.number for call in calls(text))
    assert {c for c in unicodedata.normalize("NFKC", text) if c.isalpha()} <= set(kept), "no word is lost"
