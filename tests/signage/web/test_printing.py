"""What is to be printed has a button for it, which a script brings and nothing breaks."""

import pytest
from playwright.sync_api import Browser, expect

from signage.storage.notices import Notice
from signage.storage.users import Role
from tests.signage.web.conftest import PASSWORD, Studio
from tests.world import START

pytestmark = pytest.mark.browser


def test_each_sheet_prints_or_has_no_button(browser: Browser, served: str, studio_app: Studio) -> None:
    storage, email = studio_app.ports.storage, studio_app.person(Role.ADMIN)
    storage.notices.save(
        Notice("ekimae", "駅前ストア株式会社", "客層の把握", "Audience counts", "03-0000-0000", START), ""
    )
    storage.screens.revoke("entrance")  # it waits for its device
    context = browser.new_context(base_url=served, locale="en-US")
    context.add_init_script("window.print = () => { document.title = 'printed'; }")
    page, faults = context.new_page(), list[str]()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto("/login")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    for address in ("/studio/screens/sheet", "/studio/notices/ekimae/poster", "/studio/reports"):
        page.goto(address)
        page.get_by_role("button", name="Print").click()
        expect(page).to_have_title("printed")
    storage.screens.issue_key("entrance")  # now every screen has its device: there is nothing to print
    page.goto("/studio/screens/sheet")
    expect(page.get_by_text("Every screen has its device.")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_have_count(0)
    assert faults == []
    context.close()
