"""Install anywhere: the wheel in a fresh environment, the demo in an empty folder, with no registry to fetch from."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest

from signage.bundle.manifest import read_manifest
from signage.processes.valkey import free_port
from tests.e2e.shop import wait_for
from tests.wheel.conftest import ROOT

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1500)]
NOWHERE = "http://127.0.0.1:9"  # nobody listens: whatever would be fetched fails
FIRST_CONTENT_S = 600  # on a quiet machine 90 are promised; this one may be busy


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env=lonely(folder), capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def lonely(folder: Path) -> dict[str, str]:
    """A fresh machine's environment: no checkout on any path, and every registry out of reach."""
    return {
        "PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", "PIP_INDEX_URL": NOWHERE, "PIP_RETRIES": "0",
        "PIP_CONFIG_FILE": os.devnull, "npm_config_registry": NOWHERE, "http_proxy": NOWHERE, "https_proxy": NOWHERE,
        "no_proxy": "127.0.0.1",
    }  # fmt: skip


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return bytes(answer.read())


def test_the_demo_runs_from_the_wheel_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    place, folder = tmp_path / "venv", tmp_path / "empty"
    folder.mkdir()
    subprocess.run([sys.executable, "-m", "venv", place], check=True, timeout=120)
    install = [place / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", f"{wheel}[demo]"]
    subprocess.run(install, check=True, cwd=tmp_path, timeout=900)
    verb = str(place / "bin" / "shelfcast")
    assert "ready" in run(folder, verb, "assets", "pull"), "every file is there, so nothing is fetched"
    assert "ready" in run(folder, verb, "models", "pull")
    assert list(folder.iterdir()) == []

    log, base = tmp_path / "demo.log", f"http://127.0.0.1:{(port := free_port())}"
    with log.open("w") as out:
        demo = subprocess.Popen(
            [verb, "demo", "--port", str(port)], cwd=folder, env=lonely(folder), stdout=out, stderr=out,
            start_new_session=True,
        )  # fmt: skip
    family = []
    try:
        wait_for(lambda: shows(base, demo), FIRST_CONTENT_S, "first content")
        for package in read_manifest(ROOT / "assets" / "manifest.toml").packages:
            for item in package.files:
                if item.target.startswith(("fonts/", "pictograms/")):
                    assert get(f"{base}/assets/{item.target}")
        family = psutil.Process(demo.pid).children(recursive=True)
        demo.send_signal(signal.SIGINT)
        assert demo.wait(60) == 0
    finally:
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGKILL)
        print(log.read_text())
    assert psutil.wait_procs(family, timeout=20)[1] == []
    assert [path.name for path in folder.iterdir()] == ["shelfcast-data"]


def shows(base: str, demo: "subprocess.Popen[bytes]") -> bool:
    """Each screen of the first store has made a decision."""
    assert demo.poll() is None, "the demo ended"
    try:
        shop = json.loads(get(f"{base}/demo/shop/367?lang=ja"))
    except OSError:
        return False
    return bool(shop["ready"] and shop["products"] and re.search("popular|trained", json.dumps(shop["progress"])))
