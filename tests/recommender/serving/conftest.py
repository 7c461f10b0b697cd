"""The small shop, trained and opened as a server opens it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.artifacts import Artifacts, Store
from recommender.domain.items import Items
from recommender.training.fit import fit
from recommender.training.matrix import encode
from tests.recommender import camps

Trained = Callable[..., Artifacts]


@pytest.fixture
def trained(tmp_path: Path) -> Trained:
    """Items (the shop's own by default) and `only` -> the opened version."""

    def _trained(items: Items | None = None, only: str | None = None) -> Artifacts:
        store = Store(tmp_path / "artifacts")
        table = items or camps.items()
        store.publish([table, *fit(encode(camps.purchases(), table.gtin), lambda stage, done: None, only, own={})], {})
        return store.current()

    return _trained
