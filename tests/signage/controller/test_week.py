"""A week of a chain: promises are kept and never overdone, caps and rivals' distance hold, shares hold on every hour."""

from statistics import median

import pytest
from sqlalchemy import Engine

from tests.signage.controller.conftest import Stage
from tests.signage.controller.week import Week


def kept(week: Week, error: float, points: float) -> None:
    errors = week.errors()
    off = sorted(errors.values(), key=abs)
    over = {name: week.delivered[name] - week.goal(name) for name, left in errors.items() if left > 0}
    print(
        f"{week.decisions} decisions, {len(errors)} goals: error median {median(map(abs, off)):.2%}, worst {off[-1]:+.2%}; "
        f"shares off by at most {max(week.voice_off):.2f} points in {len(week.voice_off)} hours; breaches {dict(week.breaches)}; "
        f"plays over the goal {over}, by leases {dict(week.leased)}, told late {dict(week.late)}"
    )
    assert all(abs(left) <= max(error, 1.0 / week.goal(name)) for name, left in errors.items()), errors
    assert all(plays <= week.leased[name] + week.late[name] for name, plays in over.items()), over
    assert max(week.voice_off) <= points
    assert not +week.breaches


def test_a_short_day_of_six_screens(stage: Stage, engine: Engine) -> None:
    kept(
        Week(engine, stage.rooms, stage.clock, screens=6, campaigns=20, days=1, open_min=240).run(),
        error=0.05,
        points=3.0,
    )


@pytest.mark.soak
def test_a_week_of_200_screens(stage: Stage, engine: Engine) -> None:
    kept(Week(engine, stage.rooms, stage.clock, screens=200, campaigns=60, days=7).run(), error=0.02, points=3.0)
