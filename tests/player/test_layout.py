"""What a card leaves out, puts in its place and never runs. Whether it can be read: test_legibility."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.player.fakes import FakeServer
from tests.player.gallery import SIZES, render
from tests.player.samples import card, product

pytestmark = pytest.mark.browser
OpenGallery = Callable[[str], Page]


@pytest.fixture
def open_gallery(server: FakeServer, browser: Browser) -> Iterator[OpenGallery]:
    pages: list[Page] = []

    def make(form: str) -> Page:
        width, height = SIZES[form]
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(f"{server.url}/gallery")
        pages.append(page)
        return page

    yield make
    for page in pages:
        page.close()


def test_no_two_products_that_read_alike_on_one_screen(open_gallery: OpenGallery) -> None:
    page = open_gallery("portrait")
    twin = product(1, "ja") | {"gtin": "02000010009999"}
    alike = card("ranking", "ja", [product(1, "ja"), twin, product(2, "ja")], title="人気ランキング")
    render(page, alike, "ja", camera=False, guest=False)
    assert page.locator(".layer.in .row").count() == 2


def test_a_count_older_than_two_minutes_is_not_shown(open_gallery: OpenGallery) -> None:
    page = open_gallery("portrait")
    old = product(1, "ja", stock=("red", 2))
    old["stock"]["as_of_ms"] = 1795219200000 - 120_001  # the gallery's now is 1795219200000
    render(page, card("ranking", "ja", [old, product(2, "ja", stock=("red", 3))]), "ja", camera=False, guest=False)
    text = page.inner_text(".layer.in .card")
    assert "あと2点" not in text and "在庫は売場でご確認ください" in text and "あと3点" in text


def test_a_picture_that_is_missing_becomes_the_familys_letter(open_gallery: OpenGallery) -> None:
    page = open_gallery("landscape")
    lost = product(0, "ja") | {"pictogram": "no-such-thing"}
    evil = product(2, "ja") | {"pictogram": "../../player/icon"}
    for item, letter in ((lost, "飲"), (evil, "乳")):
        render(page, card("product", "ja", [item]), "ja", camera=False, guest=False)
        assert page.inner_text(".layer.in .tile .letter") == letter
    assert page.locator(".layer.in .picto").count() == 0


def test_what_a_card_says_is_text_and_never_markup(open_gallery: OpenGallery) -> None:
    page = open_gallery("landscape")
    script = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    evil = product(0, "en") | {
        "name": script,
        "short": "",
        "sub": script,
        "tint": "red;background:url(//evil)",
        "deep": "x",
    }
    hostile = card("product", "en", [evil], qr={"size": 29, "path": 'M0 0"><script>', "caption": script}, place=script)
    render(page, hostile, "en", camera=False, guest=False)
    assert page.locator(".layer.in script, .layer.in img[src=x], .layer.in .qr").count() == 0
    assert "<script>" in page.inner_text(".layer.in .name")
