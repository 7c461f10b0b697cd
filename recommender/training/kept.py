"""The printed JSON of an evaluation <-> a file beside the artifacts that servers read; what isn't one is refused."""

import json
import math
import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import structlog

from recommender.domain.evaluation import Cost, EvaluatedOn, Evaluation, Interval, ModelFigures, Stratum, TaskFigures

NAME = "evaluation.json"
SHIPPED = "shipped"
LARGEST = 1 << 20
log = structlog.get_logger(__name__)


class NotAnEvaluation(Exception):
    """str() says why."""


def keep(artifacts: Path, text: str) -> Evaluation:
    """What `recommender evaluate --json` printed becomes the one that is shown. Raises NotAnEvaluation."""
    found = parse(text)
    artifacts.mkdir(parents=True, exist_ok=True)
    beside = artifacts / f".{NAME}.{os.getpid()}"
    beside.write_text(text, encoding="utf-8")
    beside.replace(artifacts / NAME)
    return found


def kept(artifacts: Path) -> Evaluation | None:
    """The one that was kept last; None when there is none, or none that can be read."""
    try:
        with (artifacts / NAME).open(encoding="utf-8") as file:
            return parse(file.read(LARGEST + 1))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, NotAnEvaluation) as problem:
        log.error("evaluation_unreadable", why=str(problem))
        return None


def parse(text: str) -> Evaluation:
    """Raises NotAnEvaluation."""
    if len(text) > LARGEST:
        raise NotAnEvaluation(f"it has more than {LARGEST:,} characters")
    try:
        plain = json.loads(text)
        cost = Cost(**{name: _finite(plain["cost"][name]) for name in Cost.__dataclass_fields__})
        tasks = tuple(_task(name, models) for name, models in plain["tasks"].items())
        return Evaluation(_on(plain.get("data", {})), tasks, cost, _finite(plain["new_recall"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise NotAnEvaluation(f"not what `recommender evaluate --json` prints ({problem!r})") from problem


def _on(told: Mapping[str, Any]) -> EvaluatedOn:
    members, items, cut = (None if told.get(n) is None else int(told[n]) for n in ("members", "items", "cut"))
    first, last = (date.fromisoformat(told[n]) if told.get(n) else None for n in ("first_day", "last_day"))
    made_at = datetime.fromisoformat(told["made_at"]) if told.get("made_at") else None
    if made_at is not None and made_at.tzinfo is None:
        raise ValueError("made_at has no zone")
    return EvaluatedOn(str(told.get("name", ""))[:100], members, items, cut, first, last, made_at)


def _task(name: str, models: Mapping[str, Mapping[str, Any]]) -> TaskFigures:
    shipped = models[SHIPPED]
    [ndcg] = [metric for metric in shipped if metric.startswith("ndcg@")]
    k = int(ndcg.removeprefix("ndcg@"))
    ahead = {model: Interval(*map(_finite, told)) for model, told in shipped.get("ci_vs", {}).items()}
    order = [SHIPPED, *(model for model in models if model != SHIPPED)]
    return TaskFigures(
        name, k, int(shipped["n"]), tuple(_model(model, models[model], k, ahead.get(model)) for model in order)
    )


def _model(name: str, told: Mapping[str, Any], k: int, ahead: Interval | None) -> ModelFigures:
    figures = {metric: _finite(value) for metric, value in told.items() if isinstance(value, int | float)}
    strata = tuple(
        Stratum(days, _finite(some[f"ndcg@{k}"]), int(some["n"])) for days, some in told.get("by_history", {}).items()
    )
    return ModelFigures(name, figures.pop(f"ndcg@{k}"), figures, ahead, strata)


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is no figure")
    return number
