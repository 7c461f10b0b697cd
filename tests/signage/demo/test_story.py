"""Story members: six habits, each with the household whose own baskets show it best."""

from collections.abc import Iterator

import pandas as pd

from signage.demo.story import HABITS, story_members

CATEGORIES = pd.DataFrame(
    [
        ("FLUID MILK PRODUCTS", "牛乳", "Milk", "yes"),
        ("BREAD", "パン", "Bread", "yes"),
        ("CAT FOOD", "猫のごはん", "Cat food", "yes"),
        ("SOFT DRINKS", "炭酸飲料", "Soft drinks", "yes"),
        ("BEERS/ALES", "ビール", "Beer", "no"),
    ],
    columns=["category", "short_ja", "name_en", "public_safe"],
)
PRODUCTS = pd.DataFrame({"gtin": CATEGORIES.category, "product_category": CATEGORIES.category})


def lines(household: int, baskets: int, *categories: str, store: str = "367") -> Iterator[dict[str, object]]:
    """Each basket has all of the categories."""
    for number in range(baskets):
        for category in categories:
            yield {
                "household_id": household, "basket_id": household * 1000 + number, "store": store, "quantity": 1,
                "gtin": category, "local": pd.Timestamp("2026-11-20") - pd.Timedelta(days=number),
            }  # fmt: skip


def told(*households: Iterator[dict[str, object]]) -> list[dict[str, str]]:
    return story_members(pd.DataFrame([line for one in households for line in one]), PRODUCTS, CATEGORIES)


def test_each_habit_goes_to_the_household_that_shows_it_best_and_nobody_stands_for_two() -> None:
    members = told(
        lines(1, 20, "FLUID MILK PRODUCTS", "SOFT DRINKS"),
        lines(2, 25, "SOFT DRINKS"),
        lines(3, 12, "CAT FOOD", "FLUID MILK PRODUCTS"),
    )
    assert {one["member"]: one["label_ja"] for one in members} == {
        "hh1": HABITS[0].label_ja, "hh3": HABITS[1].label_ja, "hh2": HABITS[2].label_ja
    }  # fmt: skip
    assert [one["label_ja"] for one in members] == [habit.label_ja for habit in HABITS[:3]]


def test_the_line_counts_real_baskets_and_leaves_out_what_is_nobodys_business() -> None:
    (member,) = told(lines(7, 11, "BEERS/ALES", "BREAD"), lines(7, 4, "FLUID MILK PRODUCTS"), lines(8, 9, "CAT FOOD"))
    assert member["line_ja"] == "8週間に11回のお買い物。よく買うもの:パン、牛乳"
    assert member["line_en"] == "11 shopping trips in 8 weeks. Buys most often: Bread, milk"


def test_shopping_elsewhere_or_seldom_is_not_enough() -> None:
    assert told(lines(1, 20, "BREAD", store="406"), lines(2, 9, "BREAD")) == []
