"""The hub's bookkeeping: bounded queues, what may be dropped, and who wins."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.channel.hub import MOST_WAITING, REPLACED, REVOKED, SLOW, Connection, Hub
from signage.domain.errors import Unavailable
from signage.listener import HUB, PUSH
from signage.live import Live


def _connection() -> Connection:
    return Connection("entrance", lambda: None)


def _sent(connection: Connection) -> list[str]:
    return connection.take()


@given(st.lists(st.booleans(), max_size=3 * MOST_WAITING))
def test_the_queue_is_bounded_and_only_hints_are_dropped(hints: list[bool]) -> None:
    connection = _connection()
    for n, hint in enumerate(hints):
        connection.offer(str(n), hint=hint)
    cut_off = connection.end is not None
    sent = [int(text) for text in _sent(connection)]
    assert sent == sorted(sent)
    lost = set(range(len(hints))) - set(sent)
    assert all(hints[n] for n in lost)
    assert len(lost) == connection.dropped
    assert cut_off == (hints.count(False) > MOST_WAITING)
    assert cut_off or len(sent) <= MOST_WAITING


def test_the_oldest_hint_goes_first() -> None:
    connection = _connection()
    for n in range(MOST_WAITING + 2):
        connection.offer(str(n), hint=n % 2 == 0)
    assert _sent(connection)[:2] == ["1", "3"]


def test_a_player_that_takes_nothing_is_cut_off() -> None:
    connection = _connection()
    for n in range(MOST_WAITING + 1):
        connection.tell({"type": "show", "n": n})
    assert connection.end == SLOW


def test_what_was_said_first_stays_the_reason() -> None:
    connection = _connection()
    connection.close(REVOKED)
    connection.close(REPLACED)
    assert connection.end == REVOKED
    assert not connection.idle


def test_here_the_newer_socket_wins_and_leaving_late_harms_nobody(live: Live) -> None:
    hub = Hub(live)
    first, second = hub.join("entrance", lambda: None), hub.join("entrance", lambda: None)
    assert (first.end, second.end) == (REPLACED, None)
    hub.leave(first)
    assert hub.deliver(PUSH, "entrance", '{"type":"show"}')
    assert _sent(second) == ['{"type":"show"}']
    hub.leave(second)
    assert len(hub) == 0
    assert not hub.deliver(PUSH, "entrance", "{}")


def test_two_that_open_at_the_same_time_do_not_end_each_other(live: Live) -> None:
    here, there = Hub(live), Hub(live)
    earlier, later = here.join("entrance", lambda: None), there.join("entrance", lambda: None)
    for token in (earlier.token, later.token):  # the order in which Redis gave them out, to both
        for hub in (here, there):
            hub.deliver(HUB, "entrance", json.dumps({"verb": "opened", "token": token}))
    assert (earlier.end, later.end) == (REPLACED, None)


def test_without_redis_the_process_serves_its_own_screens() -> None:
    live = Live("redis://127.0.0.1:1/0")
    hub = Hub(live)
    hub.start()
    connection = hub.join("entrance", lambda: None)
    assert live.publish("entrance", {"type": "show"}) == 1
    with pytest.raises(Unavailable):
        live.publish("aisle", {"type": "show"})
    assert _sent(connection) == ['{"type":"show"}']
    hub.revoked("entrance")
    assert connection.end == REVOKED
    assert not hub.alive()
    hub.stop()
