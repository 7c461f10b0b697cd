"""The legibility check: what the tables can bring forth passes in four places and two languages; planted faults are caught."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from signage.channel.greeting import CAMERA_WORDS, DEMO_WORDS
from signage.domain.place import CameraMode
from signage.processes.check import CantCheck, Checked, read_cards, told
from tests.player.fakes import running
from tests.player.samples import Json, card, gallery
from tests.player.table_cards import product_cards, shelf_cards
from tests.player.test_modules import parsed

pytestmark = pytest.mark.browser
CHECK_PAGE = "/player/check/index.html"
FOLDER = Path(__file__).parents[2] / "player" / "check"
WINDOWS = {(1920, 1080): ["entrance", "checkout"], (1080, 1920): ["aisle"], (1920, 360): ["shelf"]}
CHECK = """async ({ cards, places, options }) => {
  const panels = places.map((place) => legibility.PANELS[place]);
  const report = [];
  for (const [index, card] of cards.entries()) {
    const found = await legibility.check(card, panels, options);
    const told = (f, place) => report.push([index, place, f.rule, f.selector, f.text, f.measured || f.other || 0]);
    found.forEach((one, at) => one.forEach((f) => told(f, places[at])));
  }
  return report;
}"""
PLANT = """async ({ card, place, selector, style, change }) => {
  const { prepared, element, mark } = await legibility.layOut(card, { camera: true, simulated: true });
  const before = legibility.inspect(element, legibility.PANELS[place], mark);
  const target = element.querySelector(selector);
  Object.entries(style).forEach(([name, value]) => target.style.setProperty(name, value, 'important'));
  if (change === 'remove') target.remove();
  else if (change) target.textContent = change;
  const after = legibility.inspect(element, legibility.PANELS[place], mark);
  prepared.layer.remove();
  return [before, after];
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """The check's page: one for all, its window changes."""
    with running() as server:
        page = browser.new_page()
        page.goto(server.url + CHECK_PAGE)  # loaded once its modules have run
        yield page
        page.close()


def found(page: Page, window: tuple[int, int], cards: list[Json], **options: bool) -> list[Any]:
    """[card's index, place, rule, selector, text, figure] for everything that can't be read."""
    page.set_viewport_size({"width": window[0], "height": window[1]})
    return list(page.evaluate(CHECK, {"cards": cards, "places": WINDOWS[window], "options": options}))


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("window", WINDOWS)
def test_two_hundred_product_cards_of_the_tables_can_be_read(page: Page, window: tuple[int, int], lang: str) -> None:
    cards = product_cards(200, lang, seed=5, strip=window == (1920, 360))
    assert found(page, window, cards) == []


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("window", WINDOWS)
def test_rankings_threes_greetings_and_notices_can_be_read(page: Page, window: tuple[int, int], lang: str) -> None:
    ours = [one for name, one in gallery(lang).items() if not re.search("long|two", name)]
    assert found(page, window, ours + shelf_cards(20, lang, seed=5, strip=window == (1920, 360))) == []


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("window", WINDOWS)
def test_a_guests_pick_can_be_read(page: Page, window: tuple[int, int], lang: str) -> None:
    picks = product_cards(4, lang, seed=3, strip=window == (1920, 360))
    assert found(page, window, picks, guest=True) == []


NEAR = gallery("ja")["product-near"]
FAULTS: dict[str, tuple[str, str, Json, str, str]] = {
    # name: the place, where, style, new text, the rule that must catch it
    "second line too small": ("entrance", ".sub", {"font-size": "30px"}, "", "too_small"),
    "name under the table": ("entrance", ".name", {"font-size": "84px"}, "", "too_small"),
    "price under the table": ("checkout", ".digits", {"font-size": "90px"}, "", "too_small"),
    "legal line too small": ("aisle", ".note", {"font-size": "14px"}, "", "too_small"),
    "mark too small at the shelf": ("shelf", ".demo", {"font-size": "11px"}, "", "too_small"),
    "grey on paper": ("entrance", ".sub", {"color": "#8a8a8a"}, "", "contrast"),
    "faded by its parent": ("aisle", ".words", {"opacity": "0.55"}, "", "contrast"),
    "half transparent ink": ("shelf", ".name", {"color": "rgba(20, 24, 31, .5)"}, "", "contrast"),
    "red, but not bold": ("checkout", ".stock", {"color": "#C4001A", "font-weight": "500"}, "", "contrast"),
    "a dark plate under dark text": ("entrance", ".words", {"background": "#555"}, "", "contrast"),
    "text on a picture": ("aisle", ".words", {"background-image": "linear-gradient(#fff, #eee)"}, "", "over_picture"),
    "off the screen": ("entrance", ".place", {"transform": "translateX(420px)"}, "", "clipped|outside"),
    "out of its pill": ("aisle", ".pill", {"width": "40px", "display": "block"}, "", "outside"),
    "cut by its box": ("checkout", ".sub", {"overflow": "hidden", "white-space": "nowrap", "width": "90px"}, "", "clipped"),
    "shortened by an ellipsis": (
        "entrance", ".sub", {"overflow": "hidden", "text-overflow": "ellipsis", "white-space": "nowrap", "width": "200px"}, "",
        "clipped",
    ),
    "a cut price": ("entrance", ".price", {"overflow": "hidden", "width": "200px"}, "", "price_cut"),
    "a price with dots": ("shelf", ".digits", {}, "12,…", "price_cut"),
    "two texts on each other": ("aisle", ".sub", {"transform": "translateY(-70px)"}, "", "overlap"),
    "text on the QR": ("entrance", ".caption", {"transform": "translateY(-150px)"}, "", "overlap"),
    "behind the tile": ("aisle", ".tile", {"height": "70%", "z-index": "3"}, "", "covered"),
    "a name of four lines": ("entrance", ".name", {"width": "260px"}, "", "name_lines"),
    "a name in one long line": (
        "shelf", ".name", {"white-space": "nowrap", "max-width": "none", "font-size": "40px"},
        "四種のチーズと完熟トマトのラザニア", "name_wide",
    ),
    "a small QR": ("entrance", ".qr", {"width": "180px", "height": "180px"}, "", "qr_small"),
    "a QR that says nothing": ("checkout", ".caption", {}, "remove", "qr_words"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(page: Page, fault: str) -> None:
    place, selector, style, change, rule = FAULTS[fault]
    window = next(size for size, places in WINDOWS.items() if place in places)
    page.set_viewport_size({"width": window[0], "height": window[1]})
    plan = {"card": NEAR, "place": place, "selector": selector, "style": style, "change": change}
    before, after = page.evaluate(PLANT, plan)
    assert before == []
    caught = [one for one in after if re.fullmatch(rule, one["rule"])]
    assert caught, {one["rule"] for one in after}
    assert all(one["words"]["ja"] and one["words"]["en"] and one["box"]["right"] > one["box"]["left"] for one in caught)


def test_a_qr_without_its_quiet_zone_is_caught(page: Page) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    bare = NEAR["qr"] | {"path": NEAR["qr"]["path"].replace("M0 0", "M0 1", 1)}  # the player thinks its zone is in it
    rules = {one[2] for one in found(page, (1920, 1080), [NEAR | {"qr": bare}])}
    assert rules == {"qr_quiet"}


def test_a_card_on_show_is_as_big_after_the_window_has_changed_its_shape(page: Page) -> None:
    name = page.locator(".layer.in .name").last
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.evaluate("card => legibility.show(card, { simulated: true })", NEAR)
    before = name.evaluate("name => getComputedStyle(name).fontSize")
    page.set_viewport_size({"width": 1080, "height": 1920})
    page.wait_for_selector(".layer.in .card.portrait")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.wait_for_selector(".layer.in .card.landscape")
    expect(name).to_have_css("font-size", before, timeout=20_000)


def test_a_far_panel_asks_for_bigger_text_in_plain_words(page: Page) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    panel = {"width": 3840, "height": 2160, "mm_per_px": 0.3, "distance_m": 12}
    (findings,) = page.evaluate("([card, panel]) => legibility.check(card, [panel])", [NEAR, panel])
    (name,) = [one for one in findings if one["selector"].endswith("p.sub")]
    assert name["wanted"] == 87  # 12 m x 4 mm / 0.92 / (0.3 mm x 2 device px each)
    assert name["words"]["ja"] == "この文字は12m先から読めません(44px。87px以上にしてください)"
    assert name["words"]["en"] == "This text can’t be read from 12 m (44 px; make it at least 87 px)"


def test_room_is_left_for_the_longest_marks_that_the_server_sends(page: Page) -> None:
    marks = page.evaluate("import('/player/check/words.js').then((words) => words.MARKS)")
    for lang in ("ja", "en"):
        camera = [CAMERA_WORDS[mode, lang] for mode in (CameraMode.PRESENCE, CameraMode.DEMOGRAPHICS)]
        assert marks[lang] == {"camera": max(camera, key=len), "demo": DEMO_WORDS[lang]}


def test_the_player_does_not_load_the_check() -> None:
    assert not [path.name for path in FOLDER.parent.glob("*.*") if "check/" in path.read_text()]
    done = parsed(*sorted(FOLDER.glob("*.js")))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "text", ["{", "[[[]]]", '{"item": {"card": 3}}', '{"item": 1}', "[" * 100_000, "3", '"\\ud800']
)
def test_what_is_no_card_is_refused_in_words(tmp_path: Path, text: str) -> None:
    file = tmp_path / "card.json"
    file.write_text(text)
    with pytest.raises(CantCheck, match=r"can't be read as JSON|is no card"):
        read_cards(file)


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    start = [sys.executable, "-W", "error", "-m", "signage", "check-template", *arguments]
    return subprocess.run(
        start, capture_output=True, text=True, timeout=120, check=False, env=os.environ | environment
    )  # fmt: skip


def test_the_command_tells_good_from_bad(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(json.dumps({"type": "show", "item": {"card": NEAR}}))
    good = command(str(tmp_path))
    assert (good.returncode, good.stdout) == (0, "1 file, 4 screens: everything can be read\n"), (
        good.stdout + good.stderr
    )
    (tmp_path / "far.json").write_text(json.dumps([NEAR]))
    panel = ("--screen", "1920x1080", "--mm-per-px", "0.63", "--distance", "9")
    bad = command(str(tmp_path / "far.json"), *panel, "--json")
    assert bad.returncode == 1
    (listed,) = json.loads(bad.stdout)
    assert listed["panel"] == "1920x1080" and {one["rule"] for one in listed["findings"]} >= {"too_small", "qr_small"}
    lines = told([Checked(**listed)], "ja", as_json=False).splitlines()
    assert "この文字は9m先から読めません" in lines[0] and lines[-1].startswith("1ファイル、1画面:")


def test_the_command_says_plainly_what_it_lacks(tmp_path: Path) -> None:
    file = tmp_path / "card.json"
    file.write_text(json.dumps(card("product", "ja", [])))
    nothing = command(str(file), PATH="/nowhere", PLAYWRIGHT_BROWSERS_PATH="/nowhere")
    assert nothing.returncode == 2 and "playwright install chromium" in nothing.stderr
    half = command(str(file), "--screen", "1920x1080")
    assert half.returncode == 2 and "--mm-per-px" in half.stderr
    file.write_text('{"template": "../x"}')
    unknown = command(str(file))
    assert unknown.returncode == 2 and "unknown template ../x" in unknown.stderr and "Traceback" not in unknown.stderr
    without = "import sys; sys.modules['playwright'] = None; from signage.cli import main; main()"
    start = [sys.executable, "-c", without, "check-template", str(file)]
    lacking = subprocess.run(start, capture_output=True, text=True, timeout=60, check=False)
    assert lacking.returncode == 2 and "shelfcast[check]" in lacking.stderr
