"""Time on the socket: pings, silence, keys that end and services that are away, told by a clock in the test's hand."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from wsproto.connection import Connection as WSConnection
from wsproto.connection import ConnectionType

from signage.channel.hub import REPLACED, Hub
from signage.channel.ports import Ports
from signage.channel.session import GONE, NOT_LET_IN, PING_S, TRY_LATER, Desk, serve
from signage.channel.sockets import Closed
from signage.domain.errors import Unavailable
from signage.domain.play import Ack
from signage.listener import HUB
from signage.live import Live
from signage.storage.screens import Screens
from tests.world import START, World


@dataclass
class FakeSocket:
    """What serve() needs of a socket, with nobody at the other end: every wait is time that the test decides about."""

    frames: list[str | None]  # None: nothing has come yet
    steps: list[float]
    now: float = 0.0
    sent: list[dict[str, Any]] = field(default_factory=list)
    ended: tuple[int, str] | None = None
    dropped: bool = False

    def wake(self) -> None:
        """Nobody sleeps here."""

    def wait(self, seconds: float) -> None:
        assert seconds <= PING_S
        if not self.steps:
            raise Closed(1006)
        self.now += self.steps.pop(0)

    def rest(self, seconds: float) -> None:
        self.now += seconds

    def receive(self) -> str | None:
        return self.frames.pop(0) if self.frames else None

    def send(self, frames: bytes) -> None:
        """Frames, as many as there are, read by the rules and not by our own words for them."""
        player = WSConnection(ConnectionType.CLIENT)
        player.receive_data(frames)
        self.sent += [json.loads(event.data) for event in player.events()]

    def end(self, why: tuple[int, str] | None) -> None:
        self.ended = why

    def cut(self) -> None:
        self.dropped = True


def _desk(screens: Screens, socket: FakeSocket, live: Live) -> Desk:
    ports = Ports(
        next_item=lambda screen, request, cached: {"type": "show", "v": 1, "request": request},
        record_plays=lambda screen, raw: Ack((), (), ()),
        scanned_code=lambda screen, text: None,
        snapshot=lambda snapshot: None,
        may_watch=lambda store: True,
        counts=lambda screen, camera, sees: True,
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
    wait = socket.wait

    def revoke_then_wait(seconds: float) -> None:
        world.screens.revoke("dairy")
        wait(seconds)

    socket.wait = revoke_then_wait  # type: ignore[method-assign]
    serve(socket, desk)
    assert socket.ended == NOT_LET_IN


def test_late_word_of_an_earlier_socket_ends_none_and_of_a_later_one_does(world: World) -> None:
    """Also without Redis, where one's own word never comes back."""
    socket = FakeSocket([_hello(world)], [1.0, PING_S, 1.0, 1.0])
    desk = _desk(world.screens, socket, Live("redis://127.0.0.1:1/0"))
    wait, heard = socket.wait, list[float]()

    def hear_then_wait(seconds: float) -> None:
        heard.append(socket.now)
        desk.hub.deliver(HUB, "dairy", json.dumps({"verb": "opened", "token": "another's"}))
        wait(seconds)

    socket.wait = hear_then_wait  # type: ignore[method-assign]
    serve(socket, desk)
    assert (socket.ended, heard) == (REPLACED, [0.0, 1.0, 1.0 + PING_S])


def test_who_never_stops_is_heard_ten_times_a_second_and_still_asked(world: World, live: Live) -> None:
    codes = [json.dumps({"type": "code", "v": 1, "text": "M1.ABC"})] * 460
    heard = []
    socket = FakeSocket([_hello(world), *codes], [])
    desk = _desk(world.screens, socket, live)
    ports = replace(desk.ports, scanned_code=lambda screen, text: heard.append(socket.now))
    serve(socket, replace(desk, ports=ports))
    assert heard[59] == 0.0
    assert [round(at, 6) for at in heard[60:]] == [round((n + 1) / 10, 6) for n in range(400)]
    assert [message["type"] for message in socket.sent] == ["welcome", *["ping"] * 3]  # at 0, 15 and 30 s


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
    wait = socket.wait

    def cut_then_wait(seconds: float) -> None:
        assert desk.hub.holds("dairy")
        desk.hub.sever("dairy")
        wait(seconds)

    socket.wait = cut_then_wait  # type: ignore[method-assign]
    serve(socket, desk)
    assert (socket.ended, socket.dropped) == (None, True)
    assert not desk.hub.holds("dairy")

    socket = FakeSocket([_hello(world)], [])
    serve(socket, replace(_desk(world.screens, socket, live), severed=lambda screen: screen == "dairy"))
    assert (socket.sent, socket.ended, socket.dropped) == ([], None, True)
