"""The worker's minute with a camera's counts: figures first, then they go; and they go whatever becomes of the figures."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, func, select

from signage.app.base import Base
from signage.app.keeping import keeping
from signage.proof.measuring import Measuring
from signage.settings import Settings
from signage.storage.schema import audience_cells, audience_samples, exposures, retention
from tests.signage.proof.test_measuring import people, put, some_plays
from tests.world import START, MovableClock, World


@pytest.fixture
def base(database_url: str, redis_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[Base]:
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url, REDIS_URL=redis_url)
    base = Base(settings, clock)
    yield base
    base.close()


def counts(engine: Engine) -> list[int]:
    """Samples, plays with people, cells."""
    with engine.connect() as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (audience_samples, exposures, audience_cells)
        ]


def test_after_a_standstill_figures_are_made_before_the_counts_go(
    base: Base, engine: Engine, world: World, clock: MovableClock
) -> None:
    people(engine, Random(3), ("entrance",))
    put(engine, some_plays(Random(3), 60))
    clock.now = START + timedelta(days=2)
    keeping(base)()
    samples, measured, cells = counts(engine)
    assert (samples, cells) == (0, 12) and 10 < measured < 60
    with engine.connect() as connection:
        removed = connection.execute(select(retention.c.removed).where(retention.c.line == "samples")).scalar_one()
    assert removed > 2000


def test_the_counts_go_even_if_no_figures_can_be_made(
    base: Base, engine: Engine, world: World, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: Measuring) -> int:
        raise ZeroDivisionError

    people(engine, Random(3), ("entrance",))
    monkeypatch.setattr(Measuring, "measure", broken)
    clock.now = START + timedelta(days=2)
    with pytest.raises(ZeroDivisionError):
        keeping(base)()
    assert counts(engine)[0] == 0
