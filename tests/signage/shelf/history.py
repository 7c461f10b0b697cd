"""A small real history for the shopper's pages: a dozen products, forty shoppers, one of them Ada, imported and trained."""

import csv
import json
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from recommender.app import open_doors
from recommender.domain.event import Event, PriceChanged, StockChanged
from recommender.domain.gtin import restricted
from recommender.domain.imported import PRODUCT_FACTS as FACTS
from recommender.domain.limits import Limits
from recommender.domain.member import Purpose
from recommender.history import account
from recommender.history.events import Intake
from recommender.history.identity import history_key
from recommender.history.importer import Importer
from recommender.settings import Settings
from recommender.storage.engine import open_engine, write
from recommender.storage.migrate import upgrade
from recommender.training.fit import train
from signage.bundle.find import path
from tests.world import START

PIZZA, SODA, SALAD, COOKIE, MILK, BREAD, BEER, PAPER, BEEF, TWIN, PLAIN, HOSTILE = (
    restricted(number) for number in range(1004071, 1004083)
)
PRODUCTS = {  # gtin: ja, en, brand, size, category, maker
    PIZZA: ("冷凍ピザ(プレミアム)", "Frozen pizza, premium", "national", "12 oz", "FROZEN PIZZA", "103"),
    SODA: ("炭酸飲料 12缶", "Soda, 12 cans", "national", "12 PK", "SOFT DRINKS", ""),
    SALAD: ("サラダミックス", "Salad mix", "private", "10 oz", "SALAD MIX", ""),
    COOKIE: ("クッキー", "Cookies", "national", "", "COOKIES/CONES", ""),
    MILK: ("牛乳", "Milk", "private", "1 gal", "FLUID MILK PRODUCTS", ""),
    BREAD: ("食パン", "Bread", "private", "20 oz", "BAKED BREAD/BUNS/ROLLS", ""),
    BEER: ("ビール 6缶", "Beer, 6 cans", "national", "", "BEERS/ALES", ""),
    PAPER: ("トイレットペーパー", "Toilet paper", "national", "12 RL", "BATH TISSUES", ""),
    BEEF: ("牛肉(ロース)", "Beef loin", "national", "", "BEEF", ""),
    TWIN: ("サラダミックス", "Salad mix", "private", "10 oz", "SALAD MIX", ""),
    PLAIN: ("卵", "Eggs", "private", "12 CT", "EGGS", ""),
    HOSTILE: ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><b>x', "& 12 oz", "EGGS", "{{ 7*7 }}"),
}
KNOWN = {  # origin and allergens in both languages; are they made up?
    SALAD: ("長野県", "Nagano", "なし", "None", "no"),
    COOKIE: ("アメリカ", "United States", "小麦・卵", "Wheat, egg", "yes"),
}
FACTS_TOLD = [  # JSON Lines, as a retailer would send them
    {
        "gtin": SALAD, "producer": {"ja": "しなの農園", "en": "Shinano Farm"},
        "nutrition": {
            "per": "100g", "energy_kcal": 14, "protein_g": 1.2, "fat_g": 0.2, "carbohydrate_g": 2.8, "salt_g": 0.02,
            "fibre_g": 1.1,
        },
        "recipe": {
            "name": {"ja": "りんごのサラダ", "en": "Apple salad"}, "serves": 2, "minutes": 10,
            "ingredients": [{"ja": "サラダミックス 1袋", "en": "1 bag of salad mix"}, {"ja": "りんご 1/2個", "en": "1/2 apple"}],
            "steps": [{"ja": "りんごを薄く切る。", "en": "Slice the apple."}, {"ja": "混ぜる。", "en": "Toss."}],
        },
        "reviews": [
            {"stars": 5, "text": "しゃきしゃきです</script><b>", "lang": "ja", "on": "2026-10-02", "source": "公式アプリ"},
            {"stars": 4, "text": "Fresh every time", "lang": "en", "on": "2026-11-01", "source": "Web shop"},
        ],
    },
    {
        "gtin": SALAD, "lot": "L/7", "origin": {"ja": "茨城県", "en": "Ibaraki"}, "best_before": "2026-11-20",
        "notice": {"kind": "recall", "text": {"ja": "異物混入のおそれがあります。", "en": "It may hold foreign matter."}},
    },
    {"gtin": COOKIE, "lot": "OLD", "sample": True, "best_before": "2026-11-01", "producer": {"ja": "見本製菓"}},
]  # fmt: skip
PRICES = {PIZZA: 398, SODA: 598, SALAD: 248, COOKIE: 298, MILK: 238, BREAD: 178, BEER: 1198, PAPER: 698}
STOCK = {PIZZA: 2, SODA: 24, SALAD: 6, COOKIE: 11, MILK: 0, BREAD: 40, BEER: 12, PAPER: 9}
STALE = {BEEF: 3}
TOGETHER = (PIZZA, SODA, SALAD, COOKIE, TWIN, MILK)  # what pizza buyers also take
ADA = "ada"


def build(data_dir: Path) -> None:
    """Write, import and train in `data_dir`."""
    settings = Settings(data_dir=data_dir, redis_url="", history_zone="Asia/Tokyo")
    engine = open_engine(settings.database)
    upgrade(engine)
    intake = Intake(history_key(data_dir), "Asia/Tokyo", Limits.read(settings.identity_limits))
    importer = Importer(engine, intake, lambda: START, lambda changes: None)
    for kind, file in (
        ("categories", path("assets", "categories.csv")), ("products", _products(data_dir)), ("lines", _lines(data_dir)),
        ("facts", _told(data_dir)),
    ):  # fmt: skip
        assert importer.run(file, kind, lambda step: None).rejected == 0
    engine.dispose()
    train(settings, progress=lambda stage, done: None)
    doors = open_doors(settings, lambda: START)
    doors.record.record_all(_offers())
    doors.close()


def link_for(data_dir: Path, member: str = ADA) -> str:
    """A one-time sign-in link's secret, as `recommender members link` makes it."""
    engine = open_engine(Settings(data_dir=data_dir).database)
    with engine.connect() as connection:
        found = account.identifier(connection, history_key(data_dir), "retailer", member)
    assert found is not None
    link = write(engine, partial(account.make_link, identifier_id=found, now=START, random=lambda n: bytes(range(n))))
    engine.dispose()
    return link


def agree(data_dir: Path, *purposes: Purpose) -> None:
    """Ada agreed a day ago."""
    engine = open_engine(Settings(data_dir=data_dir).database)
    with engine.connect() as connection:
        found = account.identifier(connection, history_key(data_dir), "retailer", ADA)
    assert found is not None
    for purpose in purposes:
        say = partial(
            account.set_consent, identifier_id=found, purpose=purpose, granted=True, now=START - timedelta(days=1)
        )
        write(engine, say)
    engine.dispose()


def _products(folder: Path) -> Path:
    return _csv(
        folder / "products.csv",
        ("gtin", "name_ja", "name_en", "brand", "size", "category", "maker", "in_models", *FACTS, "sample_facts"),
        [(gtin, *words, "yes", *KNOWN.get(gtin, ("", "", "", "", "no"))) for gtin, words in PRODUCTS.items()],
    )


def _told(folder: Path) -> Path:
    file = folder / "facts.jsonl"
    file.write_text("\n".join(json.dumps(facts, ensure_ascii=False) for facts in FACTS_TOLD), "utf-8")
    return file


def _lines(folder: Path) -> Path:
    """Forty shoppers, a basket a week: even ones take pizza and what goes with it, odd ones bread, beer and paper."""
    rows = []
    for shopper in range(40):
        member = ADA if shopper == 0 else f"m{shopper}"
        for week in range(6):
            at = START - timedelta(days=7 * week + shopper % 5 + 1)
            taken = TOGETHER if shopper % 2 == 0 else (BREAD, BEER, PAPER, PLAIN)
            for line, gtin in enumerate(taken[: 3 + (shopper + week) % 4]):
                channel = "online" if week == 2 else "store"
                order = f"o{shopper}-{week}"
                rows.append(
                    (order, line, member, "ekimae", at.isoformat(), gtin, 1, PRICES.get(gtin, 200), "JPY", channel)
                )
    heads = (
        "order_id",
        "line_id",
        "member_id",
        "store_id",
        "ordered_at",
        "gtin",
        "quantity",
        "amount_minor",
        "currency",
    )
    return _csv(folder / "lines.csv", (*heads, "channel"), rows)


def _csv(file: Path, heads: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([heads, *rows])
    return file


def _offers() -> list[Event]:
    now, old = START - timedelta(minutes=1), START - timedelta(minutes=25)
    prices = [
        Event("till", f"price-{g}-{store}", now, PriceChanged(g, store, amount // cut, currency, store == "ekimae"))
        for g, amount in PRICES.items()
        for store, currency, cut in (("ekimae", "JPY", 1), ("elm", "USD", 1))
    ]
    fresh = [Event("till", f"stock-{g}", now, StockChanged(g, "ekimae", n, True)) for g, n in STOCK.items()]
    stale = [Event("till", f"stock-{g}", old, StockChanged(g, "ekimae", n, True)) for g, n in STALE.items()]
    near = [
        Event("till", "near-price", now, PriceChanged(PIZZA, "hondori", 428, "JPY", True)),
        Event("till", "near-stock", now, StockChanged(PIZZA, "hondori", 7, True)),
        Event("till", "near-stale", old, StockChanged(SODA, "hondori", 3, True)),
    ]
    return [*prices, *fresh, *stale, *near]
