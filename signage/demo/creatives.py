"""The demo shops' own content: what a week's screens say beside campaigns. Texts here, live prices and stock on the card."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from signage.domain.campaign import Flight, Level, Targeting
from signage.domain.clock import local
from signage.domain.content import Card, Template
from signage.domain.place import Store
from signage.storage.campaign_rows import Campaign, CampaignSpot

LENGTH_MS = 12_000
INDOORS = ("aisle", "checkout")
EVERYWHERE = ("entrance", "aisle", "checkout")
TONIGHT = ("今夜の献立", "Tonight's menu")
SERVICE = ("サービス", "Service")
NOTICE = ("お知らせ", "Notice")
HERE = ("店内のご案内", "In this store")
SEASON = ("季節のおすすめ", "In season")


@dataclass(frozen=True, slots=True)
class Need:
    """A product by the data's category and a word of its English name: the store's best seller of these."""

    category: str
    named: str = ""


@dataclass(frozen=True, slots=True)
class Idea:
    """A creative before its products are known; each text is (ja, en). `family` and `pictogram` make its tile."""

    key: str
    template: Template
    tag: tuple[str, str]
    title: tuple[str, str]
    body: tuple[str, str]
    family: str
    pictogram: str
    zones: tuple[str, ...] = EVERYWHERE
    needs: tuple[Need, ...] = ()


def _dish(key: str, title: tuple[str, str], minutes: int, picture: tuple[str, str], *needs: Need) -> Idea:
    body = (f"約{minutes}分・2人分", f"About {minutes} minutes, serves 2")
    return Idea(key, Template.RECIPE, TONIGHT, title, body, *picture, INDOORS, needs)


def _shelf(key: str, ja: str, en: str, *needs: Need) -> Idea:
    return Idea(key, Template.TRIO, ("", ""), (ja, en), ("", ""), "", "", ("shelf",), needs)


IDEAS = (
    _dish(
        "pasta",
        ("チーズたっぷりパスタ", "Pasta with plenty of cheese"),
        20,
        ("pantry", "spaghetti"),
        Need("DRY NOODLES/PASTA", "Spaghetti"),
        Need("PASTA SAUCE"),
        Need("CHEESE", "Shredded"),
    ),
    _dish(
        "sandwich",
        ("ふわふわたまごサンド", "Fluffy egg sandwiches"),
        15,
        ("bread", "sandwich"),
        Need("BAKED BREAD/BUNS/ROLLS", "White"),
        Need("EGGS"),
        Need("SALD DRSNG/SNDWCH SPRD", "Mayonnaise"),
    ),
    _dish(
        "soup",
        ("セロリとにんじんのスープ", "Celery and carrot soup"),
        25,
        ("produce", "pot-of-food"),
        Need("SOUP", "Broth"),
        Need("VEGETABLES - ALL OTHERS", "Celery"),
        Need("CARROTS"),
    ),
    _dish(
        "salad",
        ("チーズのサラダボウル", "Salad bowl with cheese"),
        10,
        ("produce", "green-salad"),
        Need("SALAD MIX", "alad"),
        Need("CHEESE", "Shredded"),
        Need("SALD DRSNG/SNDWCH SPRD", "Salad dressing"),
    ),
    Idea(
        "carry",
        Template.SERVICE,
        SERVICE,
        ("お荷物をお車まで", "We carry it to your car"),
        (
            "重いお買い物は、サービスカウンターへお声がけください。",
            "Heavy shopping? Please ask at the service counter.",
        ),
        "pets",
        "shopping-bags",
    ),
    Idea(
        "gift",
        Template.SERVICE,
        SERVICE,
        ("ギフト包装を承ります", "Gift wrapping"),
        ("お会計のあと、サービスカウンターへお持ちください。", "After paying, bring it to the service counter."),
        "flowers",
        "heart-with-ribbon",
    ),
    Idea(
        "ripe",
        Template.SERVICE,
        HERE,
        ("食べごろは係におたずねください", "Ripe today? Just ask us"),
        (
            "今日食べるもの、あさって食べるもの。一緒にお選びします。",
            "For today or for the day after tomorrow: we help you choose.",
        ),
        "produce",
        "pear",
    ),
    Idea(
        "find",
        Template.SERVICE,
        HERE,
        ("お探しの商品はありますか", "Looking for something?"),
        ("係がご案内します。お気軽にお声がけください。", "Just ask: we show you the way."),
        "home",
        "person-walking",
    ),
    Idea(
        "bag",
        Template.NOTICE,
        NOTICE,
        ("マイバッグをご利用ください", "Please bring your own bag"),
        ("レジ袋は有料です。", "There is a charge for carrier bags."),
        "home",
        "basket",
    ),
    Idea(
        "age",
        Template.NOTICE,
        NOTICE,
        ("お酒は年齢を確認しています", "We check ages for alcohol"),
        ("身分証明書をお願いすることがあります。", "We may ask to see your identification."),
        "liquor",
        "identification-card",
    ),
    _shelf("pizzas", "冷凍ピザ", "Frozen pizza", *(Need("FROZEN PIZZA", "izza"),) * 3),
    _shelf("ices", "アイスクリーム", "Ice cream", *(Need("ICE CREAM/MILK/SHERBTS"),) * 3),
    _shelf("greens", "冷凍野菜", "Frozen vegetables", *(Need("FRZN VEGETABLE/VEG DSH"),) * 3),
)

SPRING = Idea(
    "season",
    Template.SERVICE,
    SEASON,
    ("いちごの季節です", "Strawberry season"),
    ("青果売場の入口にあります。", "At the entrance of fruit and vegetables."),
    "sweets",
    "strawberry",
)
SUMMER = Idea(
    "season",
    Template.SERVICE,
    SEASON,
    ("冷やしておいしい、すいか", "Watermelon, well chilled"),
    ("カットすいかは青果売場にあります。", "Cut watermelon is in fruit and vegetables."),
    "produce",
    "watermelon",
)
AUTUMN = Idea(
    "season",
    Template.SERVICE,
    SEASON,
    ("ほくほく、焼きいもの季節", "Sweet potato season"),
    ("さつまいもは青果売場にあります。", "Sweet potatoes are in fruit and vegetables."),
    "bread",
    "potato",
)
WINTER = Idea(
    "season",
    Template.SERVICE,
    SEASON,
    ("みかんの季節です", "Mandarin season"),
    ("青果売場の入口にあります。", "At the entrance of fruit and vegetables."),
    "bread",
    "tangerine",
)
SEASONS = (WINTER, SPRING, SUMMER, AUTUMN)


def creatives(store: Store, sellers: pd.DataFrame, now: datetime, flight: Flight) -> Iterator[Campaign]:
    """House content for one store, `sellers` as best_sellers gives it. A dish needs two of its products, a shelf three."""
    month = local(now, store.zone).month
    for idea in (*IDEAS, SEASONS[month % 12 // 3]):
        gtins = _found(idea, sellers)
        if len(gtins) >= {Template.RECIPE: 2, Template.TRIO: 3}.get(idea.template, 0):
            yield _campaign(idea, store, gtins, flight)


def _found(idea: Idea, sellers: pd.DataFrame) -> tuple[str, ...]:
    """Products for it, none that reads like another; other names come before other sizes of the same."""
    taken: list[str] = []
    different = sellers.drop_duplicates(["name_en", "brand", "size"])
    turn = different.groupby("name_en").cumcount()
    for need in idea.needs:
        fits = (different.category == need.category) & different.name_en.str.contains(need.named, regex=False)
        fresh = different[fits & ~different.gtin.isin(taken)]
        if not fresh.empty:
            taken.append(str(fresh.gtin[turn[fresh.index].idxmin()]))
    return tuple(taken)


def _campaign(idea: Idea, store: Store, gtins: tuple[str, ...], flight: Flight) -> Campaign:
    (tag_ja, tag_en), (title_ja, title_en), (body_ja, body_en) = idea.tag, idea.title, idea.body
    card = Card(
        idea.template,
        family=idea.family,
        pictogram=idea.pictogram,
        tag_ja=tag_ja,
        tag_en=tag_en,
        title_ja=title_ja,
        title_en=title_en,
        body_ja=body_ja,
        body_en=body_en,
    )
    campaign_id = f"demo-{store.store_id}-house-{idea.key}"
    name = title_en if store.language == "en" else title_ja
    return Campaign(
        campaign_id=campaign_id,
        name=name,
        level=Level.HOUSE,
        store_id=store.store_id,
        spots=(CampaignSpot(f"{campaign_id}-1", name, LENGTH_MS, card=card),),
        flight=flight,
        targeting=Targeting(stores=frozenset({store.store_id}), zones=frozenset(idea.zones)),
        gtins=gtins,
    )
