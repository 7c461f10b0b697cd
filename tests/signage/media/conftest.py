"""A store of its own for every test."""

from pathlib import Path

import pytest

from signage.media.store import MediaStore


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")
