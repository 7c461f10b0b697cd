"""A shelf label opened on a phone that runs no script, in ja and en; and labels that lead nowhere."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.shop import MILK, STORE, Shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def shop(common_shop: Shop) -> Shop:
    return common_shop


@pytest.mark.parametrize(("locale", "name", "stock"), [("ja-JP", "牛乳", "在庫あり"), ("en-US", "Milk", "In stock")])
def test_the_label_opens_the_product(
    shop: Shop, open_page: Callable[..., Page], locale: str, name: str, stock: str
) -> None:
    page = open_page(390, 800, java_script_enabled=False, locale=locale)
    answer = page.goto(f"{shop.base}/01/{MILK}?s={STORE}")
    assert answer is not None
    assert answer.status == 200
    assert page.url == f"{shop.base}/p/{MILK}?s={STORE}"
    assert page.locator("h1").inner_text() == name
    text = page.inner_text("body")
    assert stock in text
    assert "248" in text
    assert page.locator("html").get_attribute("lang") == locale[:2]
    assert page.context.cookies() == []


def test_a_short_code_is_the_same_product(shop: Shop, open_page: Callable[..., Page]) -> None:
    page = open_page(390, 800, java_script_enabled=False)
    page.goto(f"{shop.base}/01/{MILK[1:]}?s={STORE}")
    assert page.url.startswith(f"{shop.base}/p/{MILK}")


@pytest.mark.parametrize(
    ("label", "status", "words"), [(MILK[:-1] + "1", 400, "最後の1桁"), ("04912345678904", 404, "見つかりません")]
)
def test_a_label_that_leads_nowhere_says_so(
    shop: Shop, open_page: Callable[..., Page], label: str, status: int, words: str
) -> None:
    page = open_page(390, 800, java_script_enabled=False, locale="ja-JP")
    answer = page.goto(f"{shop.base}/01/{label}")
    assert answer is not None
    assert answer.status == status
    assert words in page.inner_text("body")
