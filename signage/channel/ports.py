"""What the wire needs from rooms above or beside it; the composition root hands these callables down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signage.channel.protocol import Capture, Done
from signage.domain.audience import AudienceSnapshot
from signage.domain.condition import Condition, Report
from signage.domain.place import CameraMode
from signage.domain.play import Ack


@dataclass(frozen=True, slots=True)
class Ports:
    """Any of them may raise SignageError; it goes back to the player or camera with its code."""

    next_item: Callable[[str, str, frozenset[str] | None], dict[str, Any]]  # screen, request, creatives held -> show
    record_plays: Callable[[str, Sequence[dict[str, Any]]], Ack]  # on disk when it returns
    scanned_code: Callable[[str, str], None]
    snapshot: Callable[[AudienceSnapshot], None]
    may_watch: Callable[[str], bool]  # store -> is its camera notice complete?
    counts: Callable[[str, str, bool], bool]  # screen, camera, does it see? -> is it the one that counts there?
    manifest: Callable[[str], dict[str, Any]]  # with its "etag"
    media_path: Callable[[str], Path | None]  # sha256 -> file
    light: Callable[[str, bool], None]  # a sensor beside the panel: is it lit?
    status: Callable[[str, Report], None]
    ended: Callable[[str, Condition], None]  # the screen's socket ended, and none followed it here
    answered: Callable[[str, Done | Capture], None]
    mode_allowed: Callable[[str, CameraMode], bool] = lambda _store, _mode: True  # by the policy of the store's region
