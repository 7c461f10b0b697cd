"""The recommender's small named world: two stores, six products, and households who buy them, imported as a retailer would."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

from recommender.app import open_importer
from recommender.domain.gtin import restricted
from recommender.settings import Settings

NOW = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)  # Monday noon in Tokyo, Sunday evening in New York
EKIMAE, ELM = "ekimae", "elm"  # Asia/Tokyo, America/New_York

MILK, BREAD, JAM, WINE, PAIN, GAS = (restricted(n).zfill(14) for n in range(1, 7))
UNKNOWN = restricted(99).zfill(14)

CATEGORIES = """category,name_ja,short_ja,name_en,family,pictogram,price_kind,tax,law_class,public_safe
DAIRY,乳製品,乳製品,Dairy,dairy,glass-of-milk,each,8,none,yes
BAKERY,パン,パン,Bakery,bread,bread,each,8,none,yes
SPREADS,ジャム,ジャム,Spreads,pantry,,each,8,none,yes
WINE,ワイン,ワイン,Wine,liquor,wine-glass,each,10,alcohol,no
ANALGESICS,解熱鎮痛薬,解熱鎮痛薬,Pain relief,home,pill,each,10,medicine,no
FUEL,燃料,燃料,Fuel,home,,none,10,none,yes
"""
PRODUCT_COLUMNS = (
    "gtin", "name_ja", "name_en", "short_ja", "brand", "size", "category", "maker", "in_models",
    "origin_ja", "origin_en", "allergens_ja", "allergens_en", "sample_facts",
)  # fmt: skip
PRODUCTS = f"""{",".join(PRODUCT_COLUMNS)}
{MILK},牛乳,Milk,,national,1 L,DAIRY,Meadow,yes,北海道,Hokkaido,乳,Milk,
{BREAD},食パン,White bread,,private,6枚,BAKERY,,yes,,,,,
{JAM},いちごジャム,"Jam, strawberry",ジャム,national,300 g,SPREADS,Orchard,yes,青森県,Aomori,なし,None,yes
{WINE},赤ワイン,Red wine,,national,750 ml,WINE,,yes,,,,,
{PAIN},解熱鎮痛薬,Pain relief,,national,20錠,ANALGESICS,,yes,,,,,
{GAS},ガソリン,Gasoline,,private,,FUEL,,no,,,,,
"""
STORES = f"store_id,zone\n{EKIMAE},Asia/Tokyo\n{ELM},America/New_York\n"
LINE_COLUMNS = (
    "order_id", "line_id", "member_id", "store_id", "ordered_at", "gtin", "quantity", "amount_minor", "currency", "channel",
)  # fmt: skip

ADA = "ada"  # buys milk and pain relief every week, bread sometimes; the household of the stories
HOUSEHOLDS = 12


def lines() -> list[tuple[object, ...]]:
    """Twelve weeks: Ada at ekimae every week, twelve households at both stores (six were ill once), some anonymous
    baskets, one tank of fuel."""
    rows: list[tuple[object, ...]] = []

    def _order(order: str, member: str, store: str, at: datetime, *gtins: str) -> None:
        for number, gtin in enumerate(gtins, 1):
            rows.append((order, number, member, store, at.isoformat(), gtin, 1, 250, "JPY", ""))

    for week in range(12):
        day = NOW - timedelta(days=7 * week + 1)
        _order(f"ada-{week}", ADA, EKIMAE, day, MILK, PAIN, *([BREAD] if week % 3 == 0 else []))
        for house in range(HOUSEHOLDS):
            store = EKIMAE if house % 3 else ELM
            basket = (BREAD, JAM) if house % 2 else (MILK, BREAD, WINE)
            ill = (PAIN,) if week == 0 and house < 6 else ()
            _order(f"h{house}-{week}", f"hh{house}", store, day - timedelta(hours=house), *basket, *ill)
        _order(f"anon-{week}", "", ELM, day, JAM, BREAD)
    _order("fuel", "hh1", ELM, NOW - timedelta(days=3), GAS)
    return rows


def write_lines(path: Path, rows: list[tuple[object, ...]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(LINE_COLUMNS)
        writer.writerows(rows)
    return path


def fill(settings: Settings, folder: Path) -> None:
    """Imports the whole world into the settings' history."""
    importer = open_importer(settings, lambda: NOW)
    for kind, text in (("categories", CATEGORIES), ("products", PRODUCTS), ("stores", STORES)):
        path = folder / f"{kind}.csv"
        path.write_text(text)
        assert importer.run(path, kind, lambda _: None).rejected == 0
    assert importer.run(write_lines(folder / "lines.csv", lines()), "lines", lambda _: None).rejected == 0
    importer.engine.dispose()
