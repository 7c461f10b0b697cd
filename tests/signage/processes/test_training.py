"""What `shelfcast run` does about the models at its start, with real children on a real history."""

import json
from pathlib import Path

import psutil
import pytest

from recommender.artifacts import FORMAT, Store
from recommender.settings import Settings as HistorySettings
from signage.processes.run import System, watch
from signage.processes.supervisor import Supervisor
from signage.settings import Settings
from tests.recommender.shop import fill


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("RECOMMENDER_URL", "SHELFCAST_HISTORY_URL"):
        monkeypatch.delenv(name, raising=False)
    settings = HistorySettings(data_dir=tmp_path / "data", history_url="", recommender_url="", redis_url="")
    fill(settings, tmp_path)
    return settings.data_dir


def is_training(child: psutil.Process) -> bool:
    try:
        return "train" in child.cmdline()
    except psutil.NoSuchProcess:  # it has just ended
        return False


def started(data: Path, said: list[str], every_h: float = 24) -> int:
    """Watches until no training runs; the number of children that there were."""
    supervisor, seen = Supervisor(data / "logs", said.append), set[int]()
    system = System(
        Settings(data_dir=data, train_every_h=every_h), supervisor, {"SHELFCAST_DATA_DIR": str(data)}, "", None
    )

    def look() -> None:
        running = {child.pid for child in psutil.Process().children() if is_training(child)}
        seen.update(running)
        if not running:
            supervisor.request_stop()

    watch(system, look)
    supervisor.stop()
    return len(seen)


def test_at_the_start_it_trains_where_no_version_opens_and_only_there(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, said = Store(data / "artifacts"), list[str]()
    assert (started(data, said, every_h=0), store.versions()) == (0, [])
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("RECOMMENDER_URL", "http://127.0.0.1:9")  # its history is another machine's
        assert started(data, said, every_h=1e-9) == 0
        assert not (data / "logs" / "train.log").exists(), "nor when its time has come"
    assert (started(data, said), store.versions()) == (1, ["000001"])
    assert (started(data, said), store.versions()) == (1, ["000001"])
    manifest = data / "artifacts" / "000001" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": FORMAT - 1}))  # of an older release
    assert (started(data, said), store.versions()) == (1, ["000001", "000002"])
    assert Store(data / "artifacts").current().version == "000002"
    assert said == []
