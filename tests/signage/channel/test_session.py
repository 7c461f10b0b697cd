"""Time on the socket: pings, silence, keys that end and services that are away, told by a clock in the test's hand."""

import json
import threading
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from simple_websocket import ConnectionClosed
from wsproto.connection import Connection as WSConnection
from wsproto.connection import ConnectionType

from signage.channel.hub import Hub
from signage.channel.ports import Ports
from signage.channel.session import GONE, NOT_LET_IN, PING_S, TRY_LATER, Desk, serve
from signage.domain.errors import Unavailable
from signage.domain.play import Ack
from signage.live import Live
from signage.storage.screens import Screens
from tests.world import START, World


class Script:
    """Stands for the event that the socket waits on: every wait is an hour's worth of time the test decides about."""

    def __init__(self, steps: list[float], socket: "FakeSocket") -> None:
        self.steps, self.socket = steps, socket

    def set(self) -> None:
        """Nobody sleeps here."""

    def clear(self) -> None:
        """Nor needs waking."""

    def wait(self, timeout: float) -> bool:
        assert timeout <= PING_S
        if not self.steps:
            raise ConnectionClosed(1006)
        self.socket.now += self.steps.pop(0)
        return False


@dataclass
class FakeSocket:
    """What serve() needs of a simple-websocket server, with nobody at the other end."""

    frames: list[str | None]  # None: nothing has come yet
    steps: list[float]
    now: float = 0.0
    sent: list[dict[str, Any]] = field(default_factory=list)
    ended: tuple[int, str] | None = None
    incoming_message_len: int = 0
    max_message_size: int = 65536
    connected: bool = True
    dropped: bool = False

    def __post_init__(self) -> None:
        self.event = Script(self.steps, self)
        self.thread = threading.Thread()
        self.thread.join = lambda timeout: None  # type: ignore[method-assign]
        self.sock = self

    @property
    def input_buffer(self) -> bool:
        """Has a frame come? None in `frames` is a moment in which none has."""
        if self.frames and self.frames[0] is None:
            return self.frames.pop(0) is not None
        return bool(self.frames)

    def receive(self, timeout: float | None = None) -> str | None:
        return self.frames.pop(0)

    def send(self, data: bytes) -> None:
        """Frames, as many as there are, read by the rules and not by our own words for them."""
        player = WSConnection(ConnectionType.CLIENT)
        player.receive_data(data)
        self.sent += [json.loads(event.data) for event in player.events()]

    def close(self, code: int, reason: str) -> None:
        self.ended = (code, reason)

    def shutdown(self, how: int) -> None:
        self.dropped = True


def _desk(screens: Screens, socket: FakeSocket, live: Live) -> Desk:
    ports = Ports(
        next_item=lambda screen, request, cached: {"type": "show", "v": 1, "request": request},
        record_plays=lambda screen, raw: Ack((), (), ()),
        scanned_code=lambda screen, text: None,
        snapshot=lambda snapshot: None,
        may_watch=lambda store: True,
        manifest=lambda screen: {"etag": "e"},
        media_path=lambda sha256: None,
        light=lambda screen, lit: None,
        status=lambda screen, report: None,
        ended=lambda screen, condition: None,
        answered=lambda screen, answer: None,
    )
    return Desk(Hub(live), live, screens, ports, lambda: START, lambda: socket.now)


def _hello(world: World) -> str:
    return json.dumps({"type": "hello", "v": 1, "screen": "dairy", "key": world.keys["dairy"]})


def test_a_silent_player_is_asked_and_then_given_up(world: World, live: Live) -> None:
    socket = FakeSocket([_hello(world)], [PING_S] * 10)
    desk = _desk(world.screens, socket, live)
    serve(socket, desk)
    assert [message["type"] for message in socket.sent] == ["welcome", *["ping"] * 4]
    assert socket.ended == GONE
    assert len(desk.hub) == 0
    assert live.seen(["dairy"]) == {}


def test_a_key_that_ended_ends_its_socket_without_redis(world: World) -> None:
    socket = FakeSocket([_hello(world)], [1.0, PING_S, PING_S])
    desk = _desk(world.screens, socket, Live("redis://127.0.0.1:1/0"))
    wait = socket.event.wait

    def revoke_then_wait(timeout: float) -> bool:
        world.screens.revoke("dairy")
        return wait(timeout)

    socket.event.wait = revoke_then_wait  # type: ignore[method-assign]
    serve(socket, desk)
    assert socket.ended == NOT_LET_IN


def test_only_the_answer_to_the_last_question_is_presence(world: World, live: Live) -> None:
    frames = [_hello(world), None, '{"type":"pong","v":1,"n":2}', None]
    serve(socket := FakeSocket(frames, [1.0]), _desk(world.screens, socket, live))
    assert live.seen(["dairy"]) == {}
    frames = [_hello(world), None, '{"type":"pong","v":1,"n":1}', None]
    serve(socket := FakeSocket(frames, [1.0]), _desk(world.screens, socket, live))
    assert live.seen(["dairy"]) == {"dairy": START}


def test_without_redis_a_pong_costs_nothing_but_the_presence(world: World) -> None:
    frames = [_hello(world), None, '{"type":"pong","v":1,"n":1}', '{"type":"next","v":1,"request":"r"}', None]
    socket = FakeSocket(frames, [1.0])
    serve(socket, _desk(world.screens, socket, Live("redis://127.0.0.1:1/0")))
    assert [message["type"] for message in socket.sent] == ["welcome", "ping", "show"]


def test_a_database_that_is_away_puts_players_off(world: World, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(screen_id: str, key: str) -> bool:
        raise Unavailable("database_busy", "Busy.", "混雑。")

    monkeypatch.setattr(world.screens, "verify", away)
    socket = FakeSocket([_hello(world)], [])
    serve(socket, _desk(world.screens, socket, live))
    assert socket.ended == TRY_LATER


def test_a_cut_cable_ends_without_a_close_and_lets_nobody_in(world: World, live: Live) -> None:
    socket = FakeSocket([_hello(world)], [1.0])
    desk = _desk(world.screens, socket, live)
    wait = socket.event.wait

    def cut_then_wait(timeout: float) -> bool:
        assert desk.hub.holds("dairy")
        desk.hub.sever("dairy")
        return wait(timeout)

    socket.event.wait = cut_then_wait  # type: ignore[method-assign]
    serve(socket, desk)
    assert (socket.ended, socket.dropped) == (None, True)
    assert not desk.hub.holds("dairy")

    socket = FakeSocket([_hello(world)], [])
    serve(socket, replace(_desk(world.screens, socket, live), severed=lambda screen: screen == "dairy"))
    assert (socket.sent, socket.ended, socket.dropped) == ([], None, True)
