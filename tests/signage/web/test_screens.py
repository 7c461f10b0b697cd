"""Screens in the studio: approval by code, device replacement, cameras and their notice, hostile players, reach."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signage.domain.clock import millis
from signage.domain.condition import Condition, Health, Light, Report, Rung, health
from signage.domain.operations import Verb
from signage.domain.place import CameraMode, Layout
from signage.live import Live, Shown
from signage.proof.plays import Proof
from signage.storage.conditions import Stretch, put_stretch
from signage.storage.screens import LetIn
from signage.storage.users import Role
from signage.storage.writer import GroupWriter
from signage.web.ports import EXTENSION
from tests.signage.web.conftest import Studio, post
from tests.wire_player import raw_play
from tests.world import START, MovableClock, World

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


OK = Report(START, "spt", "dec", Rung.LIVE)
SENT = ("dec", START - timedelta(seconds=30))


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        ({}, Health.UNCONFIRMED),  # nobody knows whether it is lit
        ({"light": Light.ON}, Health.GOOD),
        ({"report": replace(OK, light=Light.ON)}, Health.GOOD),
        ({"seen_at": START - timedelta(seconds=61)}, Health.OFFLINE),
        ({"seen_at": START - timedelta(seconds=601)}, Health.SILENT),
        ({"seen_at": None}, Health.SILENT),
        ({"lit_now": False}, Health.NIGHT),
        ({"light": Light.OFF}, Health.DARK),
        ({"report": replace(OK, black=True), "light": Light.ON}, Health.DARK),
        ({"report": replace(OK, visible=False), "light": Light.ON}, Health.DARK),
        ({"report": None, "light": Light.ON}, Health.MUTE),
        ({"report": replace(OK, at=START - timedelta(seconds=91)), "light": Light.ON}, Health.MUTE),
        ({"report": replace(OK, decision_id="older"), "light": Light.ON}, Health.OTHER),
        ({"report": replace(OK, decision_id=""), "light": Light.ON}, Health.OTHER),  # fell back although it is online
        ({"report": replace(OK, rung=Rung.BRAND), "light": Light.ON}, Health.OTHER),
        (
            {"report": replace(OK, decision_id="older"), "expected": ("dec", START)},
            Health.UNCONFIRMED,
        ),  # waits its turn
    ],
)
def test_only_what_is_known_to_be_right_and_lit_is_green(known: dict[str, Any], wanted: Health) -> None:
    all_known: dict[str, Any] = {
        "seen_at": START, "report": OK, "expected": SENT, "light": Light.UNKNOWN, "lit_now": True, "now": START,
    }  # fmt: skip
    assert health(**all_known | known) is wanted


def test_a_screen_that_shows_something_else_says_so(studio_app: Studio, live: Live) -> None:
    client = studio_app.logged_in(Role.VIEWER)
    now = studio_app.ports.clock()
    live.touch("entrance", now)
    live.put_shown({"entrance": Shown("spt_1", "dec_1", "Oat Week", now - timedelta(minutes=1))})
    live.put_report("entrance", Report(now, "<script>alert(1)", "dec_0", Rung.LIVE, error=XSS, error_at=now))
    [told] = [one for one in client.get("/v1/studio/now").json["screens"] if one["screen_id"] == "entrance"]
    assert (told["health"], told["name"]) == ("other", "<script>alert(1)")
    page = client.get("/studio/screens/entrance").text
    assert "It was sent “Oat Week”." in page and "<script>alert" not in page
    live.put_light("entrance", True)
    facts = {
        "version": "v-9",
        "cached": 5,
        "missing": 2,
        "quota_share": 41,
        "queued_plays": 37,
        "rtt_ms": 12,
        "error": "404",
    }
    live.put_report("entrance", Report(now, "spt_1", "dec_1", Rung.LIVE, error_at=now, **facts))  # type: ignore[arg-type]
    page = client.get("/studio/screens/entrance").text
    assert all(said in page for said in ("v-9", "5 · 2 missing · 41 % of its space", ">37<", "12 ms", "404", ">Lit<"))
    assert 'class="reach good"' in client.get("/studio/screens/entrance").text


@pytest.mark.parametrize("verb", list(Verb))
def test_a_command_is_sent_and_its_answer_told(studio_app: Studio, live: Live, verb: Verb) -> None:
    client = studio_app.logged_in(Role.APPROVER)

    def player(screen_id: str, message: dict[str, Any]) -> None:
        studio_app.heard.told(screen_id, message)
        live.put_answer(
            screen_id, {"type": "done", "v": 1, "id": message["id"], "ok": verb is not Verb.RELOAD, "text": XSS}
        )

    studio_app.app.extensions[EXTENSION] = replace(studio_app.ports, tell_player=player)
    page = post(client, "/studio/screens/entrance/command", {"verb": verb}, follow_redirects=True).text
    [(screen_id, message)] = studio_app.heard.messages
    assert (screen_id, message["type"], message["verb"]) == ("entrance", "command", verb)
    assert message["expires_ms"] == millis(studio_app.ports.clock()) + 30_000
    assert ("Done." in page) == (verb is not Verb.RELOAD) and "<script>alert" not in page


def test_only_known_commands_go_out_and_silence_is_said(studio_app: Studio, live: Live) -> None:
    client = studio_app.logged_in(Role.APPROVER)
    assert post(client, "/studio/screens/entrance/command", {"verb": "rm -rf"}).status_code == 400
    assert studio_app.heard.messages == []
    page = post(client, "/studio/screens/entrance/command", {"verb": "identify"}, follow_redirects=True).text
    assert "hasn’t answered yet" in page
    assert (
        post(
            studio_app.logged_in(Role.VIEWER, name="v"), "/studio/screens/entrance/command", {"verb": "identify"}
        ).status_code
        == 403
    )


def test_a_capture_is_shown_as_text_and_picture(studio_app: Studio, live: Live) -> None:
    client = studio_app.logged_in(Role.VIEWER)
    live.put_answer(
        "entrance",
        {"type": "capture", "v": 1, "id": "c", "spot": "s", "decision": "", "text": XSS, "picture": "/9j/AAAA"},
    )
    page = client.get("/studio/screens/entrance").text
    assert (
        'src="data:image/jpeg;base64,/9j/AAAA"' in page
        and "&lt;script&gt;alert(1)" in page
        and "<script>alert" not in page
    )


def test_a_key_is_renewed_when_asked(studio_app: Studio, world: World) -> None:
    client = studio_app.logged_in(Role.APPROVER)
    screens, key = studio_app.ports.storage.screens, world.keys["entrance"]
    assert screens.verify("entrance", key) is LetIn.YES
    post(client, "/studio/screens/entrance/rotate")
    assert screens.verify("entrance", key) is LetIn.RENEW


def test_the_stage_is_set_up_and_the_player_told(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.APPROVER)
    good = {
        "name": "入口1", "zone": "entrance", "camera": "off", "layout": "l_bar", "fit": "fill", "safe_percent": "3",
        "lit_from": "08:30", "lit_until": "22:00",
    }  # fmt: skip
    for bad in (
        {"layout": "spiral"},
        {"fit": ""},
        {"safe_percent": "11"},
        {"safe_percent": "x"},
        {"lit_from": "25:00"},
    ):
        assert post(client, "/studio/screens/entrance/edit", good | bad).status_code == 400, bad
    post(client, "/studio/screens/entrance/edit", good)
    screen = studio_app.ports.storage.screens.screen("entrance")
    assert screen is not None and (screen.layout, screen.lit_from_min, screen.lit_until_min) == (
        Layout.L_BAR,
        510,
        1320,
    )
    [(screen_id, message)] = studio_app.heard.messages
    assert (screen_id, message["type"], message["screen"]["fit"], message["screen"]["safe_percent"]) == (
        "entrance",
        "settings",
        "fill",
        3,
    )
    assert message["screen"]["lit"] == {"from_min": 510, "until_min": 1320}


def test_coverage_says_what_became_of_each_hour(studio_app: Studio, writer: GroupWriter, clock: MovableClock) -> None:
    client = studio_app.logged_in(Role.VIEWER)
    proof = Proof(writer, studio_app.ports.storage.screens, lambda plays: None)
    told = [raw_play(seq=n, started_ms=millis(START) + n * 10_000) for n in (*range(180), 185)]
    proof.record("entrance", told, clock.tick(3600))
    writer.submit(
        lambda c: put_stretch(
            c, Stretch("entrance", START + timedelta(minutes=30), START + timedelta(hours=1), Condition.BLACK)
        )
    )
    page = client.get("/studio/coverage?screen=entrance").text
    assert "nothing to be seen on the page 30.0 min" in page
    assert "Numbers 180 to 184" in page
    assert client.get("/studio/coverage?screen=entrance&day=x").status_code == 400
    other = studio_app.logged_in(Role.VIEWER, "elm", name="e").get("/studio/coverage?screen=entrance").text
    assert "Dairy" in other and "入口1" not in other


def test_without_redis_nothing_is_claimed(studio_app: Studio, live: Live, monkeypatch: Any) -> None:
    client = studio_app.logged_in(Role.VIEWER)
    live.touch("entrance", START)
    monkeypatch.setattr(live, "_redis", Live("redis://127.0.0.1:1/0")._redis)
    told = client.get("/v1/studio/now").json["screens"]
    assert {one["health"] for one in told} == {"silent"}
    assert client.get("/studio").status_code == 200


def test_decision_in_words(studio_app: Studio, writer: GroupWriter) -> None:
    client = studio_app.logged_in(Role.VIEWER)
    made = studio_app.controller.next_item("entrance", "r", None)
    writer.submit(lambda _connection: None)  # records are written behind the answer; this one waits for them
    page = client.get(f"/studio/decisions/{made['decision']}").text
    assert "Chance of being chosen" in page and made["decision"] in page
    assert f"/studio/decisions/{made['decision']}" in client.get("/studio/screens/entrance").text
    assert client.get("/studio/decisions/none").status_code == 404
