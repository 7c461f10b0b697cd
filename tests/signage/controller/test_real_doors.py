"""The same loop with the recommender's real doors: imported products, trained popularity, recorded prices and stock."""

import csv
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from recommender.app import open_doors, open_importer
from recommender.domain.event import Event, PriceChanged, StockChanged
from recommender.domain.gtin import restricted
from recommender.settings import Settings
from recommender.training.fit import train
from signage.controller.loop import Controller
from tests.signage.controller.conftest import Stage
from tests.world import MovableClock

GOODS = ["FLUID MILK PRODUCTS", "CHEESE", "EGGS", "BAKED BREAD/BUNS/ROLLS", "SOFT DRINKS", "FROZEN PIZZA", "BEERS/ALES"]
GTINS = [restricted(1_000_000 + n).zfill(14) for n in range(2 * len(GOODS))]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return path


@pytest.fixture
def real(stage: Stage, tmp_path: Path, redis_url: str, clock: MovableClock) -> Controller:
    """Eight households that bought everything weekly in 駅前店, the first products most of all."""
    settings = Settings(data_dir=tmp_path, REDIS_URL=redis_url)
    products = [
        {"gtin": gtin, "name_ja": f"商品{n}", "name_en": f"Item {n}", "brand": "national", "size": "12 oz",
         "category": GOODS[n // 2], "maker": "", "in_models": "yes"}
        for n, gtin in enumerate(GTINS)
    ]  # fmt: skip
    lines = [
        {"order_id": f"{who}-{week}", "line_id": n, "member_id": f"m{who}", "store_id": "ekimae",
         "ordered_at": (clock() - timedelta(days=1 + 7 * week)).isoformat(), "gtin": gtin, "quantity": 1,
         "amount_minor": 500, "currency": "JPY", "channel": "store"}
        for who in range(8) for week in range(3) for n, gtin in enumerate(GTINS) if week == 0 or n < 6
    ]  # fmt: skip
    importer = open_importer(settings, clock)
    importer.run(Path("assets/categories.csv"), "categories", lambda _: None)
    importer.run(write(tmp_path / "products.csv", products), "products", lambda _: None)
    importer.run(write(tmp_path / "lines.csv", lines), "lines", lambda _: None)
    train(settings, progress=lambda _stage, _share: None, only="popular")
    doors = open_doors(settings, clock)
    for n, gtin in enumerate(GTINS):
        for kind, payload in (
            ("price", PriceChanged(gtin, "ekimae", 198 + n, "JPY", simulated=True)),
            ("stock", StockChanged(gtin, "ekimae", 0 if n == 0 else 20, simulated=True)),
        ):
            doors.record.record(Event("test", f"{kind}-{n}", clock(), payload))
    yield Controller(replace(stage.rooms, catalog=doors.catalog, crowd=doors.crowd))
    doors.close()


def test_best_sellers_with_their_prices_reach_the_screens(real: Controller, stage: Stage) -> None:
    seen: dict[str, dict[str, Any]] = {}
    for screen in ("entrance", "aisle", "edge"):
        for n in range(12):
            stage.clock.tick(10)
            item = real.next_item(screen, f"r{n}", None)["item"]
            seen |= {product["gtin"]: product for product in item["card"]["products"]}
    assert GTINS[0] not in seen  # out of stock
    assert not set(seen) & set(GTINS[12:])  # beer is never brought up by popularity
    milk = seen[GTINS[1]]
    assert (milk["name"], milk["price"]["digits"], milk["stock"]["words"]) == ("商品1", "199", "在庫あり")
    assert (milk["family"], milk["reason"]) == ("乳・卵", "いま人気")


def test_a_promoted_product_is_scored_by_the_crowd(real: Controller, stage: Stage) -> None:
    stage.approve("milk", GTINS[1])
    stage.approve("beer", GTINS[12])
    real.campaigns_changed(["ekimae"])
    (show,) = stage.pushed("show")
    assert show["item"]["spot"] == "spt_milk"
    assert show["item"]["card"]["tag"] == "いま人気"
    assert stage.record(show)["model"] not in ("", "none")
    answer = real.why_not("entrance", "spt_beer")
    assert next(gate["gate"] for gate in answer["gates"] if not gate["passed"]) == "audience_class"
