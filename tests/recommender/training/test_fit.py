"""Imported order lines -> trained models -> what the doors say, on a real database."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from recommender.app import Doors, open_desk, open_doors, open_importer
from recommender.artifacts import NONE, Store
from recommender.domain.items import Items
from recommender.domain.recommendation import Place
from recommender.history.catalogue import CATEGORIES
from recommender.history.opening import open_history
from recommender.settings import Settings
from recommender.training.fit import NothingToLearn, train
from tests.recommender import camps

NOW = datetime.combine(date.fromordinal(camps.TODAY + 1), datetime.min.time(), UTC)
LINE = ("order_id", "line_id", "member_id", "store_id", "ordered_at", "gtin", "quantity", "amount_minor", "currency")


def hush(stage: str, done: float) -> None:
    assert stage
    assert 0 <= done <= 1


def clock() -> datetime:
    return NOW


def write(path: Path, header: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def settings(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("REDIS_URL", redis_url)
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def stocked(settings: Settings, tmp_path: Path) -> Settings:
    """The small shop, through the ordinary importer."""
    importer = open_importer(settings, clock)
    categories = [(kind, kind, kind, kind, kind, "", "each", 8, "none", "yes") for kind in ("tea", "coffee")]
    products = [
        (camps.gtin14(i), f"品{i}", f"Item {i}", "private", "1 kg", "tea" if i < camps.CAMP else "coffee", "", "yes")
        for i in range(2 * camps.CAMP)
    ]
    columns = ("gtin", "name_ja", "name_en", "brand", "size", "category", "maker", "in_models")
    lines = [
        (f"{camp}-{person}-{day}", line, f"{camp}-{person}", ("east", "west")[camp],
         f"{date.fromordinal(day).isoformat()}T03:00:00Z", camps.gtin14(item), 1, 100, "JPY")
        for camp in (0, 1)
        for person in range(camps.PEOPLE)
        for line, (item, day) in enumerate(camps.camp_lines(camp, person))
    ]  # fmt: skip
    for kind, header, rows in (
        ("categories", CATEGORIES, categories),
        ("products", columns, products),
        ("lines", LINE, lines),
    ):
        step = importer.run(write(tmp_path / f"{kind}.csv", header, rows), kind, lambda step: None)
        assert step.rejected == 0
    importer.engine.dispose()
    return settings


@pytest.fixture
def doors(stocked: Settings) -> Iterator[Doors]:
    doors = open_doors(stocked, clock)
    yield doors
    doors.close()


def test_without_lines_there_is_nothing_to_learn(settings: Settings) -> None:
    open_history(settings)[0].dispose()
    with pytest.raises(NothingToLearn):
        train(settings, progress=hush)
    assert Store(settings.artifacts).current().version == NONE


def test_the_whole_way_from_order_lines_to_the_doors(doors: Doors, stocked: Settings) -> None:
    version = train(stocked, progress=hush)
    place = Place("west", NOW)
    scores = doors.crowd.scores(place, [camps.gtin14(0), camps.gtin14(6)])
    assert scores.model_version == version
    assert scores.scores[camps.gtin14(6)] == 1
    assert [s.gtin for s in doors.crowd.top(place, 1, "tea")] == [camps.gtin14(0)]
    assert {s.gtin for s in doors.catalog.goes_with(camps.gtin14(2), "east", 11)} >= {camps.gtin14(3)}
    facts = Store(stocked.artifacts).current().facts
    assert facts["items"] == 2 * camps.CAMP
    assert facts["last_day"] == camps.MONDAY.isoformat()


def test_quick_training_first_then_the_whole(stocked: Settings) -> None:
    stages: list[str] = []
    quick = train(stocked, progress=lambda stage, done: stages.append(stage), only="popular")
    assert "als" not in stages
    assert Store(stocked.artifacts).current().facts["first_day"] == date.fromordinal(camps.TODAY - 28).isoformat()
    full = train(stocked, progress=hush)
    assert full > quick
    assert train(stocked, progress=hush, only="popular") == full  # there is something better


def test_a_members_own_list_follows_their_purchases(doors: Doors, stocked: Settings, tmp_path: Path) -> None:
    train(stocked, progress=hush)
    session = _signed_in(stocked, "0-0")
    before = [s.gtin for s in doors.personal.picks(session, "east", NOW, 12)]
    assert before[0] == camps.gtin14(0)
    line = ("new", 1, "0-0", "east", NOW.isoformat(), camps.gtin14(9), 1, 100, "JPY")
    importer = open_importer(stocked, clock)
    importer.run(write(tmp_path / "more.csv", LINE, [line]), "lines", lambda step: None)
    importer.engine.dispose()
    after = [s.gtin for s in doors.personal.picks(session, "east", NOW, 12)]
    assert after.index(camps.gtin14(9)) < before.index(camps.gtin14(9))


def test_the_erased_are_gone_from_the_next_training(doors: Doors, stocked: Settings) -> None:
    """Four of eight tea people go: too few are left to know any tea."""
    train(stocked, progress=hush)
    for person in range(4):
        session = _signed_in(stocked, f"0-{person}")
        doors.personal.erase(session, NOW)
    train(stocked, progress=hush)
    items = Store(stocked.artifacts).current().get(Items)
    assert items is not None
    assert items.gtin.tolist() == [camps.gtin(i) for i in range(camps.CAMP, 2 * camps.CAMP)]


def test_no_file_of_a_version_is_about_members(stocked: Settings) -> None:
    """Every array is by item, by store or by factor: none has as many rows as there are members."""
    version = train(stocked, progress=hush)
    folder = stocked.artifacts / version
    models = {"popular", "storetaste", "repeat", "itemitem", "kinditem", "als", "cosine", "segments", "demand"}
    models |= {"facts", "newcomers", "promotions"}
    assert {p.name for p in folder.iterdir()} == {"manifest.json", "items", *models}
    people = 2 * camps.PEOPLE
    assert all(people not in np.load(path).shape for path in folder.glob("*/*.npy"))


def _signed_in(settings: Settings, member: str) -> str:
    desk = open_desk(settings, clock)
    identifier = desk.find("retailer", member)
    assert identifier is not None
    desk.consent_to_all(identifier)
    session = desk.session(identifier)
    desk.engine.dispose()
    return session
