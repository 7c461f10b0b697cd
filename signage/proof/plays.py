"""What a player says it played in; rows on disk and an acknowledgement out. A bad record never blocks its batch."""

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from signage.domain.clock import from_millis
from signage.domain.errors import NotFound
from signage.domain.place import Screen
from signage.domain.play import Ack, Area, EndedWhy, Play
from signage.storage.plays import insert_plays, insert_refused
from signage.storage.screens import Screens
from signage.storage.writer import GroupWriter

MAX_AGE = timedelta(days=40)  # an offline screen must be able to tell later
MAX_AHEAD = timedelta(minutes=10)
MAX_MS = 24 * 3_600_000
SLACK_MS = 60_000  # the last frame stays until the next one is ready
MAX_TEXT = 200
KEPT_BODY = 2_000


class RefusedPlay(Exception):
    """A record that can't be true; str() says why."""


@dataclass(frozen=True, slots=True)
class Proof:
    """`on_completed(plays)` is called after the commit with the new completed plays, guests' plays left out."""

    writer: GroupWriter
    screens: Screens
    on_completed: Callable[[Sequence[Play]], None]

    def record(self, screen_id: str, raw: Sequence[dict[str, Any]], now: datetime) -> Ack:
        """A batch as it came -> what became of each. Accepted ones are on disk when it returns. NotFound, Unavailable."""
        screen = self.screens.screen(screen_id)
        if screen is None:
            raise NotFound("screen_unknown", f"There is no screen {screen_id}.", f"画面 {screen_id} はありません。")
        plays: dict[str, Play] = {}
        refused: list[tuple[dict[str, Any], str]] = []
        for record in raw:
            try:
                play = read_play(screen, record, now)
            except RefusedPlay as error:
                refused.append((record, str(error)))
            else:
                plays.setdefault(play.play_id, play)
        new = self._store(screen, list(plays.values()), refused, now)
        completed = [plays[play_id] for play_id in new if plays[play_id].completed and not plays[play_id].guest]
        if completed:
            self.on_completed(completed)
        return Ack(
            accepted=tuple(play_id for play_id in plays if play_id in new),
            duplicate=tuple(play_id for play_id in plays if play_id not in new),
            refused=tuple((_text_or(record.get("id")), why) for record, why in refused),
        )

    def _store(
        self, screen: Screen, plays: Sequence[Play], refused: Sequence[tuple[dict[str, Any], str]], now: datetime
    ) -> frozenset[str]:
        bodies = [(json.dumps(record, ensure_ascii=True)[:KEPT_BODY], why) for record, why in refused]

        def work(connection: Any) -> frozenset[str]:
            insert_refused(connection, screen.screen_id, bodies, now)
            return insert_plays(connection, screen.store_id, plays, now)

        return self.writer.submit(work)


def read_play(screen: Screen, record: dict[str, Any], now: datetime) -> Play:
    """One record as it came -> a Play. Raises RefusedPlay, saying which field and why."""
    expected, shown = _whole(record, "expected_ms", 1, MAX_MS), _whole(record, "shown_ms", 0, MAX_MS)
    if shown > 2 * expected + SLACK_MS:
        raise RefusedPlay(f"shown_ms {shown} is far more than expected_ms {expected}")
    try:
        why = EndedWhy(_text(record, "why"))
    except ValueError as error:
        raise RefusedPlay("why is not one of " + ", ".join(EndedWhy)) from error
    return Play(
        screen_id=screen.screen_id,
        play_id=_uuid(record),
        sequence=_whole(record, "seq", 0, 2**53),
        spot_id=_text(record, "spot", least=1),
        campaign_id=_text(record, "campaign"),
        decision_id=_text(record, "decision"),
        creative_name=_text(record, "name"),
        creative_sha256=_text(record, "sha256"),
        manifest=_text(record, "manifest"),
        started_at=_time(record, now),
        expected_ms=expected,
        shown_ms=shown,
        why=why,
        offline=_flag(record, "offline"),
        guest=_flag(record, "guest"),
        area=_area(record),
    )


def _uuid(record: dict[str, Any]) -> str:
    try:
        return str(uuid.UUID(_text(record, "id")))
    except ValueError as error:
        raise RefusedPlay("id must be a UUID") from error


def _area(record: dict[str, Any]) -> Area:
    """Players of before there were areas don't tell one."""
    try:
        return Area(record.get("area", Area.MAIN))
    except ValueError as error:
        raise RefusedPlay("area is not one of " + ", ".join(Area)) from error


def _time(record: dict[str, Any], now: datetime) -> datetime:
    try:
        at = from_millis(_whole(record, "started_ms", 0, 2**53))
    except (ValueError, OverflowError, OSError) as error:
        raise RefusedPlay("started_ms is no time") from error
    if at > now + MAX_AHEAD:
        raise RefusedPlay("started_ms is in the future")
    if at < now - MAX_AGE:
        raise RefusedPlay(f"started_ms is more than {MAX_AGE.days} days ago")
    return at


def _whole(record: dict[str, Any], name: str, least: int, most: int) -> int:
    value = record.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise RefusedPlay(f"{name} must be a whole number from {least} to {most}")
    return value


def _text(record: dict[str, Any], name: str, *, least: int = 0) -> str:
    value = record.get(name)
    if not isinstance(value, str) or not least <= len(value) <= MAX_TEXT or "\0" in value:
        raise RefusedPlay(f"{name} must be a text of {least} to {MAX_TEXT} characters")
    return value.encode("utf-8", "replace").decode()  # no lone surrogates: no database takes them


def _flag(record: dict[str, Any], name: str) -> bool:
    value = record.get(name)
    if not isinstance(value, bool):
        raise RefusedPlay(f"{name} must be true or false")
    return value


def _text_or(value: Any) -> str:
    return value[:MAX_TEXT] if isinstance(value, str) else ""
