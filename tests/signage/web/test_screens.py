"""Screens in the studio: approval by code, device replacement, cameras and their notice, hostile players, reach."""

from datetime import timedelta
from typing import Any

from signage.domain.place import CameraMode
from signage.live import Live
from signage.storage.users import Role
from signage.storage.writer import GroupWriter
from signage.web.status import Reach, reach
from tests.signage.web.conftest import Studio, post
from tests.world import START

XSS = '"><script>alert(1)</script>{{7*7}}'
NOTICE = {"operator": "駅前店", "purpose_ja": "客層の把握", "purpose_en": "Audience counts", "contact": "03-0000-0000"}


def waiting(studio_app: Studio, agent: str = "Chromium", insecure: bool = False) -> tuple[str, str]:
    """A player asks to be let in -> (code, poll secret)."""
    screens, now = studio_app.ports.storage.screens, studio_app.ports.clock()
    code, secret, _ = screens.open_registration(1080, 1920, agent, insecure, now)
    return code, secret


def test_a_waiting_player_becomes_a_screen(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.APPROVER)
    code, secret = waiting(studio_app, insecure=True)
    assert "1 device is waiting" in client.get("/studio").text
    page = client.get(f"/studio/screens?code={code.lower()}").text
    assert code in page and "no offline cache" in page
    fields = {"code": code, "name": "鮮魚", "zone": "aisle", "store_id": "ekimae"}
    answer = post(client, "/studio/screens/approve", fields)
    screen_id, key = studio_app.ports.storage.screens.claim(secret, studio_app.ports.clock()) or ("", "")
    assert answer.location == f"/studio/screens/{screen_id}"
    screen = studio_app.ports.storage.screens.screen(screen_id)
    assert screen is not None and (screen.name, screen.width, screen.height) == ("鮮魚", 1080, 1920)
    assert studio_app.ports.storage.screens.verify(screen_id, key)
    assert post(client, "/studio/screens/approve", fields).status_code == 404, "a code works once"


def test_replacing_a_device_keeps_the_screen(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.APPROVER)
    code, secret = waiting(studio_app)
    post(client, "/studio/screens/approve", {"code": code, "replace": "aisle"})
    claimed = studio_app.ports.storage.screens.claim(secret, studio_app.ports.clock())
    assert claimed is not None and claimed[0] == "aisle"
    assert len(studio_app.ports.storage.screens.screens()) == 5


def test_everything_from_a_player_is_text(studio_app: Studio, live: Live) -> None:
    client = studio_app.logged_in(Role.ADMIN)
    code, _ = waiting(studio_app, XSS)
    page = client.get("/studio/screens").text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page
    post(
        client,
        "/studio/screens/approve",
        {"code": code, "name": XSS, "zone": "aisle", "store_id": "ekimae", "tags": "a"},
    )
    for path in ("/studio", "/studio/screens", "/studio/campaigns/new", "/studio/reports"):
        text = client.get(path).text
        assert "<script>alert" not in text and "&lt;script&gt;" in text, path


def test_names_zones_and_tags_are_checked(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.APPROVER)
    good = {"name": "入口1", "zone": "entrance", "tags": "a、b c", "camera": "off"}
    for bad in ({"name": ""}, {"name": "x" * 41}, {"zone": "moon"}, {"tags": "<b>"}, {"camera": "xray"}):
        assert post(client, "/studio/screens/entrance/edit", good | bad).status_code == 400, bad
    assert post(client, "/studio/screens/entrance/edit", good).status_code == 302
    screen = studio_app.ports.storage.screens.screen("entrance")
    assert screen is not None and screen.tags == {"a", "b", "c"}


def test_no_camera_before_the_notice_is_complete(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN)
    screens = studio_app.ports.storage.screens
    fields = {"name": "3番通路", "zone": "aisle", "camera": "presence"}
    refused = post(client, "/studio/screens/aisle/edit", fields)
    assert refused.status_code == 400 and "Complete the store&#39;s camera notice first" in refused.text
    assert post(client, "/studio/notices/ekimae", NOTICE | {"contact": " "}).status_code == 302
    assert post(client, "/studio/screens/aisle/edit", fields).status_code == 400
    post(client, "/studio/notices/ekimae", NOTICE)
    assert post(client, "/studio/screens/aisle/edit", fields).status_code == 302
    aisle = screens.screen("aisle")
    assert aisle is not None and aisle.camera is CameraMode.PRESENCE
    post(client, "/studio/notices/ekimae", NOTICE | {"operator": ""})
    assert {screen.camera for screen in screens.screens("ekimae")} == {CameraMode.OFF}, "an incomplete notice ends it"


def test_the_public_notice_needs_no_login(studio_app: Studio) -> None:
    studio_app.person(Role.ADMIN)
    post(studio_app.logged_in(Role.ADMIN, name="a"), "/studio/notices/ekimae", NOTICE | {"contact": XSS})
    page = studio_app.client("ja").get("/privacy/camera?store=ekimae").text
    assert "映像は保存せず、人数と年代だけをその場で推定しています。個人を特定しません。" in page
    assert "客層の把握" in page and "<script>alert" not in page
    assert "Elm Street" in studio_app.client().get("/privacy/camera").text
    assert "No camera is on in this store." in studio_app.client().get("/privacy/camera?store=elm").text


def test_shutting_out(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.APPROVER)
    assert post(client, "/studio/screens/entrance/revoke").status_code == 302
    assert studio_app.heard.revoked == ["entrance"]
    assert not studio_app.ports.storage.screens.has_key("entrance")
    [entry] = [entry for entry in studio_app.ports.storage.audit.latest() if entry.subject == "entrance"]
    assert (entry.verb, entry.who) == ("screen_shut_out", "approver")


def test_another_stores_screen_is_not_there(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN, "elm")
    assert client.get("/studio/screens/entrance").status_code == 404
    for path in ("/studio/screens/entrance/edit", "/studio/screens/entrance/revoke", "/studio/notices/ekimae"):
        assert post(client, path, {"name": "x", "zone": "aisle"}).status_code == 404, path
    assert {one["screen_id"] for one in client.get("/v1/studio/now").json["screens"]} == {"dairy"}
    made = studio_app.controller.next_item("entrance", "r", None)
    assert client.get(f"/studio/decisions/{made['decision']}").status_code == 404
    code, _ = waiting(studio_app)
    assert post(client, "/studio/screens/approve", {"code": code, "replace": "entrance"}).status_code == 404


def test_reach_is_the_last_round_trip() -> None:
    ages: dict[Any, Reach] = {
        0: Reach.ONLINE,
        60: Reach.ONLINE,
        61: Reach.OFFLINE,
        600: Reach.OFFLINE,
        601: Reach.SILENT,
    }
    for age, wanted in ages.items():
        assert reach(START - timedelta(seconds=age), START) is wanted
    assert reach(None, START) is Reach.SILENT


def test_without_redis_nothing_is_claimed(studio_app: Studio, live: Live, monkeypatch: Any) -> None:
    client = studio_app.logged_in(Role.VIEWER)
    live.touch("entrance", START)
    monkeypatch.setattr(live, "_redis", Live("redis://127.0.0.1:1/0")._redis)
    told = client.get("/v1/studio/now").json["screens"]
    assert {one["reach"] for one in told} == {"silent"}
    assert client.get("/studio").status_code == 200


def test_decision_in_words(studio_app: Studio, writer: GroupWriter) -> None:
    client = studio_app.logged_in(Role.VIEWER)
    made = studio_app.controller.next_item("entrance", "r", None)
    writer.submit(lambda _connection: None)  # records are written behind the answer; this one waits for them
    page = client.get(f"/studio/decisions/{made['decision']}").text
    assert "Chance of being chosen" in page and made["decision"] in page
    assert f"/studio/decisions/{made['decision']}" in client.get("/studio/screens/entrance").text
    assert client.get("/studio/decisions/none").status_code == 404
