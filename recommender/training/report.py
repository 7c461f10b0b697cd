"""What an evaluation found: as JSON for machines, as a table for people."""

from dataclasses import asdict, dataclass
from typing import Any

from recommender.domain.evaluation import Cost
from recommender.training.answers import Figures


@dataclass(frozen=True, slots=True)
class Data:
    """What was learned from and when it was judged. cut: the last week of it, None where there are no numbered weeks; members:
    those whose purchases taught; days and made_at: ISO 8601."""

    name: str
    cut: int | None
    members: int
    items: int
    first_day: str
    last_day: str
    made_at: str


@dataclass(frozen=True, slots=True)
class Report:
    """tasks: task -> model -> metric. new_recall: share of what was bought for the first time that is among the candidates."""

    data: Data
    tasks: dict[str, dict[str, Figures]]
    cost: Cost
    new_recall: float

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def table(self) -> str:
        """One row per task and model: means, and how far the shipped lists are ahead with a 95 % interval."""
        rows = [f"{'task':10}{'model':20}figures"]
        for task, models in self.tasks.items():
            ahead = models["shipped"].get("ci_vs", {})
            for model, values in models.items():
                told = [_figure(name, value) for name, value in values.items() if isinstance(value, int | float)]
                if model in ahead:
                    told.append("shipped {:+.4f} [{:+.4f}, {:+.4f}]".format(*ahead[model]))
                rows.append(f"{task:10}{model:20}{'  '.join(told)}")
        cost = "  ".join(f"{name} {value:.1f}" for name, value in asdict(self.cost).items())
        return "\n".join([*rows, f"new among candidates {self.new_recall:.4f}", cost])


def _figure(name: str, value: float) -> str:
    return f"{name} {value:.0f}" if name == "n" else f"{name} {value:.4f}"
