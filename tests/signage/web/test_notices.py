"""The camera notice on paper: made of the same settings as the public page, on one sheet, refused while it is incomplete."""

import io
import re
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

from signage.domain.camera_policy import CameraPolicy
from signage.domain.place import CameraMode
from signage.storage.notices import Notice
from signage.storage.users import Role
from signage.web.ports import EXTENSION
from signage.web.poster_pages import ROOMY, TIGHT
from tests.signage.web.conftest import Studio, post
from tests.signage.web.test_screens import NOTICE as FORM
from tests.world import START

POSTER = "/studio/notices/ekimae/poster"
NOTICE = Notice(
    "ekimae", "株式会社 駅前", "混雑の把握のため", "To see how busy it is", "お客様窓口\n03-0000-0000", START
)  # fmt: skip
LONG = replace(
    NOTICE, operator="株" * 400, purpose_ja="混雑の把握。" * 66, purpose_en="How busy it is; " * 25, contact="窓口 " * 133
)  # fmt: skip
EDGES = """() => {
  const of = (name) => document.querySelector(name).getBoundingClientRect();
  const [sheet, first, second, qr] = ['.sheet', '.first', '.second', '.qr'].map(of);
  const [facts, words] = ['.first .facts', '.second .facts'].map(of);
  return {
    sheet: sheet.bottom, first: first.bottom, facts: facts.bottom, second: second.bottom, words: words.bottom,
    wide: words.right, qr: qr.top, under: qr.bottom, left: qr.left,
  };
}"""


def test_no_poster_before_the_notice_is_complete(studio_app: Studio) -> None:
    client, notices = studio_app.logged_in(Role.VIEWER), studio_app.ports.storage.notices
    for unfinished in (None, replace(NOTICE, purpose_en=" ")):
        if unfinished:
            notices.save(unfinished, "")
        answer = client.get(POSTER)
        assert answer.status_code == 409 and "Fill in all its fields" in answer.text
        assert POSTER not in client.get("/studio/notices").text
    notices.save(NOTICE, "")
    assert POSTER in client.get("/studio/notices").text
    assert client.get(POSTER).status_code == 200
    assert studio_app.logged_in(Role.ADMIN, "elm").get(POSTER).status_code == 404
    assert studio_app.client().get(POSTER).status_code == 302


@pytest.mark.parametrize(("lang", "named"), [("en", "Purpose (English)"), ("ja", "利用目的(英語)")])
def test_what_lacks_is_named_and_one_press_away_and_is_no_success(studio_app: Studio, lang: str, named: str) -> None:
    client = studio_app.logged_in(Role.ADMIN, lang=lang)
    lacking = FORM | {"purpose_en": " ", "contact": ""}
    page = post(client, "/studio/notices/ekimae", lacking, follow_redirects=True).text
    [told] = re.findall(r'<p class="note ([a-z]+)" role="(\w+)">(.*?)</p>', page)
    assert told[:2] == ("bad", "alert") and f'<a href="#purpose_en-ekimae">{named}</a>' in told[2]
    assert 'href="#contact-ekimae"' in told[2] and "operator" not in told[2]
    for field in ("purpose_en", "contact"):
        assert re.search(rf'id="{field}-ekimae"[^>]* aria-invalid="true" aria-describedby="{field}-ekimae-wrong"', page)
    assert "aria-invalid" not in re.search(r'id="operator-ekimae"[^>]*', page)[0]  # type: ignore[index]
    page = post(client, "/studio/notices/ekimae", FORM, follow_redirects=True).text
    assert 'class="note good" role="status"' in page and "aria-invalid" not in page


def test_both_languages_and_what_the_cameras_are_set_to(studio_app: Studio) -> None:
    storage = studio_app.ports.storage
    storage.notices.save(replace(NOTICE, contact="<script>x</script>"), "")
    page = studio_app.logged_in(Role.VIEWER, lang="ja").get(POSTER).text
    assert page.index("カメラ利用のお知らせ</h1>") < page.index("About our cameras</h1>")
    assert "人数と年代を推定中・映像は保存しません" in page and "Estimating numbers and age bands" in page
    assert "最長24時間" in page and "at most 24 hours" in page and "400日" in page
    assert "混雑の把握のため" in page and "To see how busy it is" in page
    assert "<script>x" not in page and page.count("&lt;script&gt;x") == 2
    counting = studio_app.logged_in(Role.VIEWER, name="c").get(f"{POSTER}?mode=presence").text
    assert "Counting people · no video is kept" in counting and "age bands are estimated" not in counting
    assert counting.index("About our cameras") < counting.index("カメラ利用のお知らせ</h1>")
    public = studio_app.client("ja").get("/privacy/camera?store=ekimae").text
    assert "最長24時間" in public and "推定した年代" in public


def sized(cells: int) -> Notice:
    """As much text as that, in half-width letters, in either language."""
    left = cells - 40
    return replace(
        NOTICE, operator="株" * 10, contact="窓" * 10, purpose_ja="混雑" * (left // 4), purpose_en="busy hour " * (left // 10)
    )  # fmt: skip


@pytest.mark.browser
def test_it_fits_a_sheet_and_its_code_leads_to_the_public_page(
    browser: Browser, served: str, studio_app: Studio
) -> None:
    app = studio_app.app
    app.extensions[EXTENSION] = replace(studio_app.ports, base_url="https://shop.example.jp")
    client = studio_app.logged_in(Role.VIEWER)
    cookie = client.get_cookie("shelfcast")
    assert cookie is not None
    context = browser.new_context(base_url=served, viewport={"width": 1200, "height": 1250}, locale="ja-JP")
    context.add_cookies([{"name": "shelfcast", "value": cookie.value, "url": served}])
    page = context.new_page()
    notices = [(one, lang) for one in (LONG, sized(TIGHT), sized(ROOMY), NOTICE) for lang in ("en", "ja")]
    for notice, lang in notices:
        app.extensions[EXTENSION].storage.notices.save(notice, "")
        page.goto(f"{POSTER}?lang={lang}&mode=demographics")
        page.evaluate("document.fonts.ready.then(() => true)")
        at = page.evaluate(EDGES)
        assert at["facts"] <= at["first"] <= at["qr"], "nothing of the upper half runs into the code"
        assert at["words"] <= at["second"] <= at["sheet"] + 1 and at["under"] < at["sheet"] and at["wide"] < at["left"]
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type /Page\b", printed)) == 1
    [box] = set(re.findall(rb"/MediaBox \[([\d. ]+)\]", printed))
    assert [round(float(number)) for number in box.split()] == [0, 0, 595, 842]
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))
    assert [code.text for code in codes] == ["https://shop.example.jp/privacy/camera?store=ekimae"]
    context.close()


def test_a_region_decides_the_most_that_a_camera_may_do(studio_app: Studio) -> None:
    policy = CameraPolicy({"Asia/Tokyo": CameraMode.PRESENCE, "America": CameraMode.OFF})
    studio_app.app.extensions[EXTENSION] = replace(studio_app.ports, camera_policy=policy)
    storage = studio_app.ports.storage
    for store in ("ekimae", "elm"):
        storage.notices.save(replace(NOTICE, store_id=store), "")
    client = studio_app.logged_in(Role.ADMIN)
    fields = {"name": "Aisle", "zone": "aisle", "tags": ""}
    refused = post(client, "/studio/screens/aisle/edit", fields | {"camera": "demographics"})
    assert refused.status_code == 400 and "In this store" in refused.text
    assert 'value="demographics"' not in client.get("/studio/screens/aisle").text
    assert post(client, "/studio/screens/dairy/edit", fields | {"camera": "presence"}).status_code == 400
    assert post(client, "/studio/screens/aisle/edit", fields | {"camera": "presence"}).status_code == 302
    changed = storage.screens.screen("aisle")
    assert changed is not None and changed.camera is CameraMode.PRESENCE


@pytest.mark.parametrize(
    ("zone", "most"),
    [
        ("Asia/Tokyo", "demographics"), ("Asia/Tokyo_2", "presence"), ("Europe/Berlin", "off"), ("America/Chicago", "presence"),
        ("America/Indiana/Knox", "off"), ("UTC", "presence"),
    ],
)  # fmt: skip
def test_the_narrowest_region_that_fits_holds(zone: str, most: str) -> None:
    told = {"Asia/Tokyo": "demographics", "Europe": "off", "America/Indiana": "off", "*": "presence"}
    policy = CameraPolicy({region: CameraMode(mode) for region, mode in told.items()})
    assert policy.most(zone) == most
    assert policy.allows(zone, CameraMode.OFF)
    assert CameraPolicy({}).most(zone) is CameraMode.OFF


def test_what_is_kept_is_shown_to_staff_and_to_all(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.VIEWER)
    assert "It hasn’t run yet" in client.get("/studio/retention").text
    studio_app.ports.storage.retention.enforce(START)
    page = client.get("/studio/retention").text
    assert "It hasn’t run yet" not in page and "Last run: Mon 16 Nov 12:00" in page
    assert page.count("<tr>") == 1 + len(studio_app.ports.storage.retention.lines)
    public = studio_app.client("ja").get("/privacy").text
    assert "24時間" in public and "カメラの映像・画像・顔の特徴" in public and "スタジオ" not in public
    for page in ("/privacy", "/privacy/camera?store=elm"):
        assert "Set-Cookie" not in studio_app.client().get(page).headers
