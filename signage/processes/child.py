"""One child process that can't outlive its parent: own session, killed by the kernel when the supervisor dies."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Spec:
    """What to run. `restart` brings it back with back-off; a one-off (training) ends when it ends.
    `fatal`: one that never stays up takes the system down; else it is only said and tried on.

    `stdin` is fed and closed at start: secrets go there, never on a command line. `grace_s`: time between TERM and KILL.
    `last`: the others stand on it, so it is stopped after them.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    without_env: frozenset[str] = frozenset()
    restart: bool = True
    fatal: bool = True
    stdin: str = ""
    grace_s: float = 10.0
    last: bool = False


def environment(spec: Spec, base: Mapping[str, str]) -> dict[str, str]:
    """The child's whole environment: the parent's, less what it must not know, plus its own."""
    return {k: v for k, v in {**base, **spec.env}.items() if k not in spec.without_env}


def start(spec: Spec, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Starts the child with its output going to `log`. Raises OSError when the program can't be run."""
    process = subprocess.Popen(
        list(spec.argv),
        env=environment(spec, os.environ),
        stdin=subprocess.PIPE if spec.stdin else subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=_die_with_parent,  # noqa: PLW1509 - the starter has one thread, and the call is one prctl
    )
    if process.stdin is not None:
        process.stdin.write(spec.stdin.encode())
        process.stdin.close()
    return process


def stop(children: Sequence[tuple[subprocess.Popen[bytes], float]]) -> None:
    """Every (child, seconds of grace): TERM to the whole session of each at once, KILL to those still there after their
    grace; reaps them."""
    since = time.monotonic()
    for process, _ in children:
        _signal(process, signal.SIGTERM)
    for process, grace_s in children:
        try:
            process.wait(max(since + grace_s - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            process.wait(5)


def _signal(process: subprocess.Popen[bytes], sign: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, sign)


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a child's log, for the message that says why it didn't start."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
