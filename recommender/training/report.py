"""What an evaluation found: as JSON for machines, as a table for people."""

from dataclasses import asdict, dataclass
from typing import Any

from recommender.training.answers import Figures


@dataclass(frozen=True, slots=True)
class Cost:
    """train_cpu_s: all cores together; peak_mb: of the whole evaluation; list_ms_…: one member's list, as a phone shows it."""

    train_cpu_s: float
    peak_mb: float
    list_ms_p50: float
    list_ms_p95: float


@dataclass(frozen=True, slots=True)
class Report:
    """tasks: task -> model -> metric. new_recall: share of what was bought for the first time that is among the candidates."""

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
