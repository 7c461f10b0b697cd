"""Cards' JSON in, what can't be read of them from before a screen out: the page's own check in an installed Chromium."""

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright, Route, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from signage.bundle.find import MissingFile, path

MOST_PX = 8192
ORIGIN = "http://shelfcast.localhost"  # never asked: every request is answered from the shipped files
FOLDERS = {"player": ("player",), "assets": ("assets", "ready")}
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = "No Chromium found. Run `playwright install chromium`, or install your system's chromium package."
BLANK: dict[str, Any] = {
    "language": "ja", "tag": "", "products": [], "title": "", "lines": [], "basis": "", "qr": None, "place": "", "legal": "",
    "image_note": "", "near": True,
}  # fmt: skip
CHECK = "([card, panel]) => window.legibility.check(card, [panel]).then(([found]) => found)"


class CantCheck(RuntimeError):
    """A file is no card, or there is no browser to lay it out in. str() says what to do."""


@dataclass(frozen=True, slots=True)
class Panel:
    """`name` as people call it; px; mm of one px; metres to the reader."""

    name: str
    width: int
    height: int
    mm_per_px: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class Checked:
    """One card on one panel. A finding: rule, text, selector, box in px, words {ja, en}, mostly measured and wanted."""

    file: str
    panel: str
    findings: list[dict[str, Any]]


def read_cards(source: Path) -> list[tuple[str, dict[str, Any]]]:
    """A file, or a folder's *.json: each a card, a `show` message with one, or a list of cards. Raises CantCheck."""
    files = sorted(source.rglob("*.json")) if source.is_dir() else [source]
    cards = [(str(file), card) for file in files for card in _cards_of(file)]
    if not cards:
        raise CantCheck(f"{source} holds no .json file with a card.")
    return cards


def check_cards(cards: Sequence[tuple[str, dict[str, Any]]], panel: Panel | None = None) -> Iterator[Checked]:
    """Every card on `panel`, or on each of the four places that a store has. Raises CantCheck."""
    try:
        path("assets", "ready", "fonts", "fonts.css")
    except MissingFile as missing:  # with other fonts every measure would be wrong
        raise CantCheck(str(missing)) from missing
    with sync_playwright() as play:
        browser = _launch(play)
        try:
            yield from _on_page(browser.new_page(), cards, panel)
        finally:
            browser.close()


def panel_of(screen: str | None, mm_per_px: float | None, distance_m: float | None) -> Panel | None:
    """The three options that describe one panel, or None when none is given. Raises CantCheck."""
    if screen is None and mm_per_px is None and distance_m is None:
        return None
    size = re.fullmatch(r"([1-9]\d{2,4})[x×]([1-9]\d{2,4})", screen or "")
    if not size or mm_per_px is None or distance_m is None:
        raise CantCheck("One panel needs all three: --screen 1920x1080 --mm-per-px 0.63 --distance 5")
    width, height = map(int, size.groups())
    if max(width, height) > MOST_PX:
        raise CantCheck(f"A panel has at most {MOST_PX} pixels a side.")
    return Panel(f"{width}x{height}", width, height, mm_per_px, distance_m)


def told(checked: Sequence[Checked], lang: str, *, as_json: bool) -> str:
    """What `shelfcast check-template` prints: a line for each finding and one that sums up, or JSON."""
    if as_json:
        return json.dumps([asdict(one) for one in checked], ensure_ascii=False, indent=2)
    lines = [
        f"{one.file} · {one.panel} · {found['text']}: {found['words'][lang]}"
        for one in checked
        for found in one.findings
    ]
    cards, panels = len({one.file for one in checked}), len({one.panel for one in checked})
    if lang == "ja":
        total = f"{cards}ファイル、{panels}画面:" + (f"{len(lines)}か所が読みにくいです" if lines else "すべて読めます")
    else:
        hard = f"{len(lines)} hard to read" if lines else "everything can be read"
        total = f"{cards} file{'s' * (cards != 1)}, {panels} screen{'s' * (panels != 1)}: {hard}"
    return "\n".join([*lines, total])


def _cards_of(file: Path) -> Iterator[dict[str, Any]]:
    try:
        read = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CantCheck(f"{file} can't be read as JSON: {error}") from error
    for one in read if isinstance(read, list) else [read]:
        card = one.get("item", {}).get("card") if isinstance(one, dict) and isinstance(one.get("item"), dict) else one
        if not isinstance(card, dict) or not isinstance(card.get("template"), str):
            raise CantCheck(f'{file} is no card: it needs a "template".')
        yield BLANK | card


def _launch(play: Playwright) -> Browser:
    """The system's Chromium, or the one that Playwright has installed."""
    found = next((where for name in CHROMIUMS if (where := shutil.which(name))), None)
    try:
        return play.chromium.launch(executable_path=found)
    except PlaywrightError as error:
        raise CantCheck(f"{found} doesn't start: {error.message.splitlines()[0]}" if found else NO_BROWSER) from error


def _on_page(page: Page, cards: Sequence[tuple[str, dict[str, Any]]], panel: Panel | None) -> Iterator[Checked]:
    page.route("**/*", _answer)
    page.goto(f"{ORIGIN}/player/check/index.html")
    page.wait_for_function("window.legibility")
    for name, facts in _panels(page, panel).items():
        page.set_viewport_size({"width": facts["width"], "height": facts["height"]})
        for file, card in cards:
            try:
                yield Checked(file, name, page.evaluate(CHECK, [card, facts]))
            except PlaywrightError as error:
                why = error.message.splitlines()[0].removeprefix("Page.evaluate: ")
                raise CantCheck(f"{file} can't be laid out: {why}") from error


def _panels(page: Page, panel: Panel | None) -> dict[str, dict[str, Any]]:
    if panel is None:
        return dict(page.evaluate("window.legibility.PANELS"))
    facts = {"width": panel.width, "height": panel.height, "mm_per_px": panel.mm_per_px, "distance_m": panel.distance_m}
    return {panel.name: facts}


def _answer(route: Route) -> None:
    folder, _, name = urlsplit(route.request.url).path.lstrip("/").partition("/")
    try:
        route.fulfill(path=path(*FOLDERS.get(folder, ("",)), name))
    except MissingFile:
        route.fulfill(status=404)
