"""Runs child processes in order, brings the dead ones back, and leaves nothing behind when it stops."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from signage.processes.child import Spec, start, stop, tail

BACKOFF_S = (1, 2, 5, 10, 30)
QUICK_DEATH_S = 5.0


class ChildFailed(RuntimeError):
    """A child ended when it should not have. str() holds the end of its log."""


class Supervisor:
    """`log_dir` gets one file a child. Not thread-safe: one thread adds, runs and stops."""

    def __init__(self, log_dir: Path, say: Callable[[str], None]) -> None:
        self._log_dir = log_dir
        self._say = say
        self._children: list[tuple[Spec, subprocess.Popen[bytes], float]] = []
        self._failures: dict[str, int] = {}
        self._due: dict[str, tuple[float, Spec]] = {}
        self._stopping = threading.Event()
        log_dir.mkdir(parents=True, exist_ok=True)

    def log_path(self, name: str) -> Path:
        return self._log_dir / f"{name}.log"

    def add(self, spec: Spec) -> subprocess.Popen[bytes]:
        """Starts a child and watches it from now on."""
        with self.log_path(spec.name).open("ab") as log:
            process = start(spec, log)
        self._children.append((spec, process, time.monotonic()))
        return process

    def complete(self, *specs: Spec) -> None:
        """Runs one-offs side by side to their ends. Raises ChildFailed when one fails; stops waiting when the supervisor is
        stopping."""
        running = [(spec, self.add(spec)) for spec in specs]
        while any(process.poll() is None for _, process in running) and not self._stopping.wait(0.05):
            pass
        self._children = [c for c in self._children if all(c[1] is not process for _, process in running)]
        if self._stopping.is_set():
            stop([(process, 1) for _, process in running])
            return
        for spec, process in running:
            if process.returncode:
                raise ChildFailed(f"{spec.name} failed ({process.returncode}):\n{tail(self.log_path(spec.name))}")

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Stops one child, which is then nobody's concern any more; one that has ended already is only forgotten."""
        for entry in [child for child in self._children if child[1] is process]:
            self._children.remove(entry)
            stop([(process, entry[0].grace_s)])

    def request_stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        self._stopping.set()

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def handle_signals(self) -> None:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self.request_stop)

    def wait(self, seconds: float) -> None:
        """Sleeps at most `seconds`, woken by a stop, then looks after the children."""
        if not self._stopping.wait(seconds):
            self._look()

    def wait_until(self, ready: Callable[[], bool], patience_s: float, what: str) -> None:
        """Polls `ready` while watching. Raises ChildFailed after `patience_s`."""
        end = time.monotonic() + patience_s
        while not self._stopping.is_set() and not ready():
            if time.monotonic() > end:
                raise ChildFailed(f"{what} did not get ready in {patience_s:.0f} s:\n{tail(self.log_path(what))}")
            self.wait(0.05)

    def _look(self) -> None:
        now = time.monotonic()
        for entry in list(self._children):
            spec, process, born = entry
            if process.poll() is None:
                continue
            self._children.remove(entry)
            if spec.restart:
                self._schedule(spec, process.returncode, now - born, now)
            elif process.returncode:
                self._say(f"{spec.name} failed; its log: {self.log_path(spec.name)}")
        for name, (due, spec) in list(self._due.items()):
            if now >= due:
                del self._due[name]
                self.add(spec)

    def _schedule(self, spec: Spec, code: int, lived: float, now: float) -> None:
        failures = self._failures.get(spec.name, 0) + 1 if lived < QUICK_DEATH_S else 0
        self._failures[spec.name] = failures
        if failures > len(BACKOFF_S) and spec.fatal:
            raise ChildFailed(f"{spec.name} does not stay up ({code}):\n{tail(self.log_path(spec.name))}")
        delay = BACKOFF_S[min(max(failures - 1, 0), len(BACKOFF_S) - 1)]
        self._say(f"{spec.name} ended ({code}); starting it again in {delay} s")
        self._due[spec.name] = (now + delay, spec)

    def stop(self) -> None:
        """Stops every child at once, and then those that the others stand on."""
        self._stopping.set()
        for last in (False, True):
            stop([(process, spec.grace_s) for spec, process, _ in self._children if spec.last is last])
        self._children.clear()
