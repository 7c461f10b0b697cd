"""The page of alerts: what fired, for how long, whether anybody heard of it, for whose eyes; and one to try it with."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from signage.domain.operations import AlertKind
from signage.storage.users import Role
from signage.web.ports import EXTENSION
from tests.signage.web.conftest import Studio, post
from tests.world import MovableClock


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


@pytest.fixture
def told_to(studio_app: Studio) -> Studio:
    """A studio whose alerts go to somebody."""
    ports = replace(studio_app.ports, alerts_to="hooks.example.com")
    studio_app.app.extensions[EXTENSION] = ports
    return replace(studio_app, ports=ports)


def test_what_fired_and_who_heard_of_it(told_to: Studio, clock: MovableClock) -> None:
    alerts, client = told_to.ports.storage.alerts, told_to.logged_in(Role.VIEWER)
    assert "No alerts." in client.get("/studio/alerts").text
    alerts.begin(AlertKind.DARK, "entrance", "ekimae", "", clock())
    assert "Nothing to be seen on the screen 入口1 Mon 16 Nov 12:00 Still so About to be told" in text(
        client.get("/studio/alerts").text
    )
    [alert] = alerts.claim(clock())
    alerts.failed(alert, "refused: 500 <b>")
    page = text(client.get("/studio/alerts").text)
    assert "Not heard yet (1 tries); next try Mon 16 Nov 12:01 The address refuses it 500 &lt;b&gt;" in page
    [again] = alerts.claim(clock.tick(60))
    alerts.told(again, clock())
    assert "Still so Told at Mon 16 Nov 12:01" in text(client.get("/studio/alerts").text)
    alerts.end(alert.alert_id, clock.tick(60))
    for _ in range(30):
        for one in alerts.claim(clock.tick(3600)):
            alerts.failed(one, "away: TimeoutError()")
    assert "12:02 Given up after 12 tries Nobody answers at the address, or not in time TimeoutError()" in text(
        client.get("/studio/alerts").text
    )


def test_a_store_sees_its_own_alerts_and_those_of_the_whole_shop(studio_app: Studio, clock: MovableClock) -> None:
    alerts = studio_app.ports.storage.alerts
    for kind, screen, store in ((AlertKind.DARK, "entrance", "ekimae"), (AlertKind.LIVE_AWAY, "", "")):
        alerts.begin(kind, screen, store, "", clock())
    page = text(studio_app.logged_in(Role.VIEWER, "elm").get("/studio/alerts").text)
    assert "Redis doesn’t answer" in page and "Nothing to be seen" not in page
    assert "Nobody is told of alerts" in page


def test_a_test_goes_the_way_of_every_alert(told_to: Studio, clock: MovableClock) -> None:
    client, alerts = told_to.logged_in(Role.ADMIN), told_to.ports.storage.alerts
    page = post(client, "/studio/alerts/test", follow_redirects=True).text
    assert "within a minute" in page and "About to be told" in page and "hooks.example.com" in page
    assert "still waiting" in post(client, "/studio/alerts/test", follow_redirects=True).text
    [sent] = alerts.claim(clock())
    assert (sent.kind, sent.screen_id, sent.ended_at) == (AlertKind.TEST, "", clock())
    alerts.told(sent, clock())
    assert "Told at" in client.get("/studio/alerts").text and alerts.open() == []
    assert "Test alert sent" in client.get("/studio/history").text


def test_only_headquarters_administrators_may_test_and_only_where_somebody_hears(studio_app: Studio) -> None:
    for role, store_id, status in ((Role.APPROVER, "", 403), (Role.ADMIN, "elm", 403), (Role.ADMIN, "", 409)):
        assert post(studio_app.logged_in(role, store_id), "/studio/alerts/test").status_code == status
    assert studio_app.ports.storage.alerts.recent(None, 9) == []


def test_while_there_is_nobody_to_tell_nothing_queues_up(studio_app: Studio, clock: MovableClock) -> None:
    told = studio_app.ports.storage.alerts
    alone = type(told)(told._engine, telling=False)
    alone.begin(AlertKind.DARK, "entrance", "ekimae", "", clock())
    [alert] = alone.open()
    alone.end(alert.alert_id, clock.tick(60))
    assert told.claim(clock() + timedelta(days=1)) == []
    page = text(studio_app.logged_in(Role.VIEWER, lang="ja").get("/studio/alerts").text)
    assert "画面に何も表示されていません 入口1 11月16日(月) 12:00 11月16日(月) 12:01 通知していません" in page
