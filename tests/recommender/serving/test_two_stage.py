"""Lists by the learned ranker: as long as they must be, with true reasons, and the same every time."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from recommender.algorithms import plugged
from recommender.algorithms.algorithm import Lines, Query, Scores
from recommender.algorithms.heads import Heads
from recommender.artifacts import Artifacts, Store
from recommender.domain.history import MemberHistory
from recommender.domain.recommendation import ReasonCode
from recommender.serving import personal
from recommender.training.fit import fit
from tests.recommender import rhythm

NOW = datetime.fromordinal(rhythm.TODAY).replace(hour=3, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Backwards:
    """A retailer's own model: what was never bought, the last item first."""

    items: np.ndarray

    @classmethod
    def fit(cls, lines: Lines) -> "Backwards":
        return cls(np.array(lines.items))

    def scores(self, query: Query) -> Scores:
        return np.linspace(0, 1, int(self.items), dtype=np.float32)


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    store = Store(tmp_path_factory.mktemp("artifacts"))
    own = {"backwards": Backwards}
    store.publish([rhythm.items(), *fit(rhythm.lines(), lambda stage, done: None, own=own)], {})
    return store.current()


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(personal, "_own", lambda: (Backwards,))
    yield


def history(*lines: tuple[int, int]) -> MemberHistory:
    """(item, days ago) each."""
    return MemberHistory.of([rhythm.gtin(i) for i, _ in lines], [rhythm.TODAY - ago for _, ago in lines])


WEEKLY = history(*((10, 7 * week) for week in range(16)), (0, 0), (0, 56), (1, 49), (1, 105))


def test_the_heads_were_learned_and_rank(artifacts: Artifacts) -> None:
    assert artifacts.get(Heads) is not None
    suited = personal.suit(artifacts, rhythm.items(), WEEKLY, "east", rhythm.TODAY)
    assert not np.array_equal(np.argsort(-suited.total), np.argsort(-suited.blend.total))
    assert int(suited.total.argmax()) == 10
    assert suited.total[1] > suited.total[0]  # due again, and just bought


def test_a_list_is_whole_ordered_and_says_why(artifacts: Artifacts) -> None:
    picks = personal.rank(artifacts, WEEKLY, "east", NOW, 20, public=False)
    assert len({p.gtin for p in picks}) == 20
    assert picks == personal.rank(artifacts, WEEKLY, "east", NOW, 20, public=False)
    bought = {f"{rhythm.gtin(i):014d}" for i in (0, 1, 10)}
    assert all((p.reason is ReasonCode.DUE_AGAIN) == (p.gtin in bought) for p in picks)
    assert (picks[0].gtin, picks[0].detail, picks[0].score) == (f"{rhythm.gtin(10):014d}", "7 days", 1.0)


def test_with_few_visits_the_ranker_is_not_asked(artifacts: Artifacts) -> None:
    suited = personal.suit(artifacts, rhythm.items(), history((10, 7), (10, 0)), "east", rhythm.TODAY)
    np.testing.assert_array_equal(suited.total, suited.blend.total)


def test_unknown_products_alone_are_no_history(artifacts: Artifacts) -> None:
    picks = personal.rank(artifacts, history((900, 21), (901, 14), (902, 0)), "nowhere", NOW, 5, public=True)
    assert len(picks) == 5
    assert {p.reason for p in picks} == {ReasonCode.POPULAR_HERE}


def test_a_retailers_own_model_is_published_and_asked(artifacts: Artifacts, own: None) -> None:
    model = artifacts.get(Backwards)
    assert model is not None
    assert len(personal.rank(artifacts, WEEKLY, "east", NOW, 20, public=False)) == 20


def test_a_model_that_is_none_is_named_and_lists_go_on(
    artifacts: Artifacts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "their_models-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: their-models\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(
        "[shelfcast.models]\nbackwards = tests.recommender.serving.test_two_stage:Backwards\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    plugged.plugged.cache_clear()
    found = plugged.plugged()["backwards"]
    assert [f.name for f in fields(found)] == ["items"]  # type: ignore[arg-type]
    (package / "entry_points.txt").write_text("[shelfcast.models]\nbroken = tests.recommender.rhythm:purchases\n")
    plugged.plugged.cache_clear()
    with pytest.raises(plugged.BadModel, match=r"broken \(tests.recommender.rhythm:purchases\)"):
        plugged.plugged()
    personal._own.cache_clear()
    with capture_logs() as said:
        assert len(personal.rank(artifacts, WEEKLY, "east", NOW, 20, public=False)) == 20, "lists go on without it"
    assert [(line["event"], line["log_level"]) for line in said] == [("own_models_left_out", "error")]
    monkeypatch.undo()
    plugged.plugged.cache_clear()
    personal._own.cache_clear()
