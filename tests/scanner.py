"""A USB scanner at a player page."""

import time

from playwright.sync_api import Page


def scanned(page: Page, text: str) -> None:
    """Real key events with a scanner's own pace in their times, however late a busy machine delivers them."""
    keyboard = page.context.new_cdp_session(page)
    at = time.time()
    for number, key in enumerate([*text, "Enter"]):
        press = {"type": "keyDown", "key": key, "text": "\r" if key == "Enter" else key, "timestamp": at + number / 100}
        keyboard.send("Input.dispatchKeyEvent", press)
    keyboard.detach()
