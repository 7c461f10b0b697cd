"""Screens by CSV: looked over line by line, all or nothing; each gets a QR that leads to where its device is let in."""

import html
import re
from io import BytesIO

import pytest

from signage.domain.place import Orientation, Zone
from signage.storage.users import Role
from signage.web.screen_list import read
from tests.signage.web.conftest import Studio, post
from tests.signage.web.test_screens import waiting

HEAD = "店舗ID,画面名,エリア,幅,高さ,場所,場所(英語),タグ\n"
PATH = "/studio/screens/list"


def upload(studio_app: Studio, content: bytes, lang: str = "en", store_id: str = "") -> tuple[int, str]:
    client = studio_app.logged_in(
        Role.APPROVER, store_id, lang, name=f"u{studio_app.ports.storage.users.found(None, '', 0, 1)[1]}"
    )
    answer = post(client, PATH, {"file": (BytesIO(content), "s.csv")})
    return answer.status_code, html.unescape(answer.text)


def there(studio_app: Studio) -> set[str]:
    return {one.name for one in studio_app.ports.storage.screens.screens()}


def test_full_width_is_as_good(studio_app: Studio) -> None:
    """As a Japanese keyboard types it. What a screen is called stays as it was typed."""
    content = (
        "店舗ＩＤ,画面名,エリア,幅,高さ, 場所（英語） \nekimae,入口①,Ｅｎｔｒａｎｃｅ,１９２０,１０８０,Front door\n"
    )
    status, page = upload(studio_app, content.encode())
    assert status == 200 and "1 screen will be added" in page
    assert "入口①" in page and "1920×1080" in page and "Front door" in page


def test_300_screens_are_looked_over_then_added_and_each_gets_its_qr(studio_app: Studio) -> None:
    before = there(studio_app)
    rows = "".join(f"ekimae,画面{n:03},通路,1080,1920,{n}番通路,Aisle {n},demo\n" for n in range(300))
    client = studio_app.logged_in(Role.APPROVER)
    page = post(client, PATH, {"file": (BytesIO((HEAD + rows).encode("cp932")), "s.csv")})
    assert page.status_code == 200 and "300 screens will be added" in page.text
    assert there(studio_app) == before, "nothing is written before it is confirmed"
    text = html.unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.S)[1])  # type: ignore[index]
    done = post(client, PATH + "/add", {"text": text}, follow_redirects=True)
    assert "300 screens have been added" in done.text and done.text.count('class="ticket"') == 300
    assert there(studio_app) - before == {f"画面{n:03}" for n in range(300)}
    [one] = [screen for screen in studio_app.ports.storage.screens.screens() if screen.name == "画面007"]
    assert (one.zone, one.orientation, one.place_en, one.language) == (
        Zone.AISLE,
        Orientation.PORTRAIT,
        "Aisle 7",
        "ja",
    )
    assert one.tags == {"demo"}
    again = post(client, PATH + "/add", {"text": text})
    assert again.status_code == 422 and "There is a screen of this name in this store already." in again.text
    assert len(studio_app.ports.storage.audit.latest(1000)) >= 300


WRONG = {
    "nowhere,a,aisle,1920,1080": "There is no store with the ID “nowhere”.", "elm,,aisle,1920,1080": "Give the screen a name",
    "elm,a,roof,1920,1080": "The zone has to be", "elm,a,aisle,x,1080": "Width and height",
    "elm,a,aisle,99999,1080": "Width and height", "elm,a,aisle,²,1080": "Width and height",
    "elm,a,aisle": "Width and height", "elm,first,aisle,1920,1080": "Line 2 has this name in this store already.",
    "elm,Dairy,aisle,1920,1080": "There is a screen of this name", "elm,a,aisle,1920,1080,,,a/b": "Use at most 10 tags",
    f"elm,{'x' * 41},aisle,1920,1080": "Give the screen a name", 'elm,"a\nb",aisle,1920,1080': "Give the screen a name",
    f"elm,a,aisle,1920,1080,{'x' * 41}": "Describe the place",
}  # fmt: skip
NO_LIST = {
    b"": "Missing: store", HEAD.encode(): "There is no screen in the file", b"a,b\n1,2\n": "Missing: store",
    b"\xff\xfe\x00x": "no CSV in UTF-8", b"store\0": "no CSV in UTF-8", b"x" * 300_001: "larger than 300 kB",
    (HEAD + 'elm,"x').encode(): "a quotation mark is in the wrong place",
    (HEAD + "elm,<script>alert(1),roof,1,1").encode(): "The zone has to be",
}  # fmt: skip


def test_what_is_wrong_is_said_by_its_line_and_nothing_is_added(studio_app: Studio) -> None:
    stores = {one.store_id: one for one in studio_app.ports.storage.screens.stores()}
    with studio_app.app.test_request_context(headers={"Accept-Language": "en"}):
        for row, says in WRONG.items():
            text = HEAD + f"elm,first,aisle,1920,1080\n\n{row}\nelm,last,aisle,1920,1080\n"
            found = read(text, stores, {("elm", "Dairy")})
            assert [(wrong.line, says in wrong.text) for wrong in found.wrong] == [(4, True)], row
            assert [one.name for _line, one in found.screens] == ["first", "last"]
    before = there(studio_app)
    client = studio_app.logged_in(Role.APPROVER)
    assert post(client, PATH + "/add", {"text": text}).status_code == 422
    assert there(studio_app) == before, "not even those that are right"


def test_what_is_no_list_is_refused(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.APPROVER)
    for content, says in NO_LIST.items():
        answer = post(client, PATH, {"file": (BytesIO(content), "s.csv")})
        page = html.unescape(answer.text)
        assert answer.status_code in {400, 422} and says in page and "<script>alert" not in page, says


def test_a_stores_own_approver_lists_its_own_store_only(studio_app: Studio) -> None:
    status, page = upload(studio_app, (HEAD + "ekimae,a,aisle,1920,1080,,,\n").encode(), store_id="elm")
    assert status == 422 and "There is no store with the ID “ekimae”." in page


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_template_can_be_uploaded_as_it_is(studio_app: Studio, lang: str) -> None:
    client = studio_app.logged_in(Role.APPROVER, lang=lang)
    template = client.get(PATH + ".csv")
    assert template.data.startswith(b"\xef\xbb\xbf")
    assert upload(studio_app, template.data, lang)[0] == 200


def test_the_qr_leads_to_where_staff_let_the_device_in(studio_app: Studio) -> None:
    text = HEAD + "elm,New one,aisle,1920,1080,,,\n"
    post(studio_app.logged_in(Role.APPROVER), PATH + "/add", {"text": text})
    [one] = [screen for screen in studio_app.ports.storage.screens.screens() if screen.name == "New one"]
    staff, elsewhere = studio_app.logged_in(Role.STAFF, "elm"), studio_app.logged_in(Role.STAFF, "ekimae")
    assert "New one" in staff.get("/studio/screens/sheet").text
    assert "New one" not in elsewhere.get("/studio/screens/sheet").text
    assert "six letters" in staff.get(f"/studio/screens/{one.screen_id}/connect").text
    assert elsewhere.get(f"/studio/screens/{one.screen_id}/connect").status_code == 404
    code, secret = waiting(studio_app)
    assert post(staff, "/studio/screens/approve", {"code": code, "name": "x", "zone": "aisle"}).status_code == 403
    assert post(elsewhere, "/studio/screens/approve", {"code": code, "replace": one.screen_id}).status_code == 404
    assert post(staff, "/studio/screens/approve", {"code": code.lower(), "replace": one.screen_id}).status_code == 302
    claimed = studio_app.ports.storage.screens.claim(secret, studio_app.ports.clock())
    assert claimed is not None and claimed[0] == one.screen_id
    assert 'class="ticket"' not in staff.get("/studio/screens/sheet").text, "it has its device"
