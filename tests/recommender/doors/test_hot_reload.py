"""New versions arrive, go back and turn out to be damaged while shoppers ask: every request is answered, by a good version."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import make_dataclass

import pytest
from structlog.testing import capture_logs

from recommender.app import Doors, open_desk, open_doors
from recommender.artifacts import Store
from recommender.domain.items import Items
from recommender.domain.recommendation import Place
from recommender.settings import Settings
from recommender.training.fit import train
from tests.recommender.shop import ADA, BREAD, EKIMAE, GAS, JAM, NOW, WINE


@pytest.fixture
def trained(settings: Settings) -> Settings:
    train(settings, progress=lambda stage, share: None)
    return settings


@pytest.fixture
def doors(trained: Settings) -> Iterator[Doors]:
    doors = open_doors(trained, lambda: NOW)
    yield doors
    doors.close()


@pytest.fixture
def session(trained: Settings) -> str:
    desk = open_desk(trained, lambda: NOW)
    ada = desk.find("retailer", ADA)
    assert ada is not None
    desk.consent_to_all(ada)
    session = desk.session(ada)
    desk.engine.dispose()
    return session


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def served(doors: Doors) -> str:
    health = doors.health()
    assert health is not None
    return health.artifacts.version


def test_no_request_fails_while_versions_come_and_go(doors: Doors, trained: Settings, session: str) -> None:
    asked, versions, failed = [0], set[str](), list[object]()
    stop = threading.Event()

    def _shop() -> None:
        while not stop.wait(0.05):  # a breath: training shares the processor
            try:
                told = doors.crowd.scores(Place(EKIMAE, NOW), [BREAD])
                versions.add(told.model_version)
                answers = (
                    told.scores[BREAD] > 0.5,
                    len(doors.personal.picks(session, EKIMAE, NOW, 4)) == 4,
                    len(doors.crowd.top(Place(EKIMAE, NOW), 3)) == 3,
                    len(doors.catalog.goes_with(JAM, EKIMAE, 3)) == 3,
                )
                asked[0] += 1
                if not all(answers):
                    failed.append(answers)
            except Exception as error:  # whatever a shopper would have seen
                failed.append(error)

    shoppers = [threading.Thread(target=_shop) for _ in range(2)]
    for shopper in shoppers:
        shopper.start()
    store = Store(trained.artifacts)
    for turn in range(3):
        version = train(trained, progress=lambda stage, share: None)
        until(lambda version=version: served(doors) == version and version in versions)
        if turn == 1:
            back = store.rollback()
            until(lambda back=back: served(doors) == back)
    stop.set()
    for shopper in shoppers:
        shopper.join()
    assert failed == []
    assert len(versions) == 4
    assert asked[0] > 10


def test_a_damaged_version_is_said_and_the_last_good_one_serves_on(doors: Doors, trained: Settings) -> None:
    good = served(doors)
    with capture_logs():
        damaged = train(trained, progress=lambda stage, share: None)
        until(lambda: served(doors) == damaged)
        heads = trained.artifacts / damaged / "popular" / "chain.npy"
        heads.write_bytes(heads.read_bytes()[:-4])
        fresh = open_doors(trained, lambda: NOW)
    health = fresh.health()
    assert health is not None
    assert (health.artifacts.version, health.artifacts.wanted) == (good, damaged)
    assert "bytes" in health.artifacts.refused[damaged]
    assert health.degraded == ("artifacts", "live")
    assert health.ready
    assert fresh.crowd.top(Place(EKIMAE, NOW), 3)
    fresh.close()


def test_where_no_version_opens_there_are_the_best_sellers(doors: Doors, trained: Settings, session: str) -> None:
    for manifest in trained.artifacts.glob("*/manifest.json"):
        manifest.write_text(manifest.read_text().replace('"format": ', '"format": 9'))  # of some other release
    with capture_logs():
        fresh = open_doors(trained, lambda: NOW)
    health = fresh.health()
    assert health is not None
    assert (health.artifacts.version, health.degraded) == ("none", ("artifacts", "live"))
    assert "format 9" in next(iter(health.artifacts.refused.values()))
    lists = (
        fresh.crowd.top(Place(EKIMAE, NOW), 6),
        fresh.personal.picks(session, EKIMAE, NOW, 6),
        fresh.catalog.goes_with(JAM, EKIMAE, 6),
    )
    assert all(shown and not {WINE, GAS} & {s.gtin for s in shown} for shown in lists)
    assert lists[0][0].gtin == BREAD  # sold most often
    assert ("list", "untrained") in fresh.health().counts  # type: ignore[union-attr]
    fresh.close()


def test_models_of_another_release_are_refused_by_name(doors: Doors, trained: Settings) -> None:
    """The same format, but a model has a field that ours doesn't know, as after going back to an older release."""
    good, store = served(doors), Store(trained.artifacts)
    items = store.current().get(Items)
    assert items is not None
    theirs = make_dataclass("Popular", ["chain", "weather"], frozen=True)(items.gtin, items.gtin)
    with capture_logs():
        other = store.publish([items, theirs], {})
        until(lambda: other in _refused(doors))
    assert "weather" in _refused(doors)[other]
    assert served(doors) == good
    assert doors.crowd.top(Place(EKIMAE, NOW), 3)


def _refused(doors: Doors) -> Mapping[str, str]:
    health = doors.health()
    assert health is not None
    return health.artifacts.refused
