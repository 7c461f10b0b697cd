"""The same five doors twice: in this process, and over HTTP from a real server on a real socket."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from recommender.app import Doors, create_app, open_desk, open_doors
from recommender.history.desk import Desk
from recommender.settings import Settings
from tests.recommender.shop import ADA, NOW, fill
from tests.world import MovableClock


@pytest.fixture(scope="session")
def _trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from recommender.training.fit import train

    folder = tmp_path_factory.mktemp("doors")
    settings = Settings(data_dir=folder / "data", history_url="", recommender_url="", redis_url="")
    fill(settings, folder)
    train(settings, progress=lambda stage, share: None)
    return folder / "data"


@dataclass(frozen=True, slots=True)
class House:
    """The doors, the retailer's desk beside them, the clock of both, and where the data lie."""

    doors: Doors
    desk: Desk
    clock: MovableClock
    settings: Settings

    def session(self, member: str = ADA, *, agreed: bool = True) -> str:
        identifier = self.desk.find("retailer", member)
        assert identifier is not None
        if agreed:
            self.desk.consent_to_all(identifier)
        return self.desk.session(identifier)


@pytest.fixture(params=["in process", "over HTTP"])
def house(request: pytest.FixtureRequest, _trained: Path, tmp_path: Path, redis_url: str) -> Iterator[House]:
    import shutil

    shutil.copytree(_trained, tmp_path / "data")
    fields = {
        "data_dir": tmp_path / "data",
        "history_url": "",
        "recommender_key": "door-key",
        "member_holdout_percent": 50,
    }
    settings = Settings.model_validate({**fields, "REDIS_URL": redis_url, "RECOMMENDER_URL": ""})
    clock = MovableClock(NOW)
    desk = open_desk(settings, clock)
    if request.param == "in process":
        doors = open_doors(settings, clock)
        yield House(doors, desk, clock, settings)
    else:
        server = make_server("127.0.0.1", 0, create_app(settings, clock), threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        doors = open_doors(Settings.model_validate({**fields, "REDIS_URL": redis_url, "RECOMMENDER_URL": url}), clock)
        yield House(doors, desk, clock, settings)
        server.shutdown()
        thread.join()
        server.server_close()
    doors.close()
    desk.engine.dispose()
