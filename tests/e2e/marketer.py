"""The one person of a small installation: the first run's password, then the studio."""

import csv
import io
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.e2e.shop import Shop

NAME, EMAIL, PASSWORD = "青木", "aoki@example.jp", "correct horse battery"


def set_up(page: Page, shop: Shop) -> None:
    """First run: whatever one opens, a password has to be chosen; then the studio is open. `page` speaks Japanese."""
    page.goto(f"{shop.base}/studio")
    assert page.url == f"{shop.base}/setup"
    page.get_by_label("名前").fill(NAME)
    page.get_by_label("メールアドレス").fill(EMAIL)
    page.get_by_label("パスワード", exact=True).fill(PASSWORD)
    page.get_by_label("パスワード(確認)").fill(PASSWORD)
    page.get_by_role("button", name="使い始める").click()
    expect(page.get_by_role("heading", name="放映中")).to_be_visible()


def exported(page: Page, shop: Shop, **filters: str) -> list[dict[str, str]]:
    """The report's CSV as a logged-in person gets it, its rows by the column's name."""
    answer = page.request.get(f"{shop.base}/studio/reports.csv", params=urlencode(filters))
    assert answer.status == 200
    return list(csv.DictReader(io.StringIO(answer.text().removeprefix("\ufeff"))))
