"""The promotion plan: however it was told, it is one; and both databases give it alike."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from recommender.domain.promotion import Promotion
from recommender.storage.engine import write
from recommender.storage.promotions import planned, put
from recommender.storage.schema import promotions
from tests.recommender.shop import BREAD, EKIMAE, ELM, JAM, MILK

MONDAY = date(2026, 11, 16)
WEEK = timedelta(days=6)
OATS = Promotion(ELM, MILK, MONDAY, MONDAY + WEEK, display=True, leaflet=False)

rows_of_a_plan = st.lists(
    st.builds(
        lambda store, gtin, start, days, display, leaflet: Promotion(
            store, gtin, MONDAY + timedelta(days=start), MONDAY + timedelta(days=start + days), display, leaflet
        ),
        st.sampled_from(["", "elm", "Elm", "élm", "elm 2", "駅前"]),
        st.sampled_from([MILK, BREAD, JAM]),
        st.integers(0, 3),
        st.integers(0, 365),
        st.booleans(),
        st.booleans(),
    ),
    max_size=30,
    unique_by=lambda row: (row.store_id, row.gtin, row.first),
)


def tell(engine: Engine, *rows: Promotion) -> int:
    return write(engine, lambda connection: put(connection, rows))


def plan(engine: Engine, since: date = date.min, batch: int = 7) -> list[Promotion]:
    told = planned(engine, since.toordinal(), batch=batch)
    rows = zip(*(getattr(told, name).tolist() for name in ("store", "gtin", "first", "last", "how")), strict=True)
    return [
        Promotion(s, f"{g:014d}", date.fromordinal(a), date.fromordinal(b), bool(how & 1), bool(how & 2))
        for s, g, a, b, how in rows
    ]


def as_planned(rows: Sequence[Promotion]) -> list[Promotion]:
    on = [row for row in rows if row.display or row.leaflet]
    return sorted(on, key=lambda row: (row.store_id, row.gtin, row.first))


@given(rows_of_a_plan.flatmap(lambda rows: st.tuples(st.permutations(rows), st.integers(0, 30))))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_in_any_order_and_in_any_parts_are_one_plan(blank: Engine, told: tuple[list[Promotion], int]) -> None:
    rows, cut = told
    write(blank, lambda connection: connection.execute(delete(promotions)))
    wanted = as_planned(rows)
    assert tell(blank, *rows[:cut]) + tell(blank, *rows[cut:]) == len(wanted)
    assert plan(blank) == wanted
    assert tell(blank, *reversed(rows)) == 0, "told again, it changes nothing"


def test_the_later_word_about_one_beginning_counts_and_neither_flag_takes_it_back(blank: Engine) -> None:
    others = [replace(OATS, store_id=EKIMAE), replace(OATS, gtin=JAM), replace(OATS, first=OATS.first + WEEK)]
    longer, back = replace(OATS, last=OATS.last + WEEK, leaflet=True), replace(OATS, display=False)
    assert tell(blank, OATS, *others) == 4
    assert tell(blank, replace(OATS, display=False, leaflet=True), longer) == 1
    assert plan(blank) == as_planned([longer, *others])
    assert tell(blank, back) == 1
    assert tell(blank, back) == 0
    assert plan(blank) == as_planned(others)
    assert tell(blank, OATS, back) == 0
    assert tell(blank, back, OATS) == 1
    assert plan(blank) == as_planned([OATS, *others])


def test_a_plan_is_read_from_a_day_on_that_is_included(blank: Engine) -> None:
    later = replace(OATS, first=OATS.last + timedelta(days=1), last=OATS.last + WEEK, store_id="")
    none = planned(blank, 0)
    tell(blank, OATS, later)
    assert plan(blank, OATS.last, batch=1) == [later, OATS]
    assert plan(blank, OATS.last + timedelta(days=1)) == [later]
    assert plan(blank, later.last + timedelta(days=1)) == []
    for told, rows in ((none, 0), (planned(blank, 0), 2)):
        columns = (told.store, told.gtin, told.first, told.last, told.how)
        assert [column.dtype.name for column in columns] == ["object", "int64", "int32", "int32", "int8"]
        assert {len(column) for column in columns} == {rows}
