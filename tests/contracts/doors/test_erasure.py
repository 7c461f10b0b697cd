"""Erasure leaves nothing, in process and over HTTP: not in the databases' files, not in Redis, artifacts or logs."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from redis import Redis

from recommender.domain.event import (
    Event,
    IdentityLinked,
    ItemVoided,
    OrderCompleted,
    OrderedProduct,
    OrderRefunded,
    ProductViewed,
    ReturnedProduct,
    ShelfScanned,
)
from recommender.domain.member import SignInRefused
from recommender.history.account import secret_hash
from recommender.history.identity import hashed, history_key
from recommender.record import Outcome
from recommender.settings import Settings
from tests.contracts.doors.conftest import House
from tests.recommender.shop import ADA, BREAD, EKIMAE, JAM, MILK, NOW

LINES = OrderedProduct("l-1", MILK, 2, 516), OrderedProduct("l-2", BREAD, 1, 198)


def told() -> list[Event]:
    """All that may be told of Ada: by her number and by her browser, and what names only her order."""
    day = timedelta(days=1)
    return [
        Event(
            "web-of-ada", "ev-order-77", NOW - day, OrderCompleted("ord-77", EKIMAE, "JPY", LINES), ADA, "browser-77"
        ),
        Event("web-of-ada", "ev-seen-77", NOW, ProductViewed(JAM), "", "browser-77"),
        Event("app-of-ada", "ev-scan-77", NOW, ShelfScanned(JAM, EKIMAE), ADA),
        Event("till", "ev-back-77", NOW, OrderRefunded("ord-77", (ReturnedProduct("l-2", ""),))),
        Event("till", "ev-void-77", NOW, ItemVoided("ord-77", "l-1", quantity=1)),
        Event("shop", "ev-early-77", NOW, OrderRefunded("ord-78"), ADA),
        Event("crm", "ev-link-77", NOW, IdentityLinked("retailer", ADA, "e-mail", "ada@example.jp")),
    ]


def found(settings: Settings, redis: Redis, log: str, needle: str | bytes) -> list[str]:
    """Where it is: files by their names, keys of Redis, the log."""
    raw = needle.encode() if isinstance(needle, str) else needle
    files = [path for path in settings.data_dir.rglob("*") if path.is_file() and path.name != "history.key"]
    places = [path.name for path in files if raw in path.read_bytes()]
    for key in redis.scan_iter():
        if raw in key or raw in (redis.dump(key) or b""):
            places.append(key.decode())
    return places + ["log"] * (isinstance(needle, str) and needle in log)


def test_nothing_is_left_anywhere(house: House, redis_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    personal, key = house.doors.personal, history_key(house.settings.data_dir)
    session = house.session()
    answers = house.doors.record.record_all(told())
    assert list(answers) == [Outcome.RECORDED] * len(answers)
    code = personal.code(session, NOW)
    personal.affinity(code.text, EKIMAE, NOW)
    assert personal.picks(session, EKIMAE, NOW, 5)
    needles: list[str | bytes] = [event.event_id for event in told()]
    needles += ["ord-77", "ord-78", "web-of-ada", "app-of-ada", "ada-11", secret_hash(session)]
    names = (("retailer", ADA), ("anonymous", "browser-77"), ("e-mail", "ada@example.jp"))
    hashes: list[str | bytes] = [hashed(key, *name) for name in names]
    values: list[str | bytes] = ["browser-77", "ada@example.jp", session, code.text]
    with Redis.from_url(redis_url) as redis:
        log = "".join(capfd.readouterr())
        before = [found(house.settings, redis, log, needle) for needle in [*needles, *hashes]]
        assert all(before), "there to be found"
        assert redis.keys("rec:recent:*")
        personal.erase(session, NOW)
        log += "".join(capfd.readouterr())
        still = {n: places for n in [*needles, *hashes, *values] if (places := found(house.settings, redis, log, n))}
        # "e-mail" was claimed by hh1 too, so it was nobody's: it goes on being an identifier of hh1's, of whom it was told
        assert still == {}
        assert redis.keys("rec:recent:*") == []
    with pytest.raises(SignInRefused):
        personal.account(session)


def test_what_another_member_lays_claim_to_is_neither_theirs_nor_erased(house: House) -> None:
    house.doors.record.record_all([
        Event("web", "1", NOW, OrderCompleted("family", EKIMAE, "JPY", LINES), "", "family-tablet"),
        Event("web", "2", NOW, ProductViewed(JAM), ADA, "family-tablet"),
        Event("web", "3", NOW, ProductViewed(JAM), "hh1", "family-tablet"),
    ])  # fmt: skip
    other = house.session("hh1")
    before = house.doors.personal.account(other).lines_total
    house.doors.personal.erase(house.session(), NOW)
    assert house.doors.personal.account(other).lines_total == before
    assert house.desk.find("anonymous", "family-tablet") is not None


def test_the_next_training_reads_nothing_of_theirs(house: House) -> None:
    session = house.session()
    house.doors.record.record_all(told()[:3])
    house.doors.personal.erase(session, NOW)
    with closing(sqlite3.connect(house.settings.data_dir / "history.db")) as database:
        for table in ("views", "returns", "events", "identity_edges", "consents", "sessions", "member_aliases"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
        assert database.execute("SELECT count(*) FROM order_lines WHERE order_id LIKE '%ada%'").fetchone() == (0,)
