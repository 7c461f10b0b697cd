"""Renders every template in every format and language to test-output/cards/: look at them after any change.

Run `python -m tests.player.gallery [NAME …]` from the repository's root; names pick cards by their beginning.
"""

import os
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.player.fakes import READY, ROOT, running
from tests.player.samples import Json, gallery

SIZES = {"landscape": (1920, 1080), "portrait": (1080, 1920), "strip": (1920, 360)}
CHROMIUM: dict[str, Any] = {
    "executable_path": "/usr/bin/chromium",
    "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
}
RENDER = """
async ({card, language, camera, guest}) => {
  const [{createOverlay}, {createStage}, {wordsOf}] = await Promise.all(
    ['overlay.js', 'stage.js', 'words.js'].map((name) => import('/player/' + name)));
  const words = wordsOf(language);
  if (!window.theStage) {
    window.theOverlay = createOverlay(document.getElementById('overlay'), () => words.camera);
    window.theStage = createStage(document.getElementById('stage'), theOverlay, (show, format) => window.context(show, format));
  }
  window.context = (show, format) => ({
    format, language, words, guest, now: () => 1795219200000, expiresMs: guest ? 1795219242000 : 0,
    demoLine: language === 'ja' ? 'デモ:価格・在庫は模擬' : 'Demo: prices and stock are simulated' });
  theStage.scale();
  const longest = { ja: '人数と年代を推定中・映像は保存しません', en: 'Estimating numbers and age bands · no video is kept' };
  theOverlay.setCamera({on: camera, text: longest[language]});
  const kind = card ? 'card' : 'brand';
  const prepared = await theStage.prepare({item: {kind, card, creative: null, guest, expires_ms: 0}});
  document.querySelectorAll('.layer.in').forEach((layer) => layer.remove());
  prepared.layer.classList.add('still');
  await theStage.present(prepared, () => {});
  await Promise.all(document.getAnimations().map((one) => one.finished));
  return prepared.misfit;
}
"""


def render(page: Page, card: Json | None, language: str, *, camera: bool, guest: bool) -> bool:
    """Show one card (None: the brand still) in the open gallery page; true if some text didn't fit."""
    return bool(page.evaluate(RENDER, {"card": card, "language": language, "camera": camera, "guest": guest}))


def main(names: list[str]) -> None:
    out = ROOT / "test-output" / "cards"
    out.mkdir(parents=True, exist_ok=True)
    assets = Path(os.environ.get("SHELFCAST_READY", READY))
    with running(assets=assets) as server, sync_playwright() as play:
        browser = play.chromium.launch(**CHROMIUM)
        for form, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.on("console", lambda message: print("console:", message.text) if message.type == "error" else None)
            page.goto(f"{server.url}/gallery")
            for language in ("ja", "en"):
                cards: dict[str, Json | None] = gallery(language) | {"brand": None}
                for name, card in cards.items():
                    if names and not name.startswith(tuple(names)):
                        continue
                    guest = name.startswith("moment") or name == "product-letter"
                    misfit = render(page, card, language, camera=name not in ("trio-two", "service"), guest=guest)
                    page.screenshot(path=out / f"{form}-{name}-{language}.png")
                    print(form, name, language, "DOES NOT FIT" if misfit else "")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
