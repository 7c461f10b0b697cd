"""One player's socket from its hello to its end: frames in, the ports' answers and the hub's messages out."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from socket import SHUT_RDWR
from typing import Any

import structlog
from simple_websocket import ConnectionClosed
from simple_websocket import Server as Socket

from signage.channel.hub import CUT, Connection, Hub
from signage.channel.ports import Ports
from signage.channel.protocol import (
    Code,
    Hello,
    Message,
    Next,
    Ping,
    Plays,
    PlaysAck,
    Pong,
    ProtocolError,
    Refused,
    Status,
    Welcome,
    dump,
    parse,
)  # fmt: skip
from signage.domain.clock import Clock, millis
from signage.domain.errors import SignageError, Unavailable
from signage.domain.place import CameraMode, Screen, Store
from signage.live import Live
from signage.storage.screens import Screens

HELLO_S = 5.0
PING_S = 15.0
SILENT_S = 45.0
BURST, PER_S = 60.0, 10.0  # messages that a player may send at once, and regularly
NOT_LET_IN = (4401, "not let in")
NO_HELLO = (4403, "hello must come first, within 5 s")
GONE = (1001, "no answer to pings")
TRY_LATER = (1013, "try again later")
TOO_BIG = (4413, "a message is at most 64 KB")
CAMERA_WORDS = {
    (CameraMode.PRESENCE, "ja"): "人数を計測中・映像は保存しません",
    (CameraMode.PRESENCE, "en"): "Counting people · no video is kept",
    (CameraMode.DEMOGRAPHICS, "ja"): "人数と年代を推定中・映像は保存しません",
    (CameraMode.DEMOGRAPHICS, "en"): "Estimating numbers and age bands · no video is kept",
}
DEMO_WORDS = {"ja": "デモ:価格・在庫は模擬", "en": "Demo: prices and stock are simulated"}

log = structlog.get_logger()


def whole(_screen_id: str) -> bool:
    """Nobody's cable is cut."""
    return False


@dataclass(frozen=True, slots=True)
class Desk:
    """What every session of a process shares. `monotonic` in seconds. `severed(screen_id)`: is its cable cut, in a demo?"""

    hub: Hub
    live: Live
    screens: Screens
    ports: Ports
    clock: Clock
    monotonic: Callable[[], float] = time.monotonic
    severed: Callable[[str], bool] = whole


def serve(socket: Socket, desk: Desk) -> None:
    """Talk with one player until either side ends; the socket is closed, with a code, when it returns."""
    end: tuple[int, str] | None = None
    socket.sock.on_close = socket.event.set
    try:
        end = _talk(socket, desk)
    except ConnectionClosed:
        if socket.incoming_message_len > (socket.max_message_size or 0):
            log.warning("message_too_big", closed_with=1009)
    except SignageError as error:
        log.warning("player_put_off", error=str(error))
        end = TRY_LATER
    except OSError as error:
        log.info("player_lost", error=str(error))
    finally:
        hang_up(socket, end)


def hang_up(socket: Socket, end: tuple[int, str] | None) -> None:
    """Close with a code and wait for the reading thread, so that nothing of the socket stays behind."""
    with suppress(ConnectionClosed, OSError):  # the player may be quicker
        if end == CUT:
            socket.sock.shutdown(SHUT_RDWR)
        elif end is not None:
            socket.close(*end)
    socket.thread.join(2)
    if socket.thread.is_alive():
        with suppress(OSError):
            socket.sock.shutdown(SHUT_RDWR)
        socket.thread.join(2)


def _talk(socket: Socket, desk: Desk) -> tuple[int, str]:
    hello = _hello(socket)
    if hello is None:
        return NO_HELLO
    if not desk.screens.verify(hello.screen, hello.key):
        log.info("player_refused", screen=hello.screen[:100])
        return NOT_LET_IN
    if desk.severed(hello.screen):
        return CUT
    connection = desk.hub.join(hello.screen, socket.event.set)
    log.info("player_joined", screen=hello.screen)
    try:
        return _Session(socket, desk, hello, connection).run()
    finally:
        desk.hub.leave(connection)
        log.info("player_left", screen=hello.screen, dropped=connection.dropped)


def _hello(socket: Socket) -> Hello | None:
    text = socket.receive(timeout=HELLO_S)
    try:
        message = parse(text) if text is not None else None
    except ProtocolError:
        return None
    return message if isinstance(message, Hello) else None


@dataclass(slots=True)
class _Session:
    socket: Socket
    desk: Desk
    hello: Hello
    connection: Connection
    screen_id: str = field(init=False)
    pings: int = 0
    ping_at: float = 0.0
    heard_at: float = 0.0
    allowance: float = BURST
    counted_at: float = 0.0

    def run(self) -> tuple[int, str]:
        """Until somebody ends it -> close code and reason."""
        self.screen_id = self.hello.screen
        self.ping_at = self.heard_at = self.counted_at = self.desk.monotonic()
        self._welcome()
        event = self.socket.event  # set by simple-websocket for a frame or the end, by the hub for something to send
        while True:
            event.clear()  # before looking: what comes from now on sets it again
            if self.connection.end is not None:
                return self.connection.end
            if (text := self.connection.take()) is not None:
                self.socket.send(text)
            elif self.socket.input_buffer or not self.socket.connected:
                if (end := self._take(self.socket.receive())) is not None:
                    return end
            elif (end := self._ping()) is not None:
                return end
            elif self.connection.idle:
                event.wait(max(self.ping_at - self.desk.monotonic(), 0.01))

    def _welcome(self) -> None:
        screen = self.desk.screens.screen(self.screen_id)
        store = self.desk.screens.store(screen.store_id) if screen else None
        if screen is None or store is None:
            self.connection.close(NOT_LET_IN)
            return
        self._say(_welcome(screen, store, self.desk.ports.manifest(self.screen_id)["etag"], self._now_ms()))

    def _take(self, text: str | bytes) -> tuple[int, str] | None:
        self.heard_at = self.desk.monotonic()
        try:
            message = parse(text)
            self._count(self.heard_at)
            self._handle(message)
        except ProtocolError as error:
            if error.code == "too_big":
                log.warning("message_too_big", screen=self.screen_id, closed_with=TOO_BIG[0])
                return TOO_BIG
            self._say(Refused(error.code, error.text))
        except SignageError as error:
            self._say(Refused(error.code, error.en))
        except Exception:  # the edge of this socket: one message that breaks something must not darken the screen
            log.exception("message_failed", screen=self.screen_id)
            self._say(Refused("internal", "something went wrong inside; try again"))
        return None

    def _handle(self, message: Message) -> None:
        ports = self.desk.ports
        if isinstance(message, Next):
            held = None if message.cached is None else frozenset(message.cached)
            self._say(ports.next_item(self.screen_id, message.request, held))
        elif isinstance(message, Plays):
            ack = ports.record_plays(self.screen_id, message.plays)
            refused = tuple({"id": play_id, "why": why} for play_id, why in ack.refused)
            self._say(PlaysAck(message.batch, ack.accepted, ack.duplicate, refused))
        elif isinstance(message, Code):
            ports.scanned_code(self.screen_id, message.text)
        elif isinstance(message, Status):
            ports.status(self.screen_id, message)
        elif isinstance(message, Pong):
            self._pong(message)
        else:
            raise ProtocolError("unexpected", "this message is not for the server now")

    def _pong(self, pong: Pong) -> None:
        """The answer to our last question is the only thing that makes a screen online."""
        if pong.n != self.pings:
            return
        try:
            self.desk.live.touch(self.screen_id, self.desk.clock())
        except Unavailable:
            log.warning("presence_not_kept", screen=self.screen_id)

    def _ping(self) -> tuple[int, str] | None:
        now = self.desk.monotonic()
        if now < self.ping_at:
            return None
        if now - self.heard_at > SILENT_S:
            return GONE
        if self.pings and not self._still_let_in():
            return NOT_LET_IN
        self.connection.announced = True
        self.ping_at = now + PING_S
        self.pings += 1
        self._say(Ping(self.pings, self._now_ms()))
        return None

    def _still_let_in(self) -> bool:
        """Asked at every ping, so that a revoked or replaced key ends its socket even while Redis is away."""
        try:
            return self.desk.screens.verify(self.screen_id, self.hello.key)
        except Unavailable:
            return True

    def _count(self, now: float) -> None:
        self.allowance = min(BURST, self.allowance + (now - self.counted_at) * PER_S)
        self.counted_at = now
        if self.allowance < 1:
            raise ProtocolError("too_fast", f"at most {PER_S:.0f} messages a second")
        self.allowance -= 1

    def _say(self, message: Message | dict[str, Any]) -> None:
        if isinstance(message, dict):
            self.connection.tell(message)
        else:
            self.connection.offer(dump(message), hint=isinstance(message, Ping))

    def _now_ms(self) -> int:
        return millis(self.desk.clock())


def _welcome(screen: Screen, store: Store, etag: str, now_ms: int) -> Welcome:
    watched = screen.camera is not CameraMode.OFF
    language = screen.language if screen.language in DEMO_WORDS else "en"
    return Welcome(
        server_ms=now_ms,
        screen={
            "id": screen.screen_id, "name": screen.name, "width": screen.width, "height": screen.height,
            "zone": str(screen.zone), "language": screen.language, "time_zone": store.zone,
        },
        manifest=etag,
        camera={"on": watched, "text": CAMERA_WORDS[screen.camera, language] if watched else ""},
        demo_line=DEMO_WORDS[language] if store.simulated else "",
    )  # fmt: skip
