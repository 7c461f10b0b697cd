"""How many screens one web process serves, how quickly, and at what price beside the barest thing that could do it.

The whole web app under gunicorn's gevent worker, deciding on the real purchases and trained models (`chain`), SQLite and
Valkey as in a shop; N players on real WebSockets, ten a store, played by another process.

screens           players connected and served (argument or FANOUT_SCREENS, default 300)
p95_ms            `next` sent -> `show` received, each player asking every 5 s as with short spots
dropped           pushes that did not arrive
bytes_per_socket  growth of the server's resident memory per connected player, its screen's manifest included
cpu_vs_echo       server CPU seconds per 1,000 pushes / the same for a bare flask-sock broadcaster, same run, same payload
cpu_vs_echo_other_process   the same when another process publishes, through Redis, as on several web nodes
median_ms, max_ms    of the same requests as p95_ms
next_cpu_ms       server CPU per answered `next`: decided, recorded, its card filled, sent
welcome_cpu_ms    server CPU per player let in, its manifest made

The last line of stdout is one JSON object with these keys.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from signage.domain.place import Screen, Zone
from signage.live import Live
from signage.storage.engine import open_engine
from signage.storage.migrate import upgrade
from signage.storage.screens import Screens
from tests.servers import free_port, gunicorn, start_valkey
from tests.wire_app import show
from tests.world import EKIMAE

ROOT = Path(__file__).parents[2]
ROUNDS = 20
ASK_S = 20.0
PUSH = show("", now=True)


def main() -> None:
    count = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("FANOUT_SCREENS", "300"))
    with tempfile.TemporaryDirectory() as folder:
        valkey = start_valkey()
        try:
            figures = _measure(count, Path(folder), f"redis://127.0.0.1:{valkey.port}/0")
        finally:
            valkey.stop()
    print(json.dumps(figures))


def _measure(count: int, folder: Path, redis_url: str) -> dict[str, Any]:
    keys = _prepare(count, folder)
    environment = os.environ | {
        "WIRE_DATABASE": f"sqlite:///{folder}/fanout.db", "WIRE_REDIS": redis_url, "WIRE_MEDIA": str(folder),
    }  # fmt: skip
    live = Live(redis_url)
    with _server("tests.wire_app:from_environment()", environment) as (port, worker), _players(port, keys) as players:
        before = worker.memory_info().rss
        _ask(players, "connect")
        grown = (worker.memory_info().rss - before) / count
        times = sorted(_ask(players, "ask", seconds=ASK_S)["ms"])
        p95 = times[int(0.95 * len(times))]
        print(f"{count} players, {len(times)} requests: median {times[len(times) // 2]:.1f} ms, p95 {p95:.1f} ms")
        started = worker.cpu_times()
        _broadcast(port)
        arrived = _ask(players, "count", expected=ROUNDS * count)["arrived"]
        ours = _cpu_s(worker, started) / (ROUNDS * count) * 1000
        started = worker.cpu_times()
        for screen_id in list(keys) * ROUNDS:
            live.publish(screen_id, PUSH)
        arrived += _ask(players, "count", expected=2 * ROUNDS * count)["arrived"] - arrived
        chain = _cpu_s(worker, started) / (ROUNDS * count) * 1000
    echo = _echo(count, environment)
    dropped = 2 * ROUNDS * count - arrived
    print(
        f"{dropped} of {2 * ROUNDS * count} pushes dropped; CPU per 1,000: {ours:.3f} s, bare broadcaster {echo:.3f} s"
    )
    print(f"pushed by another process through Redis: {chain:.3f} s per 1,000")
    return {
        "screens": count, "p95_ms": round(p95, 1), "dropped": dropped, "bytes_per_socket": round(grown),
        "cpu_vs_echo": round(ours / echo, 2), "cpu_vs_echo_other_process": round(chain / echo, 2),
    }  # fmt: skip


def _broadcast(port: int) -> None:
    body = json.dumps(PUSH, ensure_ascii=False, separators=(",", ":")).encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/broadcast?rounds={ROUNDS}", body, timeout=120) as answer:
        answer.read()


def _prepare(count: int, folder: Path) -> dict[str, str]:
    engine = open_engine(f"sqlite:///{folder}/fanout.db")
    upgrade(engine)
    screens = Screens(engine)
    screens.save_store(EKIMAE)
    keys = {}
    for n in range(count):
        screens.save_screen(Screen(f"scr_{n}", "ekimae", str(n), Zone.AISLE, 1920, 1080), datetime.now(UTC))
        keys[f"scr_{n}"] = screens.issue_key(f"scr_{n}")
    engine.dispose()
    return keys


def _echo(count: int, environment: dict[str, str]) -> float:
    """CPU seconds per 1,000 pushes of the bare broadcaster."""
    with (
        _server("tests.bench.echo:create()", environment) as (port, worker),
        _players(port, dict.fromkeys(map(str, range(count)), "")) as players,
    ):
        _ask(players, "connect")
        started = worker.cpu_times()
        _broadcast(port)
        assert _ask(players, "count", expected=ROUNDS * count)["arrived"] == ROUNDS * count
        return _cpu_s(worker, started) / (ROUNDS * count) * 1000


def _cpu_s(worker: psutil.Process, started: Any) -> float:
    now = worker.cpu_times()
    return float(now.user + now.system - started.user - started.system)


@contextmanager
def _server(app: str, environment: dict[str, str]) -> Iterator[tuple[int, psutil.Process]]:
    """Port and worker process of a gunicorn that serves the app."""
    port = free_port()
    process = subprocess.Popen(gunicorn(app, port), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
                break
            except OSError:
                if time.monotonic() > until or process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield port, psutil.Process(process.pid).children()[0]
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def _players(port: int, keys: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.bench.players", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    process.stdin.write(json.dumps(keys) + "\n")
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _ask(players: "subprocess.Popen[str]", verb: str, **arguments: Any) -> Any:
    assert players.stdin is not None and players.stdout is not None
    players.stdin.write(json.dumps({"verb": verb, **arguments}) + "\n")
    players.stdin.flush()
    return json.loads(players.stdout.readline())


if __name__ == "__main__":
    main()
