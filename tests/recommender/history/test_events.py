"""Orders, refunds, voids and views as events: the rows of an import, right in the end, and hostile ones refused.

Each law holds on SQLite and on PostgreSQL.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from recommender.domain.event import (
    Answer,
    ConflictingEvent,
    Event,
    ItemVoided,
    LeftOut,
    OrderCancelled,
    OrderCompleted,
    OrderedProduct,
    OrderRefunded,
    Outcome,
    PartlyRecorded,
    Payload,
    ProductAdded,
    ProductRemoved,
    ProductViewed,
    RefusedEvent,
    ReturnedProduct,
    ShelfScanned,
    StockChanged,
)
from recommender.domain.instant import HOUR_MS, to_ms
from recommender.domain.limits import Limits
from recommender.history import account
from recommender.history.events import Intake
from recommender.history.importer import Importer
from recommender.storage import interactions, members, purchases
from recommender.storage.engine import write
from recommender.storage.interactions import training_lines
from tests.recommender.shop import BREAD, EKIMAE, JAM, MILK, NOW, UNKNOWN, write_lines

INTAKE = Intake(bytes(range(32)), "UTC", Limits.read("retailer=1,*=10"))
AT = NOW - timedelta(days=1)
RETURNED = OrderedProduct("1", MILK, 3, 774), OrderedProduct("2", BREAD, 1, 198)


@pytest.fixture
def history(on_either: Engine) -> Engine:
    return on_either


def order(name: str = "o1", *products: OrderedProduct, currency: str = "JPY") -> OrderCompleted:
    return OrderCompleted(name, EKIMAE, currency, products or RETURNED)


def event(name: str, payload: Payload, at: datetime = AT, **who: str) -> Event:
    return Event("shop", name, at, payload, **who)


def tell(engine: Engine, *told: Event) -> Sequence[Answer]:
    return write(engine, lambda connection: INTAKE.apply(connection, told, NOW))[0]


def rows(engine: Engine, sql: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def left(engine: Engine, name: str = "o1") -> dict[str, int]:
    """line_id -> how many of it were bought and kept."""
    told = rows(engine, f"SELECT line_id, quantity - returned FROM order_lines WHERE order_id = '{name}'")
    return {line: number for line, number in told if number}


def sold(engine: Engine) -> dict[str, int]:
    """Lines of each product: what the counters say, which must be what counting says."""
    counted = dict(rows(engine, "SELECT gtin, count(*) FROM order_lines WHERE quantity > returned GROUP BY gtin"))
    kept = {gtin: number for gtin, number in rows(engine, "SELECT gtin, sold FROM products") if number}
    assert kept == counted
    return {f"{gtin:014d}": number for gtin, number in kept.items()}


def test_an_order_makes_the_rows_of_an_import(history: Engine, tmp_path: Path) -> None:
    assert tell(history, event("1", order(), user_id="ada")) == [Outcome.RECORDED]
    importer = Importer(history, INTAKE, lambda: NOW, lambda _: None)
    lines = [
        ("o1", p.line_id, "ada", EKIMAE, AT.isoformat(), p.gtin, p.quantity, p.amount_minor, "JPY", "")
        for p in RETURNED
    ]
    step = importer.run(write_lines(tmp_path / "lines.csv", lines), "lines", lambda _: None)
    assert (step.added, step.known, step.rejected) == (0, 2, 0)
    sold(history)
    before = sum(len(batch.gtin) for batch in training_lines(history))
    tell(history, event("2", order("o2")))
    assert sum(len(batch.gtin) for batch in training_lines(history)) == before + 2


def test_the_same_again_is_known_and_another_content_a_conflict(history: Engine) -> None:
    once = event("1", order(), user_id="ada")
    other = event("1", order("o1", OrderedProduct("1", MILK, 9, 1)), user_id="ada")
    somebody = event("1", order(), user_id="bob")
    answers = tell(history, once, once, other)
    assert answers[:2] == [Outcome.RECORDED, Outcome.DUPLICATE] and isinstance(answers[2], ConflictingEvent)
    assert tell(history, once) == [Outcome.DUPLICATE]
    assert isinstance(tell(history, other)[0], ConflictingEvent)
    assert isinstance(tell(history, somebody)[0], ConflictingEvent)
    assert left(history) == {"1": 3, "2": 1}


BACK = [
    (OrderRefunded("o1"), {}),
    (OrderCancelled("o1"), {}),
    (OrderRefunded("o1", (ReturnedProduct("", MILK, 2),)), {"1": 1, "2": 1}),
    (OrderRefunded("o1", (ReturnedProduct("2", ""),)), {"1": 3}),
    (OrderRefunded("o1", (ReturnedProduct("", MILK, 50),)), {"2": 1}),  # no more than was bought
    (ItemVoided("o1", "1", quantity=1), {"1": 2, "2": 1}),
    (ItemVoided("o1", gtin=BREAD), {"1": 3}),
]


@pytest.mark.parametrize(("payload", "kept"), BACK)
def test_what_is_taken_back_is_gone_from_lines_and_counters(
    history: Engine, payload: Payload, kept: dict[str, int]
) -> None:
    before = sold(history)
    assert tell(history, event("1", order(), user_id="ada"), event("2", payload)) == [Outcome.RECORDED] * 2
    assert left(history) == kept
    after = sold(history)
    assert {MILK: after[MILK] - before[MILK], BREAD: after[BREAD] - before[BREAD]} == {
        MILK: int("1" in kept), BREAD: int("2" in kept),
    }  # fmt: skip
    assert tell(history, event("2", payload)) == [Outcome.DUPLICATE]
    assert left(history) == kept


def test_the_sequence_of_an_order_and_its_returns_is_irrelevant(history: Engine) -> None:
    ends = []
    for number, sequence in enumerate(permutations(range(4))):
        name = f"o{number}"
        told = [
            event(f"{name}-order", order(name)),
            event(f"{name}-void", ItemVoided(name, "1", quantity=1)),
            event(f"{name}-part", OrderRefunded(name, (ReturnedProduct("", MILK, 1),)), AT + timedelta(hours=1)),
            event(f"{name}-late", order(name, OrderedProduct("3", MILK, 1, 258)), AT + timedelta(minutes=1)),
        ]
        for place in sequence:
            assert tell(history, told[place]) == [Outcome.RECORDED]
        ends.append(left(history, name))
    assert all(end == {"1": 1, "2": 1, "3": 1} for end in ends)
    sold(history)


def test_a_file_that_comes_after_the_refund_does_not_bring_the_lines_back(history: Engine, tmp_path: Path) -> None:
    tell(history, event("1", OrderRefunded("o9", (ReturnedProduct("", MILK, 1),))))
    lines = [("o9", n, "ada", EKIMAE, AT.isoformat(), gtin, 1, 250, "JPY", "") for n, gtin in ((1, MILK), (2, JAM))]
    importer = Importer(history, INTAKE, lambda: NOW, lambda _: None)
    path = write_lines(tmp_path / "lines.csv", lines)
    for _ in range(2):
        importer.run(path, "lines", lambda _: None)
        assert left(history, "o9") == {"2": 1}
    sold(history)


IMPOSSIBLE = [
    (order("o1", OrderedProduct("1", MILK, -1, 258)), "told as Order Refunded"),
    (order("o1", OrderedProduct("1", MILK, 0, 258)), "a quantity is 1 or more"),
    (order("o1", OrderedProduct("1", MILK, 10**6, 258)), "too large"),
    (order("o1", OrderedProduct("1", MILK, 10**40, 258)), "too large"),
    (order("o1", OrderedProduct("1", MILK, 1, 10**12)), "too large"),
    (order("o1", OrderedProduct("1", MILK, 1, -258)), "an amount is 0 or more"),
    (order("o1", OrderedProduct("1", MILK, 1, 1), OrderedProduct("1", JAM, 1, 1)), "the same line_id"),
    (order("o1", currency="yen"), "ISO 4217"),
    (order(""), "order_id is blank"),
    (order("o\n1"), "not printable"),
    (order("o1", OrderedProduct("1", UNKNOWN, 1, 1)), "no line is of a known product"),
    (OrderRefunded("o1", (ReturnedProduct("", MILK, -1),)), "1 or more"),
    (OrderRefunded("o1", (ReturnedProduct("", MILK, 10**9),)), "1 or more"),
    (OrderRefunded("o1", (ReturnedProduct("", "12", 1),)), "neither a line_id nor a GTIN"),
    (ItemVoided("o1"), "neither a line_id nor a GTIN"),
    (ProductViewed(UNKNOWN), "unknown product"),
    (StockChanged(MILK, EKIMAE, -5), "0 or more"),
]


def test_what_cannot_be_true_is_refused_and_leaves_the_rest(history: Engine) -> None:
    before = rows(history, "SELECT count(*) FROM order_lines")
    bad = [event(str(n), payload) for n, (payload, _) in enumerate(IMPOSSIBLE)]
    *answers, good = tell(history, *bad, event("good", ProductViewed(MILK)))
    for answer, (_, why) in zip(answers, IMPOSSIBLE, strict=True):
        assert isinstance(answer, RefusedEvent) and why in str(answer)
    assert good is Outcome.RECORDED
    assert rows(history, "SELECT count(*) FROM order_lines") == before
    assert rows(history, "SELECT count(*) FROM returns") == [(0,)]
    assert rows(history, "SELECT event_id FROM events") == [("good",)]


@pytest.mark.parametrize(
    ("at", "why"),
    [(NOW + timedelta(minutes=6), "in the future"), (datetime(1970, 1, 1, tzinfo=UTC), "before 2000")],
)
def test_times_that_cannot_be_are_refused(history: Engine, at: datetime, why: str) -> None:
    (answer,) = tell(history, event("1", order(), at))
    assert isinstance(answer, RefusedEvent) and why in str(answer)


def test_lines_of_unknown_products_are_told_and_the_others_kept(history: Engine) -> None:
    mixed = order(
        "o1", OrderedProduct("a", MILK, 1, 258), OrderedProduct("b", UNKNOWN, 1, 5), OrderedProduct("c", "x", 1, 5)
    )
    (answer,) = tell(history, event("1", mixed))
    assert answer == PartlyRecorded((LeftOut("b", "unknown product"), LeftOut("c", "unknown product")))
    assert left(history) == {"a": 1}


def test_an_order_has_one_buyer_and_one_currency(history: Engine) -> None:
    tell(history, event("1", order(), user_id="ada"))
    more = OrderedProduct("9", JAM, 1, 300)
    for other in (
        event("2", order("o1", more), user_id="bob"),
        event("3", order("o1", more)),
        event("4", order("o1", more, currency="USD"), user_id="ada"),
    ):
        (answer,) = tell(history, other)
        assert isinstance(answer, RefusedEvent) and "the order is known" in str(answer)
    assert tell(history, event("5", order("o1", more), user_id="ada")) == [Outcome.RECORDED]
    changed = order("o1", OrderedProduct("9", JAM, 2, 600))
    (answer,) = tell(history, event("6", changed, user_id="ada"))
    assert isinstance(answer, PartlyRecorded) and "differs" in answer.left_out[0].reason


def test_an_order_without_a_member_is_nobodys(history: Engine) -> None:
    assert tell(history, event("1", order())) == [Outcome.RECORDED]
    assert rows(history, "SELECT DISTINCT identifier_id FROM order_lines WHERE order_id = 'o1'") == [(None,)]


def member(engine: Engine, value: str, namespace: str = "retailer") -> int:
    with engine.connect() as connection:
        found = account.identifier(connection, INTAKE.key, namespace, value)
    assert found is not None
    return found


def test_a_browser_that_signs_in_brings_its_past_along(history: Engine) -> None:
    tell(
        history,
        event("1", ProductViewed(JAM), anonymous_id="browser"),
        event("2", ProductAdded(BREAD), anonymous_id="browser"),
        event("3", ProductRemoved(BREAD), anonymous_id="browser"),
        event("4", order(), user_id="carol", anonymous_id="browser"),
        event("5", ShelfScanned(MILK, EKIMAE), AT + timedelta(minutes=17), user_id="carol"),
    )
    carol = member(history, "carol")
    with history.connect() as connection:
        ids = members.profile_members(connection, carol)
        assert len(ids) == 2
        seen, _ = interactions.seen_by(connection, ids, 0)
        assert sorted(seen.tolist()) == sorted(int(gtin) for gtin in (JAM, BREAD, MILK))
        assert purchases.count_lines(connection, ids) == 2
        scan = next(view for view in interactions.views_of(connection, ids) if view.kind == "ShelfScanned")
        assert scan.at % HOUR_MS == 0 and abs(scan.at - to_ms(AT)) <= HOUR_MS  # a shelf may have a camera near it
    assert all(at % HOUR_MS == 0 for (at,) in rows(history, "SELECT at FROM events WHERE kind = 'ShelfScanned'"))
    assert rows(history, "SELECT count(*) FROM identity_edges") == [(1,)]


def test_whoever_changes_gets_a_number_that_nobody_had(history: Engine) -> None:
    tell(history, event("1", order("other"), user_id="dan"), event("2", ProductViewed(MILK), user_id="erin"))

    def numbers() -> dict[int, int]:
        return dict(rows(history, "SELECT id, changed FROM identifiers"))  # type: ignore[arg-type]

    dan, erin = member(history, "dan"), member(history, "erin")
    seen = numbers()
    for step, told in enumerate((
        event("3", ProductViewed(JAM), user_id="dan"),
        event("4", ItemVoided("other", "1")),
        event("5", order("new"), user_id="dan"),
        event("6", ProductViewed(JAM), user_id="dan", anonymous_id="phone"),
    )):  # fmt: skip
        tell(history, told)
        after = numbers()
        assert after[dan] > max(seen.values()), step
        assert after[erin] == seen[erin]
        seen = after


def test_the_export_is_the_whole_record(history: Engine) -> None:
    tell(
        history,
        event("1", order(), user_id="frank"),
        event("2", OrderRefunded("o1", (ReturnedProduct("1", "", 1),))),
        event("3", ProductViewed(JAM), user_id="frank", anonymous_id="web"),
        event("4", ShelfScanned(MILK, EKIMAE), user_id="frank"),
    )
    with history.connect() as connection:
        told: dict[str, Any] = account.export(connection, member(history, "frank"))
    assert sorted(told["identifiers"]) == ["anonymous", "retailer"]
    assert [(p["line_id"], p["quantity"], p["returned"]) for p in told["purchases"]] == [("1", 3, 1), ("2", 1, 0)]
    assert [(r["order_id"], r["line_id"], r["quantity"]) for r in told["returns"]] == [("o1", "1", 1)]
    assert sorted(view["kind"] for view in told["views"]) == ["scanned", "viewed"]
    assert [link["told_by"] for link in told["links"]] == ["shop"]
    assert [(e["id"], e["kind"]) for e in told["events"]] == [
        ("1", "OrderCompleted"), ("3", "ProductViewed"), ("4", "ShelfScanned"),
    ]  # fmt: skip
