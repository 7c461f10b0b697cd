"""One player's socket from its hello to its end: frames in, the ports' answers and the hub's messages out."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from signage.channel.greeting import welcome
from signage.channel.hub import CUT, REPLACED, REVOKED, STOPPING, Connection, Hub
from signage.channel.ports import Ports
from signage.channel.protocol import (
    Capture,
    Code,
    Done,
    Hello,
    Key,
    Message,
    Next,
    Ping,
    Plays,
    PlaysAck,
    Pong,
    ProtocolError,
    Refused,
    Status,
    dump,
    parse,
)  # fmt: skip
from signage.channel.reporting import checked, report_of
from signage.channel.sockets import BadFrame, Closed, Socket, text_frame
from signage.domain.clock import Clock, millis
from signage.domain.condition import Condition, Report
from signage.domain.errors import SignageError, Unavailable
from signage.live import Live
from signage.storage.screens import LetIn, Screens

HELLO_S = 5.0
PING_S = 15.0
SILENT_S = 45.0
WELCOMES = 4  # made at once: when a whole chain comes back, what else is asked is answered in between
BURST, PER_S = 60.0, 10.0  # messages that a player may send at once, and regularly
NOT_LET_IN = (4401, "not let in")
NO_HELLO = (4403, "hello must come first, within 5 s")
GONE = (1001, "no answer to pings")
TRY_LATER = (1013, "try again later")
TOO_BIG = (4413, "a message is at most 64 KB")

PAGE_LEFT = (1000, 1001)  # how a browser closes what a page leaves behind
ENDED = {NOT_LET_IN: Condition.SHUT_OUT, REVOKED: Condition.SHUT_OUT, STOPPING: Condition.SERVER}

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
    welcomes: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(WELCOMES))


def serve(socket: Socket, desk: Desk) -> None:
    """Talk with one player until either side ends; the socket is over, with a code, when it returns."""
    end: tuple[int, str] | None = None
    try:
        end = _talk(socket, desk)
    except Closed:
        pass
    except BadFrame as bad:
        log.warning("frame_refused", closed_with=bad.end[0])
        end = bad.end
    except SignageError as error:
        log.warning("player_put_off", error=str(error))
        end = TRY_LATER
    except OSError as error:
        log.info("player_lost", error=str(error))
    finally:
        if end == CUT:
            socket.cut()
        else:
            socket.end(end)


def _talk(socket: Socket, desk: Desk) -> tuple[int, str]:
    hello = _hello(socket, desk)
    if hello is None:
        return NO_HELLO
    standing = desk.screens.verify(hello.screen, hello.key)
    if not standing:
        log.info("player_refused", screen=hello.screen[:100])
        return NOT_LET_IN
    if desk.severed(hello.screen):
        return CUT
    connection = desk.hub.join(hello.screen, socket.wake)
    log.info("player_joined", screen=hello.screen)
    ended = Condition.LOST
    try:
        end = _Session(socket, desk, hello, connection, standing).run()
        ended = ENDED.get(end, Condition.LOST)
        return end
    except Closed as closed:
        ended = Condition.CLOSED if closed.code in PAGE_LEFT else Condition.LOST
        raise
    finally:
        if desk.hub.leave(connection) and connection.end != REPLACED:
            desk.ports.ended(hello.screen, ended)
        log.info("player_left", screen=hello.screen, dropped=connection.dropped)


def _hello(socket: Socket, desk: Desk) -> Hello | None:
    until = desk.monotonic() + HELLO_S
    while (text := socket.receive()) is None and (left := until - desk.monotonic()) > 0:
        socket.wait(left)
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
    standing: LetIn
    screen_id: str = field(init=False)
    pings: int = 0
    ping_at: float = 0.0
    heard_at: float = 0.0
    allowance: float = BURST
    counted_at: float = 0.0
    asked_at: float = 0.0
    rtt_ms: int = -1
    report: Report | None = None
    key_given: bool = False

    def run(self) -> tuple[int, str]:
        """Until somebody ends it -> close code and reason."""
        self.screen_id = self.hello.screen
        self.ping_at = self.heard_at = self.counted_at = self.desk.monotonic()
        self._welcome()
        while True:
            if self.connection.end is not None:
                return self.connection.end
            if waiting := self.connection.take():  # in one piece: a burst costs one system call, not one a frame
                self.socket.send(b"".join(map(text_frame, waiting)))
            elif (text := self.socket.receive()) is not None:
                if (end := self._take(text) or self._ping()) is not None:
                    return end
            elif (end := self._ping()) is not None:
                return end
            elif self.connection.idle:
                self.socket.wait(max(self.ping_at - self.desk.monotonic(), 0.01))

    def _welcome(self) -> None:
        placed = self.desk.screens.placed(self.screen_id)
        if placed is None:
            self.connection.close(NOT_LET_IN)
            return
        with self.desk.welcomes:
            etag = self.desk.ports.manifest(self.screen_id)["etag"]
        self._say(welcome(*placed, etag, self._now_ms()))

    def _take(self, text: str) -> tuple[int, str] | None:
        self.heard_at = self.desk.monotonic()
        self._pace()
        try:
            self._handle(parse(text))
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
            self.report = report_of(message, self.desk.clock(), self.rtt_ms, self.report)
            ports.status(self.screen_id, self.report)
        elif isinstance(message, Pong):
            self._pong(message)
        elif isinstance(message, Done):
            ports.answered(self.screen_id, message)
        elif isinstance(message, Capture):
            ports.answered(self.screen_id, checked(message))
        else:
            raise ProtocolError("unexpected", "this message is not for the server now")

    def _pong(self, pong: Pong) -> None:
        """The answer to our last question is the only thing that makes a screen online."""
        if pong.n != self.pings:
            return
        self.rtt_ms = round((self.desk.monotonic() - self.asked_at) * 1000)
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
        if self.pings:
            self.standing = self._asked_again()
            self.connection.announced = True  # so late any "opened" is a newer one's, also if Redis lost ours
        if not self.standing:
            return NOT_LET_IN
        if self.standing is LetIn.RENEW and not self.key_given:
            self.key_given = True
            self._say(Key(self.desk.screens.rotated(self.screen_id)))
        self.asked_at, self.ping_at = now, now + PING_S
        self.pings += 1
        self._say(Ping(self.pings, self._now_ms()))
        return None

    def _asked_again(self) -> LetIn:
        """Asked at every ping, so that a revoked or replaced key ends its socket even while Redis is away."""
        try:
            return self.desk.screens.verify(self.screen_id, self.hello.key)
        except Unavailable:
            return LetIn.YES

    def _pace(self) -> None:
        """Who says more is heard more slowly, and loses nothing: what isn't read waits, in the end on the player's side."""
        now = self.desk.monotonic()
        self.allowance = min(BURST, self.allowance + (now - self.counted_at) * PER_S) - 1
        self.counted_at = now
        if self.allowance < 0:
            self.socket.rest(-self.allowance / PER_S)

    def _say(self, message: Message | dict[str, Any]) -> None:
        if isinstance(message, dict):
            self.connection.tell(message)
        else:
            self.connection.offer(dump(message), hint=isinstance(message, Ping))

    def _now_ms(self) -> int:
        return millis(self.desk.clock())
