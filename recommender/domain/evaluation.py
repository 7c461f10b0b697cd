"""What an evaluation found, for people to read: how good the shipped lists are beside every model alone, and on which data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Stratum:
    """Askers with a history of so many shop-days ("3-9", "50+"): their NDCG, and how many they are."""

    shop_days: str
    ndcg: float
    n: int


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """figures: metric such as "recall@10" -> mean; ndcg stands beside them. ahead: how far the shipped lists' NDCG is ahead of
    this model's, None where that was not worked out (of the shipped lists themselves, for one)."""

    name: str
    ndcg: float
    figures: Mapping[str, float]
    ahead: Interval | None
    by_history: tuple[Stratum, ...]


@dataclass(frozen=True, slots=True)
class TaskFigures:
    """name: next, period, new, shelf, segment or promoted. k: how many ranks count. n: how many questions. models: the shipped
    lists first."""

    name: str
    k: int
    n: int
    models: tuple[ModelFigures, ...]


@dataclass(frozen=True, slots=True)
class EvaluatedOn:
    """Which purchases were learned from, and when it was judged: "" and None where that was not told. cut: the last week of
    them, where weeks have numbers."""

    name: str
    members: int | None
    items: int | None
    cut: int | None
    first_day: date | None
    last_day: date | None
    made_at: datetime | None


@dataclass(frozen=True, slots=True)
class Cost:
    """train_cpu_s: all cores together; peak_mb: of the whole evaluation; list_ms_…: one member's list, as a phone shows it."""

    train_cpu_s: float
    peak_mb: float
    list_ms_p50: float
    list_ms_p95: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """new_recall: share of what was bought for the first time that is among the candidates."""

    on: EvaluatedOn
    tasks: tuple[TaskFigures, ...]
    cost: Cost
    new_recall: float
