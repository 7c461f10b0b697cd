"""Progress on long work: lines on the terminal, and a file that /demo shows as a bar."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Step:
    """`share` is done / all of this step, 0-1; `model` is what decides right now: none, popular, trained, or untrained.

    Untrained is popular where learning has stopped.
    """

    number: int
    of: int
    what: str
    share: float
    model: str


class Progress:
    """Writes each step to `path` at once (atomically) and says changes of whole tenths on the terminal."""

    def __init__(self, path: Path, say: Callable[[str], None], of: int) -> None:
        self._path = path
        self._say = say
        self._of = of
        self._number = 0
        self._said = ""
        self.model = "none"

    def begin(self, what: str) -> None:
        self._number += 1
        self.update(what, 0.0)

    def ready(self, model: str) -> None:
        """From now on this model decides: `popular`, `trained` or, when learning has stopped, `untrained`."""
        self.model = model
        if model == "trained":
            self._number = self._of
        done = {"trained": "学習済み / Trained", "untrained": "学習は中断 / Training stopped"}
        self.update(done.get(model, "人気順 / Popularity"), 1.0)

    def update(self, what: str, share: float) -> None:
        step = Step(self._number, self._of, what, round(min(max(share, 0.0), 1.0), 3), self.model)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(asdict(step)))
        fresh.replace(self._path)
        said = f"[{step.number}/{step.of}] {what} {int(step.share * 10) * 10} %"
        if said != self._said:
            self._said = said
            self._say(said)


def share_in(log: Path) -> float | None:
    """The newest share that a child wrote as a JSON line ({"done": …, "total": …} or {"share": …}); None before the first."""
    if not log.exists():
        return None
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        lines = file.read().decode(errors="replace").splitlines()
    for line in reversed(lines):
        if line.startswith("{"):
            try:
                told = json.loads(line)
            except json.JSONDecodeError:
                continue
            if "share" in told:
                return float(told["share"])
            if told.get("total"):
                return float(told.get("done", 0)) / float(told["total"])
    return None
