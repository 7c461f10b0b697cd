"""What models read: every line once, at the store's own time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from recommender.domain.instant import from_ms, to_ms
from recommender.domain.localtime import local_time
from recommender.storage.interactions import newest_line, training_lines
from recommender.storage.stores import store_codes
from tests.recommender.shop import ELM, GAS, MILK, NOW, lines

ZONES = ("Asia/Tokyo", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")


@given(
    st.lists(
        st.tuples(st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1)), st.sampled_from(ZONES)),
        min_size=1,
        max_size=20,
    )
)
def test_local_time_is_what_the_standard_library_says(moments: list[tuple[datetime, str]]) -> None:
    instants = [moment.replace(tzinfo=UTC) for moment, _ in moments]
    zones = [zone for _, zone in moments]
    day, hour = local_time(np.array([to_ms(at) for at in instants], np.int64), np.array(zones))
    local = [at.astimezone(ZoneInfo(zone)) for at, zone in zip(instants, zones, strict=True)]
    assert day.tolist() == [at.toordinal() for at in local]
    assert hour.tolist() == [at.hour for at in local]


def test_every_line_of_every_product_in_models_comes_once(history: Engine) -> None:
    batches = list(training_lines(history, batch=50))
    assert len(batches) > 5
    gtins = [f"{g:014d}" for batch in batches for g in batch.gtin.tolist()]
    assert sorted(gtins) == sorted(str(row[5]) for row in lines() if row[5] != GAS)


def test_orders_are_numbered_across_batches(history: Engine) -> None:
    orders = np.concatenate([batch.order for batch in training_lines(history, batch=7)])
    whole = np.concatenate([batch.order for batch in training_lines(history)])
    assert orders.tolist() == whole.tolist()
    assert len(set(orders.tolist())) == len({row[0] for row in lines() if row[0] != "fuel"})


def test_a_line_carries_its_store_and_the_stores_clock(history: Engine) -> None:
    elm = store_codes(history)[ELM]
    days = {int(d) for b in training_lines(history) for d in b.day[b.store == elm]}
    told = [datetime.fromisoformat(str(row[4])) for row in lines() if row[3] == ELM and row[0] != "fuel"]
    assert days == {at.astimezone(ZoneInfo("America/New_York")).toordinal() for at in told}
    assert max(days) == date(2026, 11, 14).toordinal()  # the 15th has begun in Tokyo only


def test_since_leaves_out_what_is_older(history: Engine) -> None:
    since = NOW - timedelta(days=8)
    recent = np.concatenate([batch.at for batch in training_lines(history, since)])
    assert from_ms(int(recent.min())) >= since
    assert len(recent) == sum(datetime.fromisoformat(str(r[4])) >= since and r[5] != GAS for r in lines())


def test_lines_without_a_member_have_no_profile(history: Engine) -> None:
    profiles = np.concatenate([batch.profile for batch in training_lines(history)])
    assert (profiles == -1).sum() == sum(row[2] == "" for row in lines())
    assert (profiles != 0).all()


def test_an_empty_history_has_no_lines(blank: Engine) -> None:
    assert list(training_lines(blank)) == []
    assert newest_line(blank) is None


def test_gtins_are_read_as_fourteen_digits(history: Engine) -> None:
    with history.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT count(*) FROM products WHERE gtin = {int(MILK)}").scalar() == 1
