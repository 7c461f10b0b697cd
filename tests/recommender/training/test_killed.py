"""A whole `recommender train` that is killed in the middle: what stood serves on, and the next one leaves nothing of it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from recommender.app import open_doors
from recommender.artifacts import Store
from recommender.domain.recommendation import Place
from recommender.settings import Settings
from recommender.training.fit import train
from tests.recommender.shop import EKIMAE, NOW

STUCK = """
import json, os, sys, time
from dataclasses import dataclass
import numpy as np

def stay(where):
    if os.environ["STUCK"] == where:
        print(json.dumps({"step": "stuck for good"}), file=sys.stderr, flush=True)
        time.sleep(600)

class Rows:
    def __init__(self, size):
        self.size = size

    def __array__(self, *_, **__):
        stay("writing")

@dataclass(frozen=True)
class Stuck:
    rows: Rows

    @classmethod
    def fit(cls, lines):
        stay("learning")
        return cls(Rows(lines.items))

    def scores(self, query):
        return np.zeros(self.rows.size, np.float32)
"""


@pytest.fixture(params=["learning", "writing"])
def stuck(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> dict[str, str]:
    """The environment of a training in which a retailer's own model takes for ever, to learn or to be written."""
    package = tmp_path / "stuck-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: stuck\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[shelfcast.models]\nstuck = stuck:Stuck\n")
    (tmp_path / "stuck.py").write_text(STUCK)
    own = {"SHELFCAST_DATA_DIR": str(settings.data_dir), "SHELFCAST_HISTORY_URL": "", "PYTHONPATH": str(tmp_path)}
    return {**os.environ, **own, "STUCK": request.param}


def test_a_training_killed_half_way_changes_nothing(settings: Settings, stuck: dict[str, str]) -> None:
    good = train(settings, progress=lambda stage, share: None)
    doors = open_doors(settings, lambda: NOW)
    before = doors.crowd.top(Place(EKIMAE, NOW), 3)

    words = [sys.executable, "-m", "recommender", "train", "--progress", "json"]
    with subprocess.Popen(words, env=stuck, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as training:
        assert training.stderr is not None
        steps = (json.loads(line)["step"] for line in training.stderr if line.startswith("{"))
        assert "stuck for good" in steps  # reads until then
        training.send_signal(signal.SIGKILL)

    folder = settings.artifacts
    assert training.returncode == -signal.SIGKILL
    assert [*folder.glob(".staging/popular/*.npy")] or stuck["STUCK"] == "learning"
    assert Store(folder).current().version == good
    assert doors.crowd.top(Place(EKIMAE, NOW), 3) == before
    doors.close()
    second = train(settings, progress=lambda stage, share: None)
    assert Store(folder).current().version == second > good
    assert {path.name for path in folder.iterdir()} == {"CURRENT", ".lock", good, second}
