"""A week in the demo shop: the campaigns that its screens start with, each about a product the store really sells."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

from signage.domain.campaign import Daypart, Flight, Level, Restriction, Targeting
from signage.domain.content import Card, Template
from signage.domain.place import Store
from signage.storage.campaign_rows import Campaign, CampaignSpot

EVERY_DAY = frozenset(range(7))
LENGTH_MS = 10_000
TURNS = 3  # products of a campaign that take turns on its card


@dataclass(frozen=True, slots=True)
class Idea:
    """A campaign before its product is known. `category` is the data's; hours are store-local, None = all day."""

    key: str
    name_ja: str
    name_en: str
    category: str
    zones: tuple[str, ...]
    hours: tuple[int, int] | None = None  # (16, 6) runs past midnight
    restriction: Restriction = Restriction.NONE
    cap_per_hour: int = 0
    named: str = ""  # a word that the product's English name must have, where the category is wider than the idea


IDEAS = (
    Idea("soda", "炭酸飲料ウィーク", "Soft drink week", "SOFT DRINKS", ("entrance",)),
    Idea("bread", "朝のパン", "Bread for the morning", "BAKED BREAD/BUNS/ROLLS", ("entrance", "checkout"), (6, 11)),
    Idea("snack", "午後のおやつ", "Tea time", "COOKIES/CONES", ("entrance", "checkout"), (13, 17), cap_per_hour=60),
    Idea("pizza", "冷凍ピザの夜", "Frozen pizza night", "FROZEN PIZZA", ("entrance", "aisle"), (16, 6), named="izza"),
    Idea(
        "beer",
        "週末に冷えたビール",
        "Beer for the weekend",
        "BEERS/ALES",
        ("entrance",),
        restriction=Restriction.ALCOHOL,
    ),
    Idea("cheese", "チーズのある食卓", "Cheese at the table", "CHEESE", ("entrance",), named="cheese"),
)  # the aisle and the shelf stay with the shop's own lists, and with house content at the checkout


def best_sellers(folder: Path, store_id: str) -> pd.DataFrame:
    """Products of one store with a price, best sellers first: gtin, category, English name, brand, size."""
    priced = pd.read_json(folder / "prices.jsonl", lines=True, dtype=False)
    gtins = {data["gtin"] for data in priced.data if data["store_id"] == store_id}
    weekly = pd.read_parquet(folder / f"weekly_{store_id}.parquet")
    products = pd.read_parquet(folder / "products.parquet", columns=["gtin", "category", "name_en", "brand", "size"])
    sold = weekly[weekly.gtin.isin(gtins)].merge(products, on="gtin")
    return sold.sort_values(["units", "gtin"], ascending=[False, True])


def flight_of(now: datetime) -> Flight:
    """Long enough for a demo that stays up."""
    return Flight(now - timedelta(days=1), now + timedelta(days=60))


def campaigns(store: Store, sellers: pd.DataFrame, flight: Flight) -> Iterator[Campaign]:
    """The ideas that the store can carry out: those whose category it sells at a known price."""
    for idea in IDEAS:
        mine = sellers[(sellers.category == idea.category) & sellers.name_en.str.contains(idea.named, regex=False)]
        gtins = tuple(str(gtin) for gtin in mine.drop_duplicates(["name_en", "brand", "size"]).gtin.head(TURNS))
        if not gtins:
            continue
        hours = () if idea.hours is None else (Daypart(EVERY_DAY, idea.hours[0] * 60, idea.hours[1] * 60),)
        name = idea.name_en if store.language == "en" else idea.name_ja
        card = Card(Template.PRODUCT, title_ja=idea.name_ja, title_en=idea.name_en)
        campaign_id = f"demo-{store.store_id}-{idea.key}"
        yield Campaign(
            campaign_id=campaign_id,
            name=name,
            level=Level.OPEN,
            store_id=store.store_id,
            spots=(CampaignSpot(f"{campaign_id}-1", name, LENGTH_MS, card=card),),
            flight=flight,
            dayparts=hours,
            targeting=Targeting(stores=frozenset({store.store_id}), zones=frozenset(idea.zones)),
            gtins=gtins,
            restriction=idea.restriction,
            cap_per_hour=idea.cap_per_hour,
        )
