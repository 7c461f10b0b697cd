"""One evaluation: the models as a server opens them, the models beside them, and what asking them costs."""

import resource
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Algorithm, Lines, Query, Scores
from recommender.artifacts import Artifacts, Store
from recommender.domain.evaluation import Cost
from recommender.domain.history import MemberHistory
from recommender.domain.items import Items
from recommender.domain.recommendation import Scored
from recommender.training.answers import RANKS, SHIPPED, Answers
from recommender.training.baselines import Baselines
from recommender.training.fit import Progress, facts, fit
from recommender.training.report import Data, Report


@dataclass(frozen=True, slots=True)
class Serving:
    """The functions of `recommender.serving` under test. Scores have one element per item."""

    member: Callable[[Artifacts, Items, MemberHistory, str, int], Scores]
    shown: Callable[[Artifacts, MemberHistory, str, datetime, int], list[Scored]]
    shelf: Callable[[Artifacts, NDArray[np.int64], str], Scores]
    promoted: Callable[[Artifacts, str, int, NDArray[np.int64]], Scores]
    segment: Callable[[Artifacts, Query, int], Scores]
    groups: tuple[str, ...]


@dataclass(slots=True)
class Session:
    """One evaluation under way: what is judged, and what it cost so far."""

    serving: Serving
    plugged: Mapping[str, type[Algorithm]]
    items: Items
    lines: Lines
    progress: Progress
    train_cpu_s: float = 0.0
    list_s: list[float] = field(default_factory=list)
    new_recall: list[float] = field(default_factory=list)

    @contextmanager
    def trained(self) -> Iterator[tuple[Artifacts, Baselines]]:
        """What ships as a server opens it, and the models beside it."""
        began = process_time()
        kinds = dict(self.plugged)
        with published(
            self.lines, [self.items, *fit(self.lines, _part(self.progress, 0.0, 0.5), own=kinds)]
        ) as artifacts:
            self.train_cpu_s = process_time() - began
            self.progress("baselines", 0.5)
            yield artifacts, Baselines.fit(self.lines, artifacts, kinds)

    def ask(
        self, artifacts: Artifacts, beside: Baselines, history: MemberHistory, store_id: str, today: int
    ) -> tuple[dict[str, Scores], NDArray[np.int64], NDArray[np.int64]]:
        """One member -> (each model's scores, what they bought, their list as a phone shows it)."""
        index = self.items.find(history.gtin)
        known = index >= 0
        age = history.baskets - 1 - history.basket[known].astype(np.int64)
        query = Query(store_id, index[known], age, today - history.day[known].astype(np.int64), day=today)
        scores = {SHIPPED: self.serving.member(artifacts, self.items, history, store_id, today)}
        scores |= beside.of_member(query)
        began = perf_counter()
        noon = datetime.combine(date.fromordinal(today), time(), UTC)
        shown = self.serving.shown(artifacts, history, store_id, noon, RANKS)
        self.list_s.append(perf_counter() - began)
        return scores, np.unique(query.item), self.items.locate([s.gtin for s in shown])

    def report(self, answers: Mapping[str, Answers], name: str, cut: int | None, made_at: datetime) -> Report:
        first, last = (date.fromordinal(int(edge(self.lines.day))).isoformat() for edge in (np.min, np.max))
        members = len(np.unique(self.lines.buyer[self.lines.buyer >= 0]))
        data = Data(name, cut, members, len(self.items), first, last, made_at.isoformat(timespec="seconds"))
        p50, p95 = (1000 * np.percentile(self.list_s, [50, 95])).tolist() if self.list_s else (0.0, 0.0)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told = {name: answer.figures(len(self.items)) for name, answer in answers.items()}
        recall = float(np.mean(self.new_recall)) if self.new_recall else 0.0
        return Report(data, told, Cost(self.train_cpu_s, peak, p50, p95), recall)


@contextmanager
def published(lines: Lines, models: list[object]) -> Iterator[Artifacts]:
    """The models as a server opens them, out of a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="evaluate-") as folder:
        store = Store(Path(folder))
        store.publish(models, facts(lines))
        yield store.current()


def _part(progress: Progress, first: float, last: float) -> Progress:
    """A stage's own 0-1 as a part of the whole."""
    return lambda stage, share: progress(stage, first + share * (last - first))
