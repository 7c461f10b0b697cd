"""Shops and browsers for the end-to-end tests."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.shop import HIDDEN, Shop, open_shop, seed, seeding
from tests.once import made_once


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A seeded data directory, made once, and its screens' keys."""

    def fill(folder: Path) -> None:
        data = folder / "data"
        data.mkdir()
        with pytest.MonkeyPatch.context() as environment:
            for name in HIDDEN:
                environment.delenv(name, raising=False)
            for name, value in seeding(data).items():
                environment.setenv(name, value)
            (folder / "keys.json").write_text(json.dumps(seed(data)))

    made = made_once(tmp_path_factory, "seeded", fill)
    return made / "data", json.loads((made / "keys.json").read_text())


@pytest.fixture(scope="module")
def shop(seeded: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    template, keys = seeded
    with open_shop(template, keys, tmp_path_factory.mktemp("shop") / "data") as opened:
        yield opened


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page(width, height, **context)` -> a page of its own context."""
    contexts = []

    def make(width: int = 1280, height: int = 800, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
