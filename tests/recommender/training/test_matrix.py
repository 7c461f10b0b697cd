"""Order lines become baskets and items."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.items import Items
from recommender.domain.product import PriceKind, Product
from recommender.storage.interactions import LineBatch
from recommender.training.matrix import MIN_BUYERS, Purchases, encode, known_gtins
from tests.recommender import camps

DAY = camps.TODAY
NOBODY = -1
Row = tuple[int, int, int, int, int]  # profile, store, day, item, order


def purchases(*rows: Row) -> Purchases:
    profile, store, day, item, order = np.array(rows, np.int64).reshape(-1, 5).T
    gtins = np.array([camps.gtin(i) for i in item.tolist()], np.int64)
    places = store.astype(np.int32), day.astype(np.int32)
    return Purchases(profile, *places, gtins, order, np.array(["east", "west"]))


def all_known(raw: Purchases) -> np.ndarray:
    return np.unique(raw.gtin)


def test_a_members_day_is_one_basket_whatever_the_receipts() -> None:
    raw = purchases((7, 0, DAY, 1, 10), (7, 0, DAY, 2, 11), (7, 0, DAY + 1, 1, 12), (8, 0, DAY, 1, 13))
    lines = encode(raw, all_known(raw))
    assert len(lines.day) == 3
    assert np.bincount(lines.buyer).tolist() == [2, 1]


def test_an_anonymous_order_is_a_basket_of_its_own() -> None:
    raw = purchases((NOBODY, 0, DAY, 1, 10), (NOBODY, 0, DAY, 2, 10), (NOBODY, 0, DAY, 1, 11), (0, 0, DAY, 1, 12))
    lines = encode(raw, all_known(raw))
    assert sorted(lines.buyer.tolist()) == [-1, -1, 0]
    assert np.bincount(lines.basket).tolist() in ([2, 1, 1], [1, 2, 1])


def test_an_item_stands_once_in_a_basket() -> None:
    raw = purchases((7, 0, DAY, 1, 10), (7, 0, DAY, 1, 10), (7, 1, DAY, 1, 11))
    lines = encode(raw, all_known(raw))
    assert len(lines.item) == len(lines.day) == 1


def test_stores_keep_their_baskets() -> None:
    raw = purchases((7, 0, DAY, 1, 10), (8, 1, DAY, 2, 11))
    lines = encode(raw, all_known(raw))
    by_store = {str(lines.stores[lines.store[b]]): int(i) for b, i in zip(lines.basket, lines.item, strict=True)}
    assert by_store == {"east": 0, "west": 1}


def test_a_product_of_few_people_is_not_known() -> None:
    """It would tell more about them than about itself. Ten purchases by one person are one person."""
    many = [(person, 0, DAY, 1, 100 + person) for person in range(MIN_BUYERS)]
    few = [(person, 0, DAY, 2, 200 + person) for person in range(MIN_BUYERS - 1)]
    again = [(0, 0, DAY + n, 2, 300 + n) for n in range(10)]
    assert known_gtins(purchases(*many, *few, *again)).tolist() == [camps.gtin(1)]
    anonymous = (NOBODY, 0, DAY, 2, 999)
    assert known_gtins(purchases(*many, *few, *again, anonymous)).tolist() == [camps.gtin(1), camps.gtin(2)]


def test_nothing_bought_is_nothing_known() -> None:
    raw = purchases()
    assert not len(known_gtins(raw))
    assert encode(raw, known_gtins(raw)).items == 0


@given(
    st.lists(
        st.tuples(
            st.integers(-1, 3), st.integers(0, 1), st.integers(DAY - 3, DAY), st.integers(0, 5), st.integers(0, 4)
        ),
        max_size=40,
    )
)
def test_lines_are_the_distinct_baskets_and_items(rows: list[Row]) -> None:
    raw = purchases(*rows)
    lines = encode(raw, all_known(raw))
    baskets = {(p, d) if p >= 0 else (-1, o) for p, _, d, _, o in rows}
    pairs = {((p, d) if p >= 0 else (-1, o), i) for p, _, d, i, o in rows}
    assert len(lines.day) == len(baskets)
    assert len(lines.item) == len(pairs) == len(set(zip(lines.basket.tolist(), lines.item.tolist(), strict=True)))
    assert len(set(lines.buyer.tolist()) - {-1}) == len({p for p, *_ in rows if p >= 0})


def test_batches_come_together_with_storages_store_codes() -> None:
    def batch(store: int, order: int) -> LineBatch:
        wide, narrow = np.array([order], np.int64), np.array([order], np.int32)
        return LineBatch(
            profile=wide, store=np.array([store], np.int32), day=narrow, hour=narrow.astype(np.int8), at=wide, gtin=wide,
            quantity=narrow, order=wide,
        )  # fmt: skip

    collected = Purchases.collect([batch(9, 0), batch(4, 1)], {"west": 4, "east": 9, "unused": 5})
    assert [str(collected.stores[s]) for s in collected.store] == ["east", "west"]
    assert not len(Purchases.collect([], {}).gtin)


def product(item: int, **changes: object) -> Product:
    values: dict[str, object] = {
        "gtin": camps.gtin14(item), "name_ja": "緑茶", "name_en": "Green tea", "short_ja": "緑茶", "brand": "private",
        "size": "500 ml", "category": "TEA", "category_ja": "茶", "category_en": "Tea", "family": "drinks",
        "pictogram": "", "price_kind": PriceKind.EACH, "tax_percent": 8, "law_class": "none", "public_safe": True,
    }  # fmt: skip
    return Product(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(("change", "alike"), [({}, True), ({"size": "2 l"}, False), ({"name_ja": "紅茶"}, False)])
def test_twins_share_their_words(change: dict[str, object], alike: bool) -> None:
    described = [product(1), product(2, **change)]
    items = Items.of(np.array([camps.gtin(1), camps.gtin(2)]), {p.gtin: p for p in described})
    assert (items.words[0] == items.words[1]) is np.bool_(alike)
    assert items.category[0] == items.category[1]


def test_what_the_catalogue_does_not_know_is_not_public_safe() -> None:
    items = Items.of(np.array([camps.gtin(1), camps.gtin(2), camps.gtin(3)]), {camps.gtin14(2): product(2)})
    assert items.public_safe.tolist() == [False, True, False]
    assert items.words[0] != items.words[2]
    assert items.family.tolist() == ["", "drinks", ""]
    assert items.find([camps.gtin(2), 5]).tolist() == [1, -1]
