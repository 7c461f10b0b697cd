"""What the demo may say of real baskets: a price only where the till agreed on one, facts only where they are labelled."""

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.cloudevents import parse
from recommender.domain.event import PriceChanged
from recommender.domain.gtin import restricted
from recommender.history import fact_lines
from signage.demo import prices, sample_facts
from signage.demo.places import ABROAD, JAPAN, NEIGHBOUR
from signage.demo.purchases import Purchases, ShopWords, sizes
from signage.demo.seed import shop_words
from signage.demo.till import next_delivery

APPLE, BEEF, JAM = (restricted(number) for number in (5_000_001, 5_000_002, 5_000_003))
Line = tuple[str, int, float, int]  # GTIN, week, paid in dollars, quantity


def till(*lines: Line, off: float = 0.0) -> pd.DataFrame:
    table = pd.DataFrame(lines, columns=["gtin", "week", "sales_value", "quantity"])
    return table.assign(retail_disc=off, coupon_match_disc=0.0)


def test_a_price_is_what_four_in_five_lines_of_the_latest_full_week_agree_on() -> None:
    lines = [(APPLE, 9, 2.0, 1)] * 4 + [(APPLE, 9, 2.2, 1)]  # 80 %
    lines += [(BEEF, 9, 5.0, 1)] * 7 + [(BEEF, 9, 6.1, 1)] * 2  # 78 %
    lines += [(JAM, 9, 3.0, 1)] * 4  # a week of four lines says nothing
    assert prices.agreed(till(*lines)).to_dict() == {APPLE: 200}


def test_only_the_latest_full_week_counts() -> None:
    before = [(JAM, 7, 1.0, 1)] * 20 + [(JAM, 8, 3.0, 2)] * 5  # 1.50 each
    assert prices.agreed(till(*before, *[(JAM, 9, 9.0, 1)] * 4)).to_dict() == {JAM: 150}
    assert prices.agreed(till(*before, *[(JAM, 9, 9.0, 1), (JAM, 9, 8.0, 1)] * 3)).empty


def test_the_regular_price_is_before_the_loyalty_discount_and_returns_are_no_prices() -> None:
    lines = [(JAM, 9, 2.5, 1)] * 5 + [(JAM, 9, 0.0, 1), (JAM, 9, 2.5, 0)] * 5
    assert prices.agreed(till(*lines, off=0.5)).to_dict() == {JAM: 300}


@given(st.lists(st.sampled_from([100, 101, 102]), min_size=1, max_size=30))
def test_no_price_without_agreement(cents: list[int]) -> None:
    found = prices.agreed(till(*[(JAM, 1, value / 100, 1) for value in cents])).to_dict()
    most = max(set(cents), key=cents.count)
    agree = len(cents) >= prices.MIN_LINES and cents.count(most) / len(cents) >= prices.AGREEMENT
    assert found == ({JAM: most} if agree else {})


@given(st.integers(1, 1_000_000))
def test_a_simulated_yen_price_ends_in_8_and_stays_near_the_dollars(cents: int) -> None:
    assert prices.yen(cents) % 10 == 8
    assert abs(prices.yen(cents) - cents * prices.YEN_PER_DOLLAR / 100) <= 5 or cents < 16


def test_yen_are_marked_as_simulated_and_recorded_dollars_are_not() -> None:
    at = "2026-11-21T06:02:00Z"
    told = [parse(event).payload for event in prices.events(pd.Series({JAM: 399}), at)]
    assert told == [
        PriceChanged(JAM, JAPAN.store_id, 598, "JPY", simulated=True),
        PriceChanged(JAM, ABROAD.store_id, 399, "USD", simulated=False),
        PriceChanged(JAM, NEIGHBOUR.store_id, 598, "JPY", simulated=True),
    ]


@pytest.fixture
def words() -> ShopWords:
    return shop_words()


def test_made_up_facts_are_on_their_forty_products_and_labelled(tmp_path: Path) -> None:
    sample_facts.write(tmp_path)
    lines = (tmp_path / "facts.jsonl").read_text("utf-8").splitlines()
    told = [fact_lines.parse(line, Everything(), date(2026, 11, 21)) for line in lines]
    assert all(facts.sample for facts in told) and len({facts.gtin for facts in told}) == 40
    milk = next(facts for facts in told if facts.lot == "LOT1")
    assert (milk.gtin, milk.best_before) == (restricted(995242), date(2027, 1, 15))


class Everything(frozenset[str]):
    """A catalogue that has every product."""

    def __contains__(self, gtin: object) -> bool:
        return True


def test_sizes_are_as_recorded(words: ShopWords, tmp_path: Path) -> None:
    pd.DataFrame({
        "product_id": [25671], "manufacturer_id": [2], "department": "GROCERY", "brand": "National",
        "product_category": ["FRZN ICE"], "product_type": ["ICE"], "package_size": ["22 LB"],
    }).to_parquet(tmp_path / "products.parquet")  # fmt: skip
    [row] = Purchases(tmp_path, date(2026, 11, 21)).product_rows(words).to_dict("records")
    assert row["size"] == "22 lb"  # never converted


def test_the_next_delivery_is_tonights_on_the_stores_calendar() -> None:
    late = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)  # the 22nd in Tokyo, still the 21st in New York
    assert (next_delivery(JAPAN, late), next_delivery(ABROAD, late)) == ("2026-11-23", "2026-11-22")


def test_the_size_of_a_case_is_not_the_size_of_what_is_sold() -> None:
    rows = [
        ("TROPICAL FRUIT", "40 LB"), ("PEPPERS-ALL", "48-54 CT"), ("CARROTS", "1 LB"), ("CITRUS", "5 LB"),
        ("EGGS", "18 CT"), ("DOG FOODS", "40 LB"), ("CARROTS", None), (None, "3 CT"),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["product_category", "package_size"])
    told = sizes(table, shop_words().categories)
    assert list(told) == ["", "", "1 lb", "5 lb", "18 ct", "40 lb", "", "3 ct"]
