"""What a player's page shows, read from outside: what it says of itself, and its pixels."""

import io
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Page

from tests.e2e.shop import Shop, wait_for


def said(page: Page, name: str) -> str:
    """What the page says of itself in `<body data-…>`, "" when it says nothing."""
    return str(page.evaluate("name => document.body.dataset[name] || ''", name))


def playing(
    shop: Shop, open_page: Callable[..., Page], screen_id: str, *, width: int = 1280, height: int = 720
) -> Page:
    """A page that is this screen's player, connected and showing something."""
    page = open_page(width, height)
    page.goto(shop.player(screen_id))
    wait_for(lambda: said(page, "online") == "true" and said(page, "spot"), what="the first spot")
    return page


def picture(page: Page) -> Image.Image:
    """The pixels on the glass, RGB."""
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")
