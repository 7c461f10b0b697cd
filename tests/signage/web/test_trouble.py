"""A screen that shows nothing: what is known, what to try, whom to call; what isn't known is never green."""

from dataclasses import replace
from datetime import timedelta

from signage.domain.condition import Condition, Health, Report
from signage.live import Live
from signage.storage.conditions import Stretch, put_stretch
from signage.storage.users import Role
from signage.storage.writer import GroupWriter
from signage.web.trouble_pages import STEPS
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
    assert "contact was lost" in page and "Unknown" in page
    assert page.index("power") < page.index("network") < page.index("Switch the device off")
    studio_app.ports.storage.screens.save_store(replace(EKIMAE, contact=f"情報システム 03-0000-0000 {XSS}"))
    page = client.get(PATH).text
    assert "03-0000-0000" in page and "<script>alert" not in page
    assert f'href="{PATH}"' in client.get("/studio/screens/entrance").text


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
    assert set(STEPS) == set(Health) and all(STEPS.values())
