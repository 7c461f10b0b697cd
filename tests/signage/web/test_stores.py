"""Stores in the studio: a new install gets its first one, each is checked, and a store's own login keeps to its own."""

from collections.abc import Iterator

import pytest
from flask import abort
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, delete

from signage.domain.errors import Unavailable
from signage.domain.place import Position, Store
from signage.http import RETRY_S
from signage.storage.engine import write
from signage.storage.schema import screens, stores
from signage.storage.users import Role
from tests.signage.web.conftest import PASSWORD, Studio, post
from tests.signage.web.test_marketer import shot
from tests.signage.web.test_screens import XSS, waiting

KITA = {
    "store_id": "kita_2-A", "name_ja": "北口店", "name_en": "North Gate", "zone": "Asia/Tokyo", "currency": "jpy",
    "language": "ja", "own_percent": "100", "own_approval": "y",
}  # fmt: skip
MADE = Store("kita_2-A", "北口店", "North Gate", "Asia/Tokyo", "JPY")


@pytest.fixture
def empty(studio_app: Studio, engine: Engine) -> Studio:
    """As after `shelfcast run` on an empty machine: no store, no screen."""

    def work(connection: object) -> None:
        for table in (screens, stores):
            connection.execute(delete(table))  # type: ignore[attr-defined]

    write(engine, work)
    return studio_app


def kept(studio_app: Studio, store_id: str = "kita_2-A") -> Store | None:
    return studio_app.ports.storage.screens.store(store_id)


def test_from_setup_to_the_first_screen(empty: Studio) -> None:
    client = empty.client()
    form = {"name": "Ada", "email": "ada@example.jp", "password": PASSWORD, "again": PASSWORD}
    post(client, "/setup", form, page="/setup")
    code, secret = waiting(empty)
    for page in ("/studio", "/studio/screens", "/studio/notices"):
        text = client.get(page).text
        assert "Add the store first" in text and 'class="button main" href="/studio/stores"' in text, page
        assert "Connect this device" not in text, "without a store it would only fail"
    assert 'value="Asia/Tokyo"' in client.get("/studio/stores").text
    fields = KITA | {"language": "en"}
    added = post(client, "/studio/stores", fields, follow_redirects=True)
    assert "North Gate has been added." in added.text
    assert "Connect a screen" in client.get("/studio").text
    assert "Connect this device" in client.get("/studio/screens").text
    post(client, "/studio/screens/approve", {"code": code, "name": "E1", "zone": "entrance", "store_id": "kita_2-A"})
    [screen] = empty.ports.storage.screens.screens("kita_2-A")
    assert screen.language == "en", "the store's"
    claimed = empty.ports.storage.screens.claim(secret, empty.ports.clock())
    assert claimed is not None and claimed[0] == screen.screen_id


def test_whoever_may_not_add_a_store_is_told_who_may(empty: Studio) -> None:
    for page in ("/studio", "/studio/screens"):
        text = empty.logged_in(Role.APPROVER, name=page).get(page).text
        assert "Ask an administrator to add it." in text and "/studio/stores" not in text, page


def test_a_store_is_added_and_edited(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN)
    assert post(client, "/studio/stores", KITA).location == "/studio/stores"
    assert kept(studio_app) == MADE
    changed = {"name_ja": "北店", "name_en": "North", "zone": "America/Denver", "currency": "USD", "language": "en",
               "own_percent": "20", "contact": "情報システム 03-0000-0000", "position": "35.681236,139.767125"}  # fmt: skip
    path = f"/studio/stores/{MADE.store_id}"
    ticked = changed | {"restricted_without_camera": "y", "store_id": "other", "simulated": "y"}
    assert post(client, path, ticked).status_code == 302
    assert kept(studio_app) == Store(
        MADE.store_id, "北店", "North", "America/Denver", "USD", "en", restricted_without_camera=True,
        contact="情報システム 03-0000-0000", own_percent=20, own_approval=False, position=Position(35.681236, 139.767125),
    )  # fmt: skip
    assert kept(studio_app, "other") is None, "an ID is for ever"
    page = client.get(path).text
    assert 'value="35.681236, 139.767125"' in page, "as it is kept"
    assert 'value="北店"' in page and "checked" in page and 'name="store_id"' not in page
    post(client, path, changed | {"position": ""})
    after = kept(studio_app)
    assert after is not None and after.position is None and not after.restricted_without_camera, (
        "a box that isn't ticked sends nothing"
    )
    assert studio_app.heard.changed == [[MADE.store_id]] * 3
    told = [
        (entry.verb, entry.who) for entry in studio_app.ports.storage.audit.latest() if entry.subject == MADE.store_id
    ]
    assert told == [("store_edited", "admin"), ("store_edited", "admin"), ("store_added", "admin")]
    assert "Store edited" in client.get("/studio/history").text


def test_what_is_simulated_stays_labelled(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN)
    post(client, "/studio/stores/ekimae", KITA)
    after = kept(studio_app, "ekimae")
    assert after is not None and after.simulated and after.name_ja == "北口店"
    assert "Simulated" in client.get("/studio/stores/ekimae").text and "Simulated" in client.get("/studio/stores").text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"store_id": ""}, "Enter an ID."), ({"store_id": "a b"}, "Use letters a to z"), ({"store_id": "駅"}, "Use letters a"),
        ({"store_id": "../x"}, "Use letters a to z"), ({"store_id": "x" * 65}, "at most 64"),
        ({"store_id": "ekimae"}, "a store with this ID already"),
        ({"name_ja": "  "}, "Enter a name."), ({"name_en": "x" * 41}, "at most 40"), ({"name_ja": "a\0b"}, "on one line"),
        ({"name_en": "a\nb"}, "on one line"), ({"zone": "Asia/Tokio"}, "no such time zone"), ({"zone": "Asia"}, "no such time"),
        ({"zone": "localtime"}, "no such time zone"), ({"zone": "../etc/passwd"}, "no such time zone"),
        ({"zone": "a\0b"}, "no such time zone"), ({"zone": ""}, "Enter a time zone."),
        ({"currency": "YEN"}, "no such currency"), ({"currency": "DEM"}, "no such currency"), ({"currency": ""}, "Enter a curr"),
        ({"language": "fr"}, "Choose a language."),
        ({"position": "35.68"}, "Write it like 35.681236"), ({"position": "139.76, 35.68"}, "Write it like 35.681236"),
        ({"position": "\"><b>"}, "Write it like 35.681236"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(studio_app: Studio, wrong: dict[str, str], says: str) -> None:
    client, before = studio_app.logged_in(Role.ADMIN), studio_app.ports.storage.screens.stores()
    fields = KITA | wrong
    answer = post(client, "/studio/stores", fields)
    assert answer.status_code == 422
    assert says in answer.text and 'aria-invalid="true"' in answer.text
    assert studio_app.ports.storage.screens.stores() == before and studio_app.heard.changed == []
    if "store_id" not in wrong:
        assert post(client, "/studio/stores/ekimae", fields).status_code == 422
        assert studio_app.ports.storage.screens.stores() == before
        assert "北口店" in answer.text or "name_ja" in wrong, "what was typed is still there"


def test_errors_are_japanese_too(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN, lang="ja")
    assert "このタイムゾーンはありません。" in post(client, "/studio/stores", KITA | {"zone": "Mars/Base"}).text


def test_a_name_is_text(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN)
    post(client, "/studio/stores", KITA | {"name_en": XSS[:40]})
    for path in ("/studio/stores", "/studio/stores/kita_2-A", "/studio/screens", "/studio/notices"):
        assert "<script>alert" not in client.get(path).text, path


def test_a_stores_own_administrator_keeps_to_it(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN, "elm")
    page = client.get("/studio/stores").text
    assert "Elm Street" in page and "Station Front" not in page and "Add a store" not in page
    assert post(client, "/studio/stores", KITA).status_code == 403
    assert client.get("/studio/stores/ekimae").status_code == 404
    assert post(client, "/studio/stores/ekimae", KITA).status_code == 404
    assert post(client, "/studio/stores/elm", KITA).status_code == 302
    assert kept(studio_app) is None
    assert [one.name_en for one in studio_app.ports.storage.screens.stores()] == ["Station Front", "North Gate"]


def test_503_says_when_to_come_back(studio_app: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> str:
        raise Unavailable("live_unavailable", "Away.", "応答しません。")

    client = studio_app.logged_in(Role.ADMIN)
    for endpoint, path in (("studio.stores", "/studio/stores"), ("studio_api.now", "/v1/studio/now")):
        for view in (away, lambda: abort(503)):
            view.needs_role = Role.VIEWER  # type: ignore[attr-defined]
            monkeypatch.setitem(studio_app.app.view_functions, endpoint, view)
            answer = client.get(path)
            assert (answer.status_code, answer.headers.get("Retry-After")) == (503, str(RETRY_S[503])), path
    assert "Retry-After" not in client.get("/studio").headers


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    context = browser.new_context(base_url=served, viewport={"width": 1440, "height": 900}, locale="ja-JP")
    yield context.new_page()
    context.close()


@pytest.mark.browser
def test_the_first_store_in_the_browser(empty: Studio, page: Page) -> None:
    page.goto("/setup")
    page.get_by_label("名前").fill("青木")
    page.get_by_label("メールアドレス").fill("aoki@example.jp")
    page.get_by_label("パスワード", exact=True).fill(PASSWORD)
    page.get_by_label("パスワード(確認)").fill(PASSWORD)
    page.get_by_role("button", name="使い始める").click()
    shot(page, "home-no-store")
    page.get_by_role("link", name="店舗を追加").click()
    page.get_by_label("店舗ID").fill("kita")
    page.get_by_label("名前(日本語)").fill("北口店")
    page.get_by_label("名前(英語)").fill("North Gate")
    page.get_by_label("タイムゾーン").fill("Asia/Tokio")
    shot(page, "stores-empty")
    page.get_by_role("button", name="追加する").press("Enter")
    expect(page.get_by_text("このタイムゾーンはありません。")).to_be_visible()
    shot(page, "stores-wrong")
    page.get_by_label("タイムゾーン").fill("Asia/Tokyo")
    page.get_by_role("button", name="追加する").click()
    page.get_by_role("link", name="北口店").click()
    expect(page.get_by_label("通貨")).to_have_value("JPY")
    shot(page, "store")
    stored = kept(empty, "kita")
    assert stored is not None and stored.currency == "JPY"
