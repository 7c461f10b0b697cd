"""A member between two lists: what Redis keeps counts only while the database says the same, and may be lost at any time."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from redis import Redis
from sqlalchemy import Engine

from recommender.domain.history import MemberHistory, Seen
from recommender.domain.instant import to_ms
from recommender.history.desk import Desk
from recommender.history.identity import history_key
from recommender.live import RECENT, Live
from recommender.serving.recent import KEPT_S, read, recent, written
from recommender.settings import Settings
from recommender.storage.engine import write
from recommender.storage.lines import add_lines
from tests.recommender.shop import ADA, EKIMAE, JAM, MILK, NOW


@pytest.fixture
def live(redis_url: str) -> Iterator[Live]:
    live = Live(redis_url)
    yield live
    live.close()


@pytest.fixture
def ada(history: Engine, settings: Settings) -> int:
    member = Desk(history, history_key(settings.data_dir), lambda: NOW, bytes).find("retailer", ADA)
    assert member is not None
    return member


class Asked:
    """Asks for a member's state and counts where it came from."""

    def __init__(self, engine: Engine, live: Live) -> None:
        self.engine, self.live, self.steps = engine, live, Counter[str]()

    def __call__(self, member: int) -> MemberHistory:
        with self.engine.connect() as connection:
            said = {"tell": lambda step: self.steps.update([step]), "may_keep": lambda: True}
            return recent(connection, self.live, member, NOW, **said)[0]


def bought(engine: Engine, member: int, gtin: str, order: str = "new") -> None:
    row = (order, "1", member, EKIMAE, to_ms(NOW), int(gtin), 1, 100, "JPY", "")
    write(engine, lambda connection: add_lines(connection, [row]))


def same(a: MemberHistory, b: MemberHistory) -> bool:
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in ("gtin", "day", "basket"))


def test_the_second_list_reads_redis_and_a_purchase_makes_it_anew(history: Engine, live: Live, ada: int) -> None:
    asked = Asked(history, live)
    first, second = asked(ada), asked(ada)
    assert same(first, second)
    assert asked.steps == {"rebuilt": 1, "hit": 1}
    assert int(JAM) not in first.gtin
    bought(history, ada, JAM)
    assert int(JAM) in asked(ada).gtin
    assert asked.steps == {"rebuilt": 2, "hit": 1}


def test_after_a_flush_it_is_rebuilt_from_history(history: Engine, live: Live, ada: int, redis_url: str) -> None:
    asked = Asked(history, live)
    before = asked(ada)
    with Redis.from_url(redis_url) as redis:
        assert 0 < redis.ttl(f"{RECENT}{ada}") <= KEPT_S
        redis.flushall()
        assert same(asked(ada), before)
        assert redis.exists(f"{RECENT}{ada}")
    assert asked.steps == {"rebuilt": 2}


def test_what_was_read_before_a_purchase_and_written_after_it_is_not_believed(
    history: Engine, live: Live, ada: int, redis_url: str
) -> None:
    """A rebuild and an event meet: the value of the slow rebuild arrives last."""
    asked = Asked(history, live)
    asked(ada)
    with Redis.from_url(redis_url) as redis:
        stale = redis.get(f"{RECENT}{ada}")
        bought(history, ada, JAM)
        asked(ada)
        redis.set(f"{RECENT}{ada}", stale)
    assert int(JAM) in asked(ada).gtin


def test_without_redis_there_are_lists_all_the_same(history: Engine, ada: int) -> None:
    for url in ("", "redis://127.0.0.1:1/0"):
        live = Live(url)
        asked = Asked(history, live)
        assert int(MILK) in asked(ada).gtin
        asked(ada)
        assert asked.steps == {"away": 2}
        live.forget([ada])  # nothing to forget, nothing breaks
        assert not live.answers()
        live.close()


def test_a_redis_that_failed_is_left_alone_for_a_moment(ada: int, history: Engine, redis_url: str) -> None:
    now = [0.0]
    live = Live("redis://127.0.0.1:1/0", lambda: now[0])
    asked = Asked(history, live)
    asked(ada)
    live._redis = Redis.from_url(redis_url)  # it is back
    asked(ada)
    assert asked.steps == {"away": 2}
    now[0] = 60
    asked(ada)
    asked(ada)
    assert asked.steps == {"away": 2, "rebuilt": 1, "hit": 1}
    live.close()


def test_forgotten_is_gone_from_redis(history: Engine, live: Live, ada: int, redis_url: str) -> None:
    Asked(history, live)(ada)
    live.forget([ada, ada + 1])
    with Redis.from_url(redis_url) as redis:
        assert not redis.keys(f"{RECENT}*")


HISTORY = MemberHistory.of([3, 1, 2, 1], [20, 10, 10, 20])
SEEN = Seen(np.array([7, 8], np.int64), np.array([to_ms(NOW), to_ms(NOW - timedelta(hours=1))], np.int64))
STATE = [(1, 5), (4, 9)]


def test_what_is_written_comes_back() -> None:
    found = read(written(STATE, HISTORY, SEEN), STATE)
    assert found is not None
    assert same(found[0], HISTORY)
    assert (found[1].gtin.tolist(), found[1].at.tolist()) == (SEEN.gtin.tolist(), SEEN.at.tolist())
    nothing = MemberHistory.of([], []), Seen(SEEN.gtin[:0], SEEN.at[:0])
    empty = read(written([], *nothing), [])
    assert empty is not None
    assert empty[0].baskets == 0


@pytest.mark.parametrize("state", [[(1, 5)], [(1, 5), (4, 10)], [(1, 5), (5, 9)], [(1, 5), (4, 9), (6, 1)], []])
def test_another_state_of_the_member_is_not_believed(state: list[tuple[int, int]]) -> None:
    assert read(written(STATE, HISTORY, SEEN), state) is None


def test_damage_is_not_believed() -> None:
    good = written(STATE, HISTORY, SEEN)
    assert all(read(good[:length], STATE) is None for length in range(len(good)))
    assert read(good + b"\0", STATE) is None
    assert read(b"rec0" + good[4:], STATE) is None
    assert read(None, STATE) is None
