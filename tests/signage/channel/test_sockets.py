"""One socket between two ends of a real connection, plain and by TLS: what a browser never sends comes too."""

import ssl
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import gevent
import pytest
import trustme
from gevent import socket as sockets
from gevent.ssl import SSLContext
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Ping, Pong, TextMessage

from signage.channel.sockets import BadFrame, Closed, Socket, text_frame

PATIENCE_S = 20.0
CLOSE, PING, TEXT = 0x88, 0x89, 0x81


@dataclass
class Ends:
    server: Socket
    player: Any
    rules: Connection

    def says(self, *events: Any) -> None:
        self.player.sendall(b"".join(self.rules.send(event) for event in events))

    def hears(self) -> list[Any]:
        """All that came until the server's side was shut."""
        with gevent.Timeout(PATIENCE_S):
            while data := self.player.recv(65_536):
                self.rules.receive_data(data)
        return list(self.rules.events())


@pytest.fixture
def ends() -> Iterator[Ends]:
    here, there = sockets.socketpair()
    yield Ends(Socket(here), there, Connection(ConnectionType.CLIENT))
    here.close()
    there.close()


def heard(server: Socket, count: int) -> list[str]:
    """So many texts. Raises Closed, BadFrame."""
    texts: list[str] = []
    with gevent.Timeout(PATIENCE_S):
        while len(texts) < count:
            if (text := server.receive()) is None:
                server.wait(PATIENCE_S)
            else:
                texts.append(text)
    return texts


def masked(head: int, payload: bytes) -> bytes:
    """A short frame as a player sends it, whatever is in it."""
    mask = b"\x11\x22\x33\x44"
    return struct.pack("BB", head, 0x80 | len(payload)) + mask + bytes(a ^ b for a, b in zip(payload, cycle(mask)))


def test_a_text_may_come_byte_by_byte(ends: Ends) -> None:
    def dribble() -> None:
        for byte in ends.rules.send(TextMessage("あいう")):
            ends.player.sendall(bytes([byte]))
            gevent.sleep(0)

    sender = gevent.spawn(dribble)
    assert heard(ends.server, 1) == ["あいう"]
    sender.join()
    ends.server.cut()


def test_what_was_said_before_the_close_is_heard_and_answered_before_it(ends: Ends) -> None:
    ends.says(TextMessage("one"), TextMessage("two"), CloseConnection(1001, ""))
    assert heard(ends.server, 2) == ["one", "two"]
    ends.server.send(text_frame("answer"))
    with pytest.raises(Closed) as closed:
        heard(ends.server, 1)
    assert closed.value.code == 1001
    leaving = gevent.spawn(ends.server.end, None)
    assert ends.hears() == [TextMessage("answer"), CloseConnection(1001, "")]
    ends.player.close()
    leaving.join()


@pytest.mark.parametrize("after", [masked(PING, b"?"), masked(TEXT, b"{}"), masked(CLOSE, b""), b"\xff" * 9])
def test_what_follows_a_close_is_nothing(ends: Ends, after: bytes) -> None:
    ends.player.sendall(masked(PING, b"!") + masked(CLOSE, b"\x03\xe8") + after)
    with pytest.raises(Closed, match="1000"):
        heard(ends.server, 1)
    leaving = gevent.spawn(ends.server.end, None)
    assert [event.code for event in ends.hears()] == [1000]
    ends.player.close()
    leaving.join()


@pytest.mark.parametrize(
    ("bytes_", "code"),
    [
        (masked(TEXT, b"\xff\xfe"), 1007),
        (text_frame("not masked"), 1002),
        (masked(0x83, b"x"), 1002),
        (masked(0xC1, b"x"), 1002),
        (masked(0x80, b"x"), 1002),
        (masked(CLOSE, b"\x03\xed"), 1002),
    ],
    ids=["utf-8", "no mask", "unknown kind", "reserved bit", "end without beginning", "code 1005 said"],
)
def test_what_breaks_the_rules_ends_it_by_its_code(ends: Ends, bytes_: bytes, code: int) -> None:
    ends.player.sendall(bytes_)
    with pytest.raises(Closed, match=str(code)):
        heard(ends.server, 1)
    leaving = gevent.spawn(ends.server.end, None)
    assert [event.code for event in ends.hears()] == [code]
    ends.player.close()
    leaving.join()


def test_a_giant_in_pieces_is_cut_off_while_it_comes(ends: Ends) -> None:
    pieces = [TextMessage("x" * 10_000, message_finished=False) for _ in range(7)]
    sender = gevent.spawn(ends.says, *pieces)
    with pytest.raises(BadFrame, match="1009"):
        heard(ends.server, 1)
    sender.join()
    ends.server.cut()


def test_of_many_pings_the_last_is_answered(ends: Ends) -> None:
    ends.says(*(Ping(str(n).encode()) for n in range(500)), TextMessage("done"))
    assert heard(ends.server, 1) == ["done"]
    leaving = gevent.spawn(ends.server.end, (1000, ""))
    pongs = [event.payload for event in ends.hears() if isinstance(event, Pong)]
    assert pongs == [b"499"]
    ends.player.close()
    leaving.join()


def test_a_wake_between_two_waits_is_not_lost(ends: Ends) -> None:
    ends.server.wake()
    with gevent.Timeout(PATIENCE_S):
        ends.server.wait(10 * PATIENCE_S)
        gevent.spawn(ends.server.wake)
        ends.server.wait(10 * PATIENCE_S)
    ends.server.cut()


def test_a_player_that_went_without_a_word_is_gone(ends: Ends) -> None:
    ends.player.close()
    with pytest.raises(Closed, match="1006"):
        heard(ends.server, 1)
    with pytest.raises(OSError, match=r"Broken pipe|reset"):
        ends.server.send(text_frame("nobody"))
    ends.server.end((1001, "gone"))


def test_many_records_of_tls_at_once_are_all_heard() -> None:
    """A library reads a record whole or leaves it to the system: nothing may stay between, where it would wake nobody."""
    authority = trustme.CA()
    serving, calling = SSLContext(ssl.PROTOCOL_TLS_SERVER), SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.issue_cert("shelf.test").configure_cert(serving)
    authority.configure_trust(calling)
    here, there = sockets.socketpair()
    with gevent.Timeout(PATIENCE_S):
        shaking = gevent.spawn(serving.wrap_socket, here, server_side=True)
        player = calling.wrap_socket(there, server_hostname="shelf.test")
        served = shaking.get()
        server, rules = Socket(served), Connection(ConnectionType.CLIENT)
        texts = ["あ" * 20_000, "small", *map(str, range(200)), "x" * 40_000]
        frames = [rules.send(TextMessage(text)) for text in texts]
        sender = gevent.spawn(lambda: [player.sendall(frame) for frame in frames])
    assert heard(server, len(texts)) == texts
    sender.join()
    server.cut()
    player.close()
    served.close()
