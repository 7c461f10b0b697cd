"""Story members: real households' baskets in, six of them with different habits out, under labels that we invented."""

from dataclasses import dataclass

import pandas as pd

from signage.demo.places import JAPAN

WEEKS = 8
STORY_BASKETS = 10  # in the demo store, over those weeks: enough to know somebody by
TOP = 3


@dataclass(frozen=True, slots=True)
class Habit:
    """What somebody is known by: many of their baskets hold something of these categories of the data."""

    label_ja: str
    label_en: str
    categories: tuple[str, ...]


HABITS = (
    Habit("パンと牛乳の常連", "Bread and milk regular", ("FLUID MILK PRODUCTS", "BREAD", "BAKED BREAD/BUNS/ROLLS")),
    Habit("猫と暮らす", "Lives with a cat", ("CAT FOOD", "CAT LITTER")),
    Habit("炭酸とお菓子が好き", "Soft drinks and snacks", ("SOFT DRINKS", "BAG SNACKS", "BAKED SWEET GOODS")),
    Habit(
        "野菜をよく食べる", "Plenty of vegetables",
        ("VEGETABLES - ALL OTHERS", "SALAD MIX", "TOMATOES", "CARROTS", "ONIONS", "PEPPERS-ALL", "VEGETABLES SALAD"),
    ),
    Habit("果物とシリアルの朝", "Fruit and cereal mornings", ("COLD CEREAL", "TROPICAL FRUIT", "VALUE ADDED FRUIT")),
    Habit("手早い夕食", "Quick dinners", ("FRZN MEAT/MEAT DINNERS", "FROZEN PIZZA", "DINNER MXS:DRY", "FROZEN MEAT")),
)  # fmt: skip


def story_members(transactions: pd.DataFrame, products: pd.DataFrame, categories: pd.DataFrame) -> list[dict[str, str]]:
    """Moved order lines, products and the table of categories -> for each habit a household that has it, the clearest first.

    `member`: id in the importer's column. `label_*`: invented. `line_*`: shopping trips and what is bought most often,
    counted from the household's own baskets in the demo store; categories that aren't public-safe are left out. A habit
    that nobody is left for is skipped.
    """
    baskets = _baskets(transactions, products)
    trips = baskets.groupby("household_id").basket_id.nunique()
    busy = trips[trips >= STORY_BASKETS]
    words = categories[categories.public_safe == "yes"].set_index("category")
    told: dict[Habit, dict[str, str]] = {}
    for habit, household in _matched(baskets[baskets.household_id.isin(busy.index)]).items():
        mine = baskets[(baskets.household_id == household) & baskets.category.isin(words.index)]
        often = mine.groupby("category").basket_id.nunique().sort_index().sort_values(ascending=False, kind="stable")
        told[habit] = _told(habit, household, int(busy[household]), words.loc[often.index[:TOP]])
    return [told[habit] for habit in HABITS if habit in told]


def _matched(baskets: pd.DataFrame) -> dict[Habit, int]:
    """A household for each habit: the pair with the most baskets that show it is taken first; nobody stands for two."""
    pairs = []
    for order, habit in enumerate(HABITS):
        showing = baskets[baskets.category.isin(habit.categories)].groupby("household_id").basket_id.nunique()
        pairs += [(-int(count), order, int(household)) for household, count in showing.items()]
    matched: dict[Habit, int] = {}
    for _, order, household in sorted(pairs):
        if HABITS[order] not in matched and household not in matched.values():
            matched[HABITS[order]] = household
    return matched


def _baskets(transactions: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """One row a household's line in the demo store in the last weeks, with its category."""
    lines = transactions[(transactions.store == JAPAN.store_id) & (transactions.quantity > 0)]
    recent = lines[lines.local > lines.local.max() - pd.Timedelta(weeks=WEEKS)]
    category = recent.gtin.map(products.set_index("gtin").product_category.astype(object))
    return pd.DataFrame({"household_id": recent.household_id, "basket_id": recent.basket_id, "category": category})


def _told(habit: Habit, household: int, trips: int, often: pd.DataFrame) -> dict[str, str]:
    return {
        "member": f"hh{household}",
        "label_ja": habit.label_ja,
        "label_en": habit.label_en,
        "line_ja": f"{WEEKS}週間に{trips}回のお買い物。よく買うもの:{'、'.join(often.short_ja)}",
        "line_en": f"{trips} shopping trips in {WEEKS} weeks. Buys most often: {', '.join(_inside(often.name_en))}",
    }


def _inside(names: pd.Series) -> list[str]:
    """Names as they stand within a sentence: only the first begins with a capital."""
    return [name if position == 0 else name[:1].lower() + name[1:] for position, name in enumerate(names)]
