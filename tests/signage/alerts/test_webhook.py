"""Alerts: they begin when a trouble holds, end when it is over, and one signed POST tells each, again until it is heard."""

import hashlib
import hmac
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import trustme
from pydantic import ValidationError
from sqlalchemy import Engine

from signage.alerts.ticking import tell_due
from signage.alerts.watch import Watch
from signage.alerts.webhook import NotTold, Webhook
from signage.domain.clock import millis
from signage.domain.condition import Report, Rung
from signage.domain.operations import AlertKind
from signage.live import Live, Shown
from signage.proof.plays import Proof
from signage.settings import Settings
from signage.storage.alerts import MOST_ATTEMPTS, Alert, Alerts
from signage.storage.plays import Plays
from signage.storage.writer import GroupWriter
from tests.wire_player import raw_play
from tests.world import START, MovableClock, World

SECRET = "a secret of the tests"
ALERT = Alert("a1", AlertKind.DARK, "entrance", "ekimae", START, None, "", 0)


@dataclass
class Receiver:
    """Somebody else's server. `answers`: status codes to give, then 200."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    heard: list[tuple[str, str, bytes]] = field(default_factory=list)  # path, signature, body

    def bodies(self) -> list[dict[str, str | None]]:
        return [json.loads(body) for _, _, body in self.heard]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver()
    yield from _serve(told, None)


def _serve(told: Receiver, trust: ssl.SSLContext | None) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.heard.append((self.path, self.headers["X-Shelfcast-Signature"], body))
            self.send_response(told.answers.pop(0) if told.answers else 200)
            self.send_header("Location", f"http://127.0.0.1:{told.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Tests are quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    if trust:
        server.socket = trust.wrap_socket(server.socket, server_side=True)
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def alerts(engine: Engine) -> Alerts:
    return Alerts(engine)


@pytest.fixture
def watch(world: World, live: Live, engine: Engine, alerts: Alerts) -> Watch:
    for screen in world.screens.screens():
        if screen.screen_id != "entrance":
            world.screens.revoke(screen.screen_id)
    return Watch(world.screens, live, Plays(engine), alerts)


def well(live: Live, clock: MovableClock, **changes: object) -> None:
    """The screen answers and shows something; what is changed is not so."""
    live.touch("entrance", clock())
    live.put_report("entrance", Report(clock(), "spt", "", Rung.LEASE, **changes))  # type: ignore[arg-type]


def kinds(alerts: Alerts) -> list[tuple[AlertKind, str]]:
    return [(alert.kind, alert.screen_id) for alert in alerts.open()]


def test_a_trouble_that_holds_is_an_alert_until_it_is_over(
    watch: Watch, live: Live, clock: MovableClock, alerts: Alerts
) -> None:
    well(live, clock, black=True)
    watch.look(clock())
    assert kinds(alerts) == [], "between two items anything may be for a moment"
    clock.tick(60)
    well(live, clock, black=True)
    watch.look(clock())
    watch.look(clock.tick(1))
    assert kinds(alerts) == [(AlertKind.DARK, "entrance")], "once"
    clock.tick(60)
    well(live, clock)
    watch.look(clock())
    assert kinds(alerts) == []
    for _ in range(2):
        watch.look(clock.tick(660))
    assert kinds(alerts) == [(AlertKind.NO_CONTACT, "entrance")]


def test_a_screen_that_shows_something_else_is_an_alert(
    watch: Watch, live: Live, clock: MovableClock, alerts: Alerts
) -> None:
    live.put_shown({"entrance": Shown("spt_new", "decision of now", "", clock())})
    for _ in range(2):
        live.touch("entrance", clock.tick(60))
        live.put_report("entrance", Report(clock(), "spt_old", "decision of before", Rung.LIVE))
        watch.look(clock())
    assert kinds(alerts) == [(AlertKind.NOT_AS_EXPECTED, "entrance")]


def test_while_redis_is_away_nothing_is_said_of_screens(
    watch: Watch, live: Live, clock: MovableClock, alerts: Alerts
) -> None:
    for _ in range(2):
        watch.look(clock.tick(60))
    assert kinds(alerts) == [(AlertKind.NO_CONTACT, "entrance")]
    watch.live = Live("redis://127.0.0.1:1/0")
    for _ in range(2):
        watch.look(clock.tick(60))
    assert sorted(kinds(alerts)) == [(AlertKind.LIVE_AWAY, ""), (AlertKind.NO_CONTACT, "entrance")]
    watch.live = live
    well(live, clock)
    watch.look(clock())
    assert kinds(alerts) == []


def test_plays_that_contradict_each_other_are_an_alert(
    *, watch: Watch, live: Live, clock: MovableClock, alerts: Alerts, world: World, writer: GroupWriter
) -> None:
    at = millis(clock()) - 60_000
    Proof(writer, world.screens, lambda plays: None).record(
        "entrance", [raw_play(started_ms=at, shown_ms=15_000, seq=n) for n in (1, 2)], clock()
    )
    for _ in range(2):
        well(live, clock)
        watch.look(clock())
        clock.tick(60)
    assert kinds(alerts) == [(AlertKind.PLAYS_DOUBTED, "entrance")]


def test_what_is_told_is_signed_with_its_time(receiver: Receiver) -> None:
    Webhook(f"http://127.0.0.1:{receiver.port}/hook?a=1", SECRET, private=True).tell(ALERT, START)
    [(path, signed, body)] = receiver.heard
    assert path == "/hook?a=1"
    at, given = (part.split("=", 1)[1] for part in signed.split(","))
    assert int(at) == int(START.timestamp())
    assert given == hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert json.loads(body) == {
        "id": "a1", "kind": "dark", "screen": "entrance", "store": "ekimae", "at": START.isoformat(), "ended_at": None,
        "detail": "",
    }  # fmt: skip


def test_it_is_told_again_with_longer_waits_until_it_is_heard(
    receiver: Receiver, alerts: Alerts, clock: MovableClock
) -> None:
    webhook = Webhook(f"http://127.0.0.1:{receiver.port}/", SECRET, private=True)
    alerts.begin(AlertKind.DARK, "entrance", "ekimae", "", clock())
    receiver.answers = [500, 503]
    tried = []
    for minute in range(10):
        before = len(receiver.heard)
        tell_due(alerts, webhook, clock)
        tried += [minute] * (len(receiver.heard) - before)
        clock.tick(60)
    assert tried == [0, 1, 3]
    [alert] = alerts.open()
    alerts.end(alert.alert_id, clock())
    tell_due(alerts, webhook, clock)
    last = receiver.bodies()[-1]
    assert (last["id"], last["ended_at"]) == (alert.alert_id, clock().isoformat())


def test_nobody_is_asked_for_ever(alerts: Alerts, clock: MovableClock) -> None:
    alerts.begin(AlertKind.DARK, "entrance", "ekimae", "", clock())
    tries = 0
    for _ in range(48):
        tries += len(alerts.claim(clock()))
        clock.tick(3600)
    assert tries == MOST_ATTEMPTS


def test_an_end_that_comes_while_the_beginning_is_told_is_told_too(alerts: Alerts, clock: MovableClock) -> None:
    alerts.begin(AlertKind.DARK, "entrance", "ekimae", "", clock())
    [begun] = alerts.claim(clock())
    alerts.end(begun.alert_id, clock())
    alerts.told(begun, clock())
    [ended] = alerts.claim(clock())
    assert ended.ended_at == clock()


def test_no_redirect_is_followed(receiver: Receiver) -> None:
    receiver.answers = [302]
    with pytest.raises(NotTold, match="302"):
        Webhook(f"http://127.0.0.1:{receiver.port}/", SECRET, private=True).tell(ALERT, START)
    assert [path for path, _, _ in receiver.heard] == ["/"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "10.0.0.8", "169.254.169.254", "[::ffff:127.0.0.1]"]
)
def test_a_private_address_is_only_asked_where_that_is_allowed(receiver: Receiver, host: str) -> None:
    with pytest.raises(NotTold, match="private"):
        Webhook(f"https://{host}:{receiver.port}/", SECRET).tell(ALERT, START)
    assert receiver.heard == []


def test_https_is_checked_against_the_name() -> None:
    authority, told = trustme.CA(), Receiver()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(server)
    serving = _serve(told, server)
    next(serving)
    with pytest.raises(NotTold, match="CERTIFICATE_VERIFY_FAILED"):
        Webhook(f"https://localhost:{told.port}/", SECRET, private=True, trust=client).tell(ALERT, START)
    authority.configure_trust(client)
    Webhook(f"https://localhost:{told.port}/", SECRET, private=True, trust=client).tell(
        ALERT, START + timedelta(seconds=1)
    )
    assert [body["id"] for body in told.bodies()] == ["a1"]
    next(serving, None)


@pytest.mark.parametrize(
    "change",
    [
        {"alert_secret": "short"},
        {"alert_url": "http://x.example/"},
        {"alert_url": "ftp://x.example/", "alert_private": True},
    ],
)
def test_an_unsafe_webhook_is_refused_at_start(change: dict[str, object]) -> None:
    good: dict[str, object] = {"alert_url": "https://x.example/hook", "alert_secret": SECRET}
    assert Settings(**good).alert_url
    with pytest.raises(ValidationError):
        Settings(**good | change)
