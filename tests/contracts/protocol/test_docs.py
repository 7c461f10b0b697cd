"""docs/wire.md says what the code does."""

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

from signage.channel import hub, session
from signage.channel.protocol import MAX_BYTES, MAX_DEPTH, TYPES, FromPlayer
from signage.proof import plays
from signage.storage.screens import CODE_LASTS, CODE_LENGTH

TEXT = (Path(__file__).parents[3] / "docs" / "wire.md").read_text()
OF_FRAMES = {1002, 1003, 1007, 1009}  # wsproto's, and what channel/sockets.py says of frames
MESSAGES = re.compile(r"^\| `(\w+)` \| (player|server) \| ?(.*?) ?\|$", re.MULTILINE)
CODES = re.compile(r"^\| (\d{4}) \|", re.MULTILINE)


def test_every_message_stands_there_with_its_fields() -> None:
    told = {name: (side, re.findall(r"`(\w+)`", row)) for name, side, row in MESSAGES.findall(TEXT)}
    spoken = {
        name: ("player" if kind in get_args(FromPlayer) else "server", [field.name for field in fields(kind)])
        for name, kind in TYPES.items()
    }
    assert told == spoken


def test_every_close_code_stands_there() -> None:
    used = {hub.REPLACED, hub.REVOKED, hub.SLOW, hub.STOPPING}
    used |= {session.NOT_LET_IN, session.NO_HELLO, session.GONE, session.TOO_BIG, session.TRY_LATER}
    assert {int(code) for code in CODES.findall(TEXT)} == {code for code, _reason in used} | OF_FRAMES


def test_the_figures_are_the_codes_own() -> None:
    for words in (
        f"at most {MAX_BYTES} bytes and {MAX_DEPTH} levels",
        f"{session.BURST:.0f} messages at once and\n{session.PER_S:.0f} a second",
        f"first, within {session.HELLO_S:.0f} s",
        f"`ping` every {session.PING_S:.0f} s",
        f"After {session.SILENT_S:.0f} s without",
        f"Up to {hub.MOST_WAITING} messages wait",
        f"{CODE_LENGTH} characters",
        f"{CODE_LASTS.seconds // 60} minutes",
        f"more than {plays.MAX_AHEAD.seconds // 60} minutes ahead or {plays.MAX_AGE.days} days ago",
    ):
        assert words in TEXT
    assert all(f"`{hint}`" in TEXT.split("Up to 64")[1].split("1013")[0] for hint in hub.HINTS)
