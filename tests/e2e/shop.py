"""A whole shop for the end-to-end tests: real processes, real databases, a small made-up history."""

import csv
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from click.testing import CliRunner, Result

from recommender.cli import main as recommend
from recommender.domain.gtin import restricted
from signage.demo.places import JAPAN, screens
from signage.processes.valkey import free_port
from signage.settings import Settings
from signage.storage.engine import open_engine
from signage.storage.migrate import upgrade
from signage.storage.notices import Notice, Notices
from signage.storage.screens import Screens

ROOT = Path(__file__).parents[2]
STORE = "367"
MILK, BREAD, CHEESE, SODA, BEER, PIZZA = (restricted(1_000_000 + n) for n in range(6))
GOODS = (
    (MILK, "牛乳", "Milk", "FLUID MILK PRODUCTS", "1 gal"),
    (BREAD, "食パン", "Bread", "BAKED BREAD/BUNS/ROLLS", "20 oz"),
    (CHEESE, "シュレッドチーズ", "Shredded cheese", "CHEESE", "8 oz"),
    (SODA, "炭酸飲料", "Soda", "SOFT DRINKS", "12 oz"),
    (BEER, "ビール", "Beer", "BEERS/ALES", "12 oz"),
    (PIZZA, "冷凍ピザ", "Frozen pizza", "FROZEN PIZZA", "12 oz"),
)
PRICES = {MILK: 248, BREAD: 198, CHEESE: 398, SODA: 598, BEER: 1280, PIZZA: 398}
MEMBER = "hh1"
HIDDEN = (
    "REDIS_URL",
    "SHELFCAST_DATABASE_URL",
    "SHELFCAST_HISTORY_URL",
    "RECOMMENDER_URL",
)  # of whoever runs the tests


def wait_for(true: Callable[[], object], patience_s: float = 20.0, what: str = "it") -> None:
    """Polls until `true()`, less often as time goes by; fails the test after `patience_s`."""
    began, pause = time.monotonic(), 0.03
    while not true():
        assert time.monotonic() - began < patience_s, f"{what} did not happen within {patience_s:.0f} s"
        time.sleep(pause)
        pause = min(1.5 * pause, 0.3)  # asking costs a browser more than it seems


def write_history(folder: Path, now: datetime) -> None:
    """Six products; twenty made-up members who each shop weekly for eight weeks. `hh1` buys milk and bread every time."""
    folder.mkdir(parents=True)
    with (folder / "products.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["gtin", "name_ja", "name_en", "brand", "size", "category", "maker", "in_models"])
        rows.writerows(
            [gtin, ja, en, "national", size, category, "1", "true"] for gtin, ja, en, category, size in GOODS
        )
    with (folder / "lines.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            [
                "order_id",
                "line_id",
                "member_id",
                "store_id",
                "ordered_at",
                "gtin",
                "quantity",
                "amount_minor",
                "currency",
                "channel",
            ]
        )
        for member in range(1, 21):
            for week in range(8):
                at = now - timedelta(weeks=week, hours=member)
                bought = [MILK, BREAD] if member == 1 else [GOODS[(member + k + week) % 6][0] for k in range(3)]
                for line, gtin in enumerate(bought, 1):
                    rows.writerow(
                        [
                            f"{member}-{week}",
                            line,
                            f"hh{member}",
                            STORE,
                            at.isoformat(),
                            gtin,
                            1,
                            PRICES[gtin],
                            "JPY",
                            "store",
                        ]
                    )
    with (folder / "events.jsonl").open("w") as file:
        for gtin, price in PRICES.items():
            for kind, data in (
                ("Price Changed", {"amount_minor": price, "currency": "JPY"}),
                ("Stock Changed", {"quantity": 20}),
            ):
                event = {
                    "specversion": "1.0",
                    "type": kind,
                    "source": "test",
                    "id": f"{kind}-{gtin}",
                    "time": now.isoformat(),
                }
                file.write(json.dumps(event | {"data": {"gtin": gtin, "store_id": STORE} | data}) + "\n")


def verb(env: dict[str, str], *words: str) -> Result:
    """A verb of `recommender` in this process, which has its libraries already, yet in that environment."""
    alone: dict[str, str | None] = {**dict.fromkeys(HIDDEN), **env}
    return CliRunner().invoke(recommend, words, env=alone)


def run(env: dict[str, str], *words: str) -> str:
    """What the verb prints. Fails the test when it fails."""
    done = verb(env, *words)
    assert done.exit_code == 0, f"{words}: {done.output}"
    return done.stdout


@dataclass
class Shop:
    """A running `shelfcast run`. `base` is its address; `keys` by screen id."""

    data: Path
    env: dict[str, str]
    port: int
    base: str
    keys: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    extra: list[str] = field(default_factory=list)

    def start(self) -> None:
        log = (self.data / "run.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "signage", "run", "--port", str(self.port), *self.extra],
            env=self.env, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        log.close()
        wait_for(self.answers, 120, f"the start of {self.base} ({self.tail()})")

    def tail(self) -> str:
        return "".join(
            p.read_text(errors="replace")[-2000:] for p in [self.data / "run.log", *self.data.glob("logs/web.log")]
        )

    def answers(self) -> bool:
        context = ssl.create_default_context() if self.base.startswith("https") else None
        if context:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        scheme = self.base.split(":")[0]
        try:
            with urllib.request.urlopen(
                f"{scheme}://127.0.0.1:{self.port}/healthz", timeout=1, context=context
            ) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def web_processes(self) -> list[psutil.Process]:
        assert self.process is not None
        family = psutil.Process(self.process.pid).children(recursive=True)
        return [p for p in family if any("gunicorn" in word for word in words_of(p))]

    def kill_everything(self) -> None:
        """kill -9 on the supervisor and all below it, as when the power fails."""
        assert self.process is not None
        family = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        for process in family:
            process.kill()
        self.process.wait()
        psutil.wait_procs(family, timeout=10)

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def player(self, screen_id: str) -> str:
        return f"{self.base}/player#screen={screen_id}&key={self.keys[screen_id]}"


def words_of(process: psutil.Process) -> list[str]:
    """How it was called; [] for one that has just ended."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def base_env(data: Path) -> dict[str, str]:
    """Without training at the start: the seeded folder has a version that opens."""
    kept = {k: v for k, v in os.environ.items() if k not in HIDDEN}
    return kept | seeding(data) | {"SHELFCAST_TRAIN_EVERY_H": "0"}


def seeding(data: Path) -> dict[str, str]:
    """What the recommender's own verbs must be told."""
    return {"SHELFCAST_DATA_DIR": str(data), "SHELFCAST_HISTORY_ZONE": "Asia/Tokyo"}


def seed(data: Path) -> dict[str, str]:
    """A data directory with history, trained artifacts, one store and four screens -> the screens' keys."""
    assert os.environ.get("SHELFCAST_DATA_DIR") == str(data), "the recommender's verbs would write elsewhere"
    now = datetime.now(UTC)
    write_history(data / "files", now)
    files = data / "files"
    for words in (
        ["migrate"],
        ["import", "--kind", "categories", str(ROOT / "assets" / "categories.csv")],
        ["import", "--kind", "products", str(files / "products.csv")],
        ["import", "--kind", "lines", str(files / "lines.csv")],
        ["import", "--kind", "events", str(files / "events.jsonl")],
        ["train"],
    ):
        recommend(words, prog_name="recommender", standalone_mode=False)
    engine = open_engine(Settings().database, busy_ms=5000)
    upgrade(engine)
    shown = Screens(engine)
    shown.save_store(JAPAN)
    Notices(engine).save(Notice(STORE, "青葉ストア", "人数の計測", "Counting people", "03-0000-0000", now), by="")
    keys = {}
    for screen in screens(JAPAN):
        shown.save_screen(screen, now)
        keys[screen.screen_id] = shown.issue_key(screen.screen_id)
    engine.dispose()
    return keys


@contextmanager
def open_shop(
    template: Path, keys: dict[str, str], data: Path, *, host: str = "127.0.0.1", tls: bool = False,
    before: Callable[[Shop], None] = lambda shop: None,
) -> Iterator[Shop]:  # fmt: skip
    """A fresh copy of the seeded directory, running; `before` may add to it; stopped at the end."""
    shutil.copytree(template, data)
    port = free_port()
    scheme = "https" if tls else "http"
    extra = ["--tls", "--name", host] if tls else []
    env = base_env(data) | {"SHELFCAST_PUBLIC_URL": f"{scheme}://{host}:{port}"}
    shop = Shop(data, env, port, f"{scheme}://{host}:{port}", keys, extra=extra)
    before(shop)
    try:
        shop.start()
        yield shop
    finally:
        shop.stop()
