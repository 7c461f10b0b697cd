"""What recommending costs, on all of the real purchases and on more members than they have: taken in by the ordinary
importer, learned by `recommender train`, asked by the doors. The last line of stdout is one JSON object.

retrain_s             the whole training, from the start of its process to the published version
member_p95_ms         a signed-in member's list of 12 at the door `personal`
event_to_list_p95_ms  an order told to the door `record`, durably, until that member's list after it
growth                the same with 1, 3 and 10 times the members (MEMBERS=1,3,10), see recommend_many.py
wall                  the stage of training whose memory grows most, and how many members fit into 3 GB if it goes on so

HOUSEHOLDS=200 takes that many households only: for trying the program out, never for figures.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from recommender.app import open_importer
from recommender.settings import Settings
from signage.demo.purchases import Purchases
from signage.demo.purchases import write as write_files
from signage.demo.seed import complete_journey, shop_words
from tests.bench.recommend_ask import NOW, clock, used
from tests.bench.recommend_many import write_copy
from tests.servers import start_valkey

CEILING_MB = 3000
FILES = {
    "categories.csv": "categories", "stores.csv": "stores", "products.parquet": "products",
    "lines_recent.parquet": "lines", "lines_before.parquet": "lines",
}  # fmt: skip


def main() -> None:
    sizes = [int(size) for size in os.environ.get("MEMBERS", "1,3,10").split(",")]
    with tempfile.TemporaryDirectory(prefix="bench-recommend-") as folder:
        valkey = start_valkey()
        try:
            os.environ |= {
                "REDIS_URL": f"redis://127.0.0.1:{valkey.port}/0", "SHELFCAST_DATA_DIR": f"{folder}/data",
                "SHELFCAST_HISTORY_URL": "", "RECOMMENDER_URL": "",
            }  # fmt: skip
            figures = _measure(Path(folder), sizes)
        finally:
            valkey.stop()
    print(json.dumps(figures))


def _measure(folder: Path, sizes: list[int]) -> dict[str, Any]:
    lines, kind = _prepare(folder)
    import_s = _import(folder, FILES)
    quick = _train("--only", "popular")
    growth, copies = [], 1
    for size in sizes:
        while copies < size:
            write_copy(lines, kind, copies, folder / "copy.parquet")
            import_s += _import(folder, {"copy.parquet": "lines"})
            copies += 1
        growth.append(_size(copies, lines, import_s))
        _say(json.dumps(growth[-1]))
    first = growth[0]
    return {
        "retrain_s": first["train_s"],
        "member_p95_ms": first["member_p95_ms"],
        "event_to_list_p95_ms": first["event_to_list_p95_ms"],
        "member_p50_ms": first["member_p50_ms"],
        "member_p95_cpu_ms": first["member_p95_cpu_ms"],
        "event_to_list_p95_cpu_ms": first["event_to_list_p95_cpu_ms"],
        "open_ms": first["open_ms"],
        "quick_s": quick["train_s"],
        "import_s": first["import_s"],
        "peak_mb": max(first["train_peak_mb"], first["serve_peak_mb"]),
        "growth": growth,
        "wall": _wall(growth),
    }


def _prepare(folder: Path) -> tuple[pd.DataFrame, pd.Series]:
    """Writes what the importer reads -> all order lines, and the type of each GTIN."""
    purchases = Purchases(complete_journey(), NOW.date())
    write_files(purchases, shop_words(), folder)
    names = [name for name, what in FILES.items() if what == "lines"]
    few = int(os.environ.get("HOUSEHOLDS", "0"))
    for name in names if few else ():
        some = pd.read_parquet(folder / name)
        some[some.member_id.str[2:].astype(int) <= few].to_parquet(folder / name, index=False)
    lines = pd.concat([pd.read_parquet(folder / name) for name in names], ignore_index=True)
    return lines, purchases.products.set_index("gtin").product_type.astype(object)


def _import(folder: Path, files: dict[str, str]) -> float:
    """Seconds that the importer takes; writing the files that it reads doesn't count."""
    importer = open_importer(Settings(), clock)
    start = perf_counter()
    for name, kind in files.items():
        _say(f"import {name}")
        importer.run(folder / name, kind, lambda step: None)
    importer.engine.dispose()
    return perf_counter() - start


def _size(copies: int, lines: pd.DataFrame, import_s: float) -> dict[str, Any]:
    """Trains and asks, each in a process of its own."""
    trained = _train()
    asked = json.loads(subprocess.check_output([sys.executable, "-m", "tests.bench.recommend_ask"]).splitlines()[-1])
    asked["serve_peak_mb"] = asked.pop("peak_mb")
    size = {"times": copies, "members": copies * lines.member_id.nunique(), "lines": copies * len(lines)}
    return {**size, "import_s": round(import_s, 1), **trained, **asked}


def _train(*options: str) -> dict[str, Any]:
    """`recommender train` as a child: seconds, CPU seconds of all cores, most memory, and both of each stage.

    A stage's memory is by how much it raised the peak: what the next one can use again costs nothing there. All is read
    when training says that it is published."""
    words = [sys.executable, "-m", "recommender", "train", "--progress", "json", *options]
    start, stages, stage, before, now = perf_counter(), {}, "start", (0.0, 0.0), (0.0, 0.0)
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as child:
        assert child.stderr is not None
        for line in child.stderr:
            cpu_s, mb = used(child.pid)
            now = cpu_s, max(now[1], mb)
            told = json.loads(line) if line.startswith("{") else {"step": stage}
            if told["step"] != stage:
                stages[stage] = {"cpu_s": round(now[0] - before[0], 1), "peak_mb_more": round(now[1] - before[1])}
                stage, before = told["step"], now
                _say(f"train {stage}")
    if child.returncode:
        raise RuntimeError(f"training failed ({child.returncode})")
    return {
        "train_s": round(perf_counter() - start, 1),
        "train_cpu_s": round(now[0], 1),
        "train_peak_mb": round(now[1]),
        "train_stages": stages,
    }


def _wall(growth: list[dict[str, Any]]) -> dict[str, Any]:
    """By the two largest sizes; nothing with one size."""
    if len(growth) < 2:
        return {}
    less, more = growth[-2:]
    per_member = (more["train_peak_mb"] - less["train_peak_mb"]) / (more["members"] - less["members"])
    stage = max(more["train_stages"], key=lambda one: more["train_stages"][one]["peak_mb_more"])
    room = CEILING_MB - more["train_peak_mb"]
    return {
        "stage": stage,
        "mb_per_1000_members": round(1000 * per_member, 1),
        "members_in_3_gb": round(more["members"] + room / per_member) if per_member > 0 else None,
    }


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
