"""Sales: nobody is in a cell, and nobody follows from the others."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from recommender.history.importer import Importer
from recommender.sales import FEWEST_BASKETS, LocalSales, _Cell, _hidden
from tests.recommender.shop import EKIMAE, ELM, MILK, NOW, write_lines

cells = st.lists(
    st.builds(
        _Cell,
        gtin=st.just(MILK),
        store_id=st.sampled_from([EKIMAE, ELM, "kita"]),
        start=st.integers(0, 3).map(lambda n: NOW + timedelta(days=n)),
        units=st.integers(1, 99),
        baskets=st.integers(1, 25),
    ),
    unique_by=lambda cell: (cell.store_id, cell.start),
)


@given(cells)
def test_no_small_cell_is_told(some: list[_Cell]) -> None:
    hidden = _hidden(some)
    assert all(cell in hidden for cell in some if cell.baskets < FEWEST_BASKETS)


@given(cells)
def test_no_cell_follows_from_the_others_of_its_time_or_store(some: list[_Cell]) -> None:
    hidden = _hidden(some)
    for field in ("start", "store_id"):
        for value in {getattr(cell, field) for cell in some}:
            group = [cell for cell in some if getattr(cell, field) == value]
            assert sum(cell in hidden for cell in group) != 1 or len(group) == 1


def test_a_busy_day_is_told_by_day_and_by_hour(history: Engine, importer: Importer, tmp_path: object) -> None:
    rows = [
        (f"busy{store}{n}", 1, "", store, (NOW - timedelta(hours=2, minutes=n)).isoformat(), MILK, 2, 250, "JPY", "")
        for store in (EKIMAE, ELM) for n in range(15)
    ]  # fmt: skip
    importer.run(write_lines(tmp_path / "busy.csv", rows), "lines", lambda _: None)  # type: ignore[operator]
    sales = LocalSales(history)
    start, end = NOW - timedelta(hours=3), NOW
    assert {(c.store_id, c.units) for c in sales.units([MILK], [EKIMAE, ELM], start, end)} == {(EKIMAE, 30), (ELM, 30)}
    hours = sales.units([MILK], [EKIMAE], start, end, by_hour=True)
    assert [c.units for c in hours] == [None, None]  # 14 baskets before 1 o'clock would give away the one after it
    assert [c.start for c in hours] == [NOW - timedelta(hours=3), NOW - timedelta(hours=2)]
