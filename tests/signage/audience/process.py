"""The camera process as it is started in a shop, watching a source and telling a real HTTP server."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.signage.audience.server import Received

MAIN = """
import json, sys
from pathlib import Path
from signage.audience.camera import run_camera
from signage.bundle import find
from signage.domain.place import CameraMode
given = json.loads(sys.argv[1])
if "root" in given:
    find.roots = lambda: (Path(given["root"]),)
sys.exit(run_camera("scr_entrance", given["source"], given["server"], token="secret", mode=CameraMode(given["mode"]),
                    log_path=Path(given["log"]), loop=given.get("loop", False), frames=given.get("frames", 0)))
"""


def start(
    source: Path | str,
    received: Received,
    folder: Path,
    mode: str = "demographics",
    under: Sequence[str] = (),
    **more: Any,
) -> subprocess.Popen[str]:
    """`more`: `loop`, `frames`, and `root`, where its models are. `under`: the command that runs it."""
    server, log = f"http://localhost:{received.port}", str(folder / "camera.log")
    given = {"source": str(source), "server": server, "mode": mode, "log": log}
    return subprocess.Popen(
        [*under, sys.executable, "-c", MAIN, json.dumps(given | more)],
        env={"PATH": "/usr/bin", "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> int:
    _, errors = process.communicate(timeout=120)
    assert "Traceback" not in errors, errors
    return process.returncode
