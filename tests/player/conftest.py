"""Fixtures of the player's browser tests: a fake server per test, pages that report their own errors."""

from collections.abc import Callable, Iterator
from io import BytesIO

import av
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from tests.player.fakes import FakeServer, running

OpenPage = Callable[..., Page]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running() as fake:
        yield fake


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 960, "height": 540})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; an error that nobody caught in it fails the test."""
    errors: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []


def png(colour: tuple[int, int, int], size: tuple[int, int] = (640, 360)) -> bytes:
    """A plain picture."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def film(colour: tuple[int, int, int], size: tuple[int, int] = (160, 90)) -> bytes:
    """Two seconds of VP9; a number of its frames changes a little, so that it moves."""
    out = BytesIO()
    with av.open(out, "w", format="webm") as container:
        stream = container.add_stream("libvpx-vp9", rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(20):
            picture = np.full((size[1], size[0], 3), colour, np.uint8)
            picture[size[1] // 2, size[0] // 2] = number
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return out.getvalue()


@pytest.fixture(scope="session")
def webm() -> bytes:
    """Two seconds of VP9 whose every frame is bright."""
    return film((240, 210, 120))
