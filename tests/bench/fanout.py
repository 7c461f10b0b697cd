"""How many screens one web process serves, how quickly, and at what price beside the barest thing that could do it.

The whole web app under gunicorn's gevent worker, deciding on the real purchases and trained models (`chain`), SQLite and
Valkey as in a shop; N players on real WebSockets, ten a store, played by another process.

screens           players connected and served (argument or FANOUT_SCREENS, default 300)
p95_ms            `next` sent -> `show` received, each player asking every 10 s, once each has asked for a first time
first_p95_ms      the same for that first time: nothing is known yet of what sells in a store, what a screen showed, what is there
calm_p95_ms       the same of the `calm` requests sent in seconds in which other machines on this host took less than a tenth
                  of this one; `stolen` is what they took on the average
dropped           pushes that did not arrive
bytes_per_socket  growth of the server's own memory (no mapped model files) for each player more, from half of them
                  connected to all; with its screen's manifest and its share of what is kept for a store
cpu_vs_echo       server CPU seconds per 1,000 pushes / the same for a bare flask-sock broadcaster, same run, same payload
cpu_vs_echo_other_process   the same when another process publishes, through Redis, as on several web nodes
cpu_vs_echo_one_by_one      the same when that process has something of its own to say to every screen
median_ms, max_ms    of the same requests as p95_ms
next_cpu_ms       server CPU per answered `next`: decided, recorded, its card filled, sent
welcome_cpu_ms    server CPU per player let in, its manifest made
takeover_p95_ms   headquarters' takeover approved -> a screen has been sent it, for every screen of the chain
back_s            all connections cut at once -> the last player is back and has been given a spot of its own
back_half_s       -> half of them
http_p95_ms       a page asked for over HTTP meanwhile
back_curve        [seconds, players back by then]
players_cpu_s     CPU that the players took themselves, in the whole run; they share the machine with the server

The last line of stdout is one JSON object with these keys.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from signage.live import Live
from signage.processes.services import ensure_open_files
from tests.bench.chain import open_chain
from tests.bench.stolen import Stolen
from tests.servers import free_port, gunicorn, start_valkey
from tests.wire_app import show

ROOT = Path(__file__).parents[2]
ROUNDS, BURSTS = 20, 5  # pushes to every screen at once; how often, each burst after the one before has arrived
FIRST_S, ASK_S = 10.0, 30.0
PUSH = show("", now=True)
OURS = ("SHELFCAST_", "REDIS_URL", "RECOMMENDER_URL")


def main() -> None:
    count = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("FANOUT_SCREENS", "300"))
    ensure_open_files(2 * count)
    with tempfile.TemporaryDirectory(prefix="bench-fanout-") as folder:
        keys = open_chain(Path(folder), count)
        valkey = start_valkey()
        try:
            figures = _measure(keys, Path(folder), f"redis://127.0.0.1:{valkey.port}/0")
        finally:
            valkey.stop()
    print(json.dumps(figures))


def _measure(keys: dict[str, str], data: Path, redis_url: str) -> dict[str, Any]:
    count, live = len(keys), Live(redis_url)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)} | {
        "SHELFCAST_DATA_DIR": str(data), "SHELFCAST_SECRET_KEY": "of the bench", "REDIS_URL": redis_url,
    }  # fmt: skip
    with _server("tests.bench.served:web()", environment) as (port, worker), _players(port, keys) as players:
        _ask(players, "connect", most=1)  # the models are opened for whoever comes first
        started = worker.cpu_times()
        half = _ask(players, "connect", most=count // 2)["connected"]
        before = _own_bytes(worker)
        _ask(players, "connect", most=count)
        grown = (_own_bytes(worker) - before) / (count - half)
        welcome_ms = _cpu_s(worker, started) / (count - 1) * 1000
        answers = _answers(worker, players)
        costs, dropped = _pushes(port, worker, players, live, list(keys))
        takeover = _takeover(port, players)
        back, http_ms, players_s = _outage(port, players)
    echo = _echo(count, environment)
    ours, chain, single = costs
    print(f"{dropped} of {3 * BURSTS * ROUNDS * count} pushes dropped")
    print(f"CPU per 1,000: {ours:.3f} s, by another process {chain:.3f} s, bare broadcaster {echo:.3f} s")
    return {
        "screens": count, **answers, "dropped": dropped, "bytes_per_socket": round(grown),
        "cpu_vs_echo": round(ours / echo, 2), "cpu_vs_echo_other_process": round(chain / echo, 2),
        "cpu_vs_echo_one_by_one": round(single / echo, 2),
        "welcome_cpu_ms": round(welcome_ms, 2),
        "takeover_p95_ms": round(_p95(takeover)) if len(takeover) == count else None,
        "back_s": round(back[-1], 1), "back_half_s": round(back[count // 2], 1), "http_p95_ms": round(_p95(http_ms)),
        "back_curve": _curve(back), "players_cpu_s": round(players_s, 1),
    }  # fmt: skip


def _answers(worker: psutil.Process, players: "subprocess.Popen[str]") -> dict[str, Any]:
    """How quickly `next` is answered."""
    first = sorted(ms for _, ms in _ask(players, "ask", seconds=FIRST_S)["asks"])
    started = worker.cpu_times()
    with Stolen() as stolen:
        asks = _ask(players, "ask", seconds=ASK_S)["asks"]
    next_ms = _cpu_s(worker, started) / len(asks) * 1000
    times, calm = sorted(ms for _, ms in asks), sorted(ms for at, ms in asks if stolen.calm(at))
    print(
        f"{len(times)} requests: median {times[len(times) // 2]:.1f} ms, p95 {_p95(times):.1f} ms, {len(calm)} of them calm"
    )
    return {
        "p95_ms": round(_p95(times), 1), "median_ms": round(times[len(times) // 2], 1), "max_ms": round(times[-1], 1),
        "first_p95_ms": round(_p95(first), 1), "stolen": round(stolen.share, 2), "calm": len(calm),
        "calm_p95_ms": round(_p95(calm), 1) if calm else None, "next_cpu_ms": round(next_ms, 2),
    }  # fmt: skip


def _takeover(port: int, players: "subprocess.Popen[str]") -> list[float]:
    """ms from the approval to each screen, as far as it came."""
    at = time.monotonic()
    urllib.request.urlopen(f"http://127.0.0.1:{port}/takeover", b"", timeout=600).close()
    times: list[float] = _ask(players, "told", spot="takeover-1", at=at)["ms"]
    print(f"takeover: {len(times)} screens, the last after {times[-1]:.0f} ms")
    return times


def _outage(port: int, players: "subprocess.Popen[str]") -> tuple[list[float], list[float], float]:
    """Seconds until each player was back; ms of pages asked for meanwhile, one after the other; the players' CPU so far."""
    over, http_ms = threading.Event(), []

    def browse() -> None:
        while not over.is_set():
            began = time.monotonic()
            urllib.request.urlopen(f"http://127.0.0.1:{port}/player", timeout=60).read()
            http_ms.append((time.monotonic() - began) * 1000)
            over.wait(0.1)

    browsing = threading.Thread(target=browse)
    browsing.start()
    told = _ask(players, "back")
    over.set()
    browsing.join()
    curve = ", ".join(f"{count} after {mark} s" for mark, count in _curve(told["s"]))
    print(f"back after an outage: {curve}; {len(http_ms)} pages meanwhile, p95 {_p95(sorted(http_ms)):.0f} ms")
    return told["s"], sorted(http_ms), told["cpu_s"]


def _curve(back: list[float]) -> list[tuple[int, int]]:
    return [(mark, sum(s <= mark for s in back)) for mark in (1, 2, 5, 10, 15, 20, 30, 45, 60)]


def _p95(times: list[float]) -> float:
    return times[int(0.95 * len(times))]


def _pushes(
    port: int, worker: psutil.Process, players: "subprocess.Popen[str]", live: Live, screen_ids: list[str]
) -> tuple[list[float], int]:
    """CPU seconds per 1,000 pushes from inside, from another process, from there one by one; how many did not arrive."""

    def by_another_process() -> None:
        for _ in range(ROUNDS):
            live.publish_all(screen_ids, PUSH)

    def one_by_one() -> None:
        for screen_id in screen_ids * ROUNDS:
            live.publish(screen_id, PUSH)

    found = [
        _bursts(worker, players, len(screen_ids), push)
        for push in (partial(_broadcast, port), by_another_process, one_by_one)
    ]
    return [cpu_s for cpu_s, _ in found], sum(dropped for _, dropped in found)


def _bursts(
    worker: psutil.Process, players: "subprocess.Popen[str]", count: int, push: Callable[[], None]
) -> tuple[float, int]:
    """CPU seconds per 1,000 pushes of the server, and how many did not arrive."""
    arrived_before = arrived = _ask(players, "count", expected=0)["arrived"]
    started = worker.cpu_times()
    for _ in range(BURSTS):
        push()
        arrived = _ask(players, "count", expected=arrived + ROUNDS * count)["arrived"]
    sent = BURSTS * ROUNDS * count
    return _cpu_s(worker, started) / sent * 1000, sent - (arrived - arrived_before)


def _broadcast(port: int) -> None:
    body = json.dumps(PUSH, ensure_ascii=False, separators=(",", ":")).encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/broadcast?rounds={ROUNDS}", body, timeout=120) as answer:
        answer.read()


def _echo(count: int, environment: dict[str, str]) -> float:
    """CPU seconds per 1,000 pushes of the bare broadcaster."""
    with (
        _server("tests.bench.echo:create()", environment) as (port, worker),
        _players(port, dict.fromkeys(map(str, range(count)), "")) as players,
    ):
        _ask(players, "connect", most=count)
        cpu_s, dropped = _bursts(worker, players, count, partial(_broadcast, port))
        assert dropped == 0, dropped
        return cpu_s


def _cpu_s(worker: psutil.Process, started: Any) -> float:
    now = worker.cpu_times()
    return float(now.user + now.system - started.user - started.system)


def _own_bytes(worker: psutil.Process) -> int:
    """Resident memory that no file stands behind."""
    lines = Path(f"/proc/{worker.pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) * 1024


@contextmanager
def _server(app: str, environment: dict[str, str]) -> Iterator[tuple[int, psutil.Process]]:
    """Port and worker process of a gunicorn that serves the app."""
    port = free_port()
    process = subprocess.Popen(gunicorn(app, port), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120  # a busy machine takes its time
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
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
