"""How good recommendations are, for people: the evaluation that was kept last as charts, each with its table."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from recommender.domain.evaluation import Evaluation, Interval, ModelFigures, TaskFigures
from signage.storage.users import Role
from signage.web.evaluation_words import asked, model
from signage.web.guard import needs
from signage.web.ports import ports

_SHIPPED = "shipped"
_AS_SHOWN = "as_shown"


@dataclass(frozen=True, slots=True)
class Whisker:
    """How far ours is ahead, on a line from 0 to 100: where nothing lies, the mean, and both ends of its interval."""

    zero: float
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One model's row: its name, NDCG and bar 0-100, how far ours is ahead with `verdict` in words; metrics for the table."""

    label: LazyString | str
    ours: bool
    ndcg: float
    width: float
    ahead: Interval | None
    whisker: Whisker | None
    verdict: str
    recall: float | None
    hit: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class Step:
    """Members with that many shop-days, in words: ours and the best of the others, bars 0-100."""

    words: str
    n: int
    ours: float
    other: float
    ours_width: float
    other_width: float


@dataclass(frozen=True, slots=True)
class Chart:
    """All of one task that the page shows. `rival`: the best of the others, whom `steps` stand beside."""

    code: str
    name: LazyString | str
    question: LazyString | str
    k: int
    n: int
    bars: tuple[Bar, ...]
    steps: tuple[Step, ...]
    rival: LazyString | str


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/evaluation", "evaluation", evaluation)


@needs(Role.VIEWER)
def evaluation() -> str:
    found = ports().evaluation()
    return render_template("studio/evaluation.html", found=found, charts=charts(found) if found else ())


def charts(found: Evaluation) -> tuple[Chart, ...]:
    return tuple(_chart(task) for task in found.tasks)


def _chart(task: TaskFigures) -> Chart:
    ours = task.models[0]
    others = sorted(task.models[1:], key=lambda one: -one.ndcg)
    rivals = [one for one in others if one.name != _AS_SHOWN]
    best = max([one.ndcg for one in task.models], default=0.0) or 1.0
    told = asked(task.name)
    return Chart(
        task.name, told.name, told.question, task.k, task.n,
        tuple(_bar(one, best, _scale(others), task.k) for one in (ours, *others)),
        _steps(ours, rivals[0]) if rivals else (), model(rivals[0].name) if rivals else "",
    )  # fmt: skip


def _scale(models: Sequence[ModelFigures]) -> tuple[float, float]:
    """Both ends of the line that all of a task's whiskers lie on; nothing lies on it, too."""
    ends = [end for one in models if one.ahead for end in (one.ahead.low, one.ahead.high)]
    return min(0.0, *ends, 0.0), max(0.0, *ends, 0.0)


def _bar(one: ModelFigures, best: float, scale: tuple[float, float], k: int) -> Bar:
    return Bar(
        model(one.name), one.name == _SHIPPED, one.ndcg, _part(one.ndcg, 0.0, best), one.ahead,
        _whisker(one.ahead, scale) if one.ahead else None, _verdict(one.ahead) if one.ahead else "",
        one.figures.get(f"recall@{k}"), one.figures.get(f"phr@{k}"), one.figures.get(f"coverage@{k}"),
    )  # fmt: skip


def _whisker(ahead: Interval, scale: tuple[float, float]) -> Whisker:
    return Whisker(*(_part(at, *scale) for at in (0.0, ahead.mean, ahead.low, ahead.high)))


def _verdict(ahead: Interval) -> str:
    """Words, since colour and place alone say nothing to many."""
    if ahead.low > 0:
        return str(_("ours is better"))
    return str(_("ours is worse")) if ahead.high < 0 else str(_("too close to tell"))


def _steps(ours: ModelFigures, rival: ModelFigures) -> tuple[Step, ...]:
    """Of the lengths of history that both have."""
    theirs = {one.shop_days: one.ndcg for one in rival.by_history}
    pairs = [(one, theirs[one.shop_days]) for one in ours.by_history if one.shop_days in theirs]
    best = max([max(one.ndcg, other) for one, other in pairs], default=0.0) or 1.0
    return tuple(
        Step(_days(one.shop_days), one.n, one.ndcg, other, _part(one.ndcg, 0.0, best), _part(other, 0.0, best))
        for one, other in pairs
    )


def _part(value: float, first: float, last: float) -> float:
    """0-100, one digit behind the point."""
    return round(100 * min(1.0, max(0.0, (value - first) / ((last - first) or 1.0))), 1)


def _days(shop_days: str) -> str:
    """ "3-9" or "50+" as one says it."""
    if shop_days.endswith("+"):
        return str(_("%(n)s days or more", n=shop_days.removesuffix("+")))
    return str(_("%(days)s days", days=shop_days.replace("-", "–")))
