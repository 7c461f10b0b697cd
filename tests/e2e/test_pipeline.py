"""The whole loop on real parts: a clip, a camera process, a snapshot, a decision, pixels on a screen, a play, a report."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from signage.bundle.find import path
from signage.decide import record
from signage.demo.clip import render
from signage.domain.audience import AudienceClass
from signage.domain.campaign import Level, Targeting
from signage.domain.decision import Decision
from signage.domain.families import read_families
from tests.e2e.canary import leaks, told_by, traces
from tests.e2e.glass import picture, playing, said
from tests.e2e.ledger import add_campaign, everything_in_redis, rows
from tests.e2e.marketer import exported, set_up
from tests.e2e.shop import MILK, PIZZA, SODA, Shop, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
SCREEN = "367-entrance"
SHOTS = Path("test-output/e2e")
TILE = 0.40  # of a landscape card's width
ON_TILE = ((0.01, 0.5), (0.39, 0.5), (0.02, 0.75), (0.38, 0.25))  # beside the pictogram, as shares of the screen
BESIDE_TILE = ((0.41, 0.02), (0.99, 0.02))


@contextmanager
def camera(shop: Shop, source: Path) -> Iterator[None]:
    """The real process, over and over the same pictures; it knows the server's address and the cameras' key, nothing else."""
    env = {k: v for k, v in os.environ.items() if "URL" not in k and not k.startswith("SHELFCAST_")}
    env["SHELFCAST_CAMERA_KEY"] = (shop.data / "keys" / "camera").read_text().strip()
    words = ["--screen", SCREEN, "--source", str(source), "--server", shop.base, "--mode", "demographics", "--loop"]
    words += ["--log", str(shop.data / "logs" / "camera.log")]
    process = subprocess.Popen([sys.executable, "-m", "signage", "camera", *words], env=env)
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(20) == 0


def decisions(shop: Shop, spot_id: str) -> list[Decision]:
    made = rows(shop, "SELECT body FROM decisions WHERE screen_id = ? AND spot_id = ?", SCREEN, spot_id)
    return [record.load(row["body"]) for row in made]


def seen(page: Page, spot_id: str) -> str:
    """The decision that put this spot on the glass, "" unless its tile of the right tint is really to be seen now."""
    before = said(page, "spot"), said(page, "decision")
    shot, name = picture(page), page.locator(".layer.in .name").last
    words = name.inner_text() if before[0] == spot_id else ""
    if before[0] != spot_id or before != (said(page, "spot"), said(page, "decision")):
        return ""
    tint = tuple(bytes.fromhex(read_families(path("assets", "families.csv").read_text())["dairy"].tint[1:]))

    def colour(x: float, y: float) -> object:
        return shot.getpixel((int(x * shot.width), int(y * shot.height)))

    if not all(colour(*at) == tint for at in ON_TILE):
        return ""  # still fading in
    assert all(colour(*at) != tint for at in BESIDE_TILE)
    tile = shot.crop((0, 0, int(TILE * shot.width), shot.height))
    drawn = 1 - dict((c, n) for n, c in tile.getcolors(1 << 24) or ())[tint] / (tile.width * tile.height)
    assert 0.05 < drawn < 0.5, "a pictogram on a plain tile"
    assert words == "牛乳"
    SHOTS.mkdir(parents=True, exist_ok=True)
    shot.save(SHOTS / "pipeline-card.png")
    return before[1]


def test_from_a_frame_to_a_row_of_the_report(
    shop: Shop, open_page: Callable[..., Page], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, here = datetime.now(UTC), frozenset({SCREEN})
    for key, gtin in (("soda", SODA), ("pizza", PIZZA)):  # short turns for everybody, so that the screen asks often
        add_campaign(shop.data, now, key, gtin, targeting=Targeting(screens=here))
    adults = Targeting(screens=here, audience=frozenset({str(AudienceClass.ADULTS)}))
    milk = add_campaign(shop.data, now, "milk", MILK, level=Level.GUARANTEED, targeting=adults)
    monkeypatch.setattr("signage.demo.clip.FPS", 5)  # enough to follow people, and quickly made
    clip = tmp_path / "clip.mkv"
    truth = render(clip, path("assets", "ready", "photographs", "astronaut.png"))

    page = playing(shop, open_page, SCREEN)
    turns = "SELECT 1 FROM plays WHERE screen_id = ? AND campaign_id <> ''"
    wait_for(lambda: len(rows(shop, turns, SCREEN)) >= 3, 90, "three turns without a camera")
    assert decisions(shop, milk) == [], "nobody was there, as far as anything knows"

    shown = ""

    def on_the_glass() -> bool:
        nonlocal shown
        shown = shown or seen(page, milk)
        return bool(shown)

    with camera(shop, clip):
        wait_for(on_the_glass, 120, "the adults' spot on the screen")
        wait_for(lambda: rows(shop, "SELECT 1 FROM plays WHERE decision_id = ?", shown), what="its play")

    made = next(one for one in decisions(shop, milk) if one.decision_id == shown)
    assert (made.audience, made.guest, made.level) == (AudienceClass.ADULTS, False, Level.GUARANTEED)
    assert 0 < made.propensity <= 1
    samples = rows(shop, "SELECT * FROM audience_samples WHERE screen_id = ?", SCREEN)
    assert {sample["source"] for sample in samples} == {"camera"}
    assert max(sample["adult"] for sample in samples) >= 1
    assert max(sample["present"] for sample in samples) <= max(len(faces) for faces in truth.faces)

    (play,) = rows(shop, "SELECT * FROM plays WHERE decision_id = ?", shown)
    assert (play["screen_id"], play["spot_id"], play["campaign_id"]) == (SCREEN, milk, "milk")
    assert (play["completed"], play["offline"], play["guest"]) == (1, 0, 0)
    assert abs(play["started_at"] - made.at.timestamp() * 1000) < 10_000

    studio = open_page(locale="ja-JP")
    set_up(studio, shop)
    counting = "SELECT count(*) FROM plays WHERE campaign_id = 'milk' AND completed = 1"
    before = rows(shop, counting)[0][0]
    report = exported(studio, shop, screen=SCREEN, campaign="milk")
    assert {(row["店舗"], row["画面"], row["キャンペーン"], row["模擬"]) for row in report} == {
        ("駅前店", "入口", "milk", "0")
    }
    assert 1 <= before <= sum(int(row["放映完了"]) for row in report) <= rows(shop, counting)[0][0]


def kept_by(shop: Shop) -> dict[str, bytes]:
    """All files of the shop, and its Redis."""
    files = {str(file.relative_to(shop.data)): file.read_bytes() for file in shop.data.rglob("*") if file.is_file()}
    return files | {"redis": everything_in_redis(shop).encode()}


def test_nothing_of_a_face_is_kept_anywhere(shop: Shop, tmp_path: Path) -> None:
    """A still picture, so that it is known to the last bit what the camera sees of it."""
    portrait = Image.open(path("assets", "ready", "photographs", "astronaut.png")).convert("RGB")
    scene = Image.new("RGB", (1280, 720), (120, 110, 100))
    scene.paste(portrait, (400, 100))
    (tmp_path / "stills").mkdir()
    scene.save(tmp_path / "stills" / "0.png")
    seen_before = len(rows(shop, "SELECT 1 FROM audience_samples WHERE adult > 0"))
    with camera(shop, tmp_path / "stills"):
        query = "SELECT 1 FROM audience_samples WHERE adult > 0"
        wait_for(lambda: len(rows(shop, query)) > seen_before, 120, "somebody grown-up before the screen")
        kept = kept_by(shop)
    kept |= kept_by(shop)  # the end of the process is told, too
    assert "camera ended" in kept["logs/camera.log"].decode() and b"sig:" in kept["redis"]
    secrets = traces(tmp_path / "stills" / "0.png")
    told = [
        (name, where)
        for name, words in secrets.items()
        for where, text in kept.items()
        if any(w in text for w in words)
    ]
    assert told == []
    assert [name for name, leak in leaks(tmp_path / "stills" / "0.png").items() if not told_by(leak, secrets)] == []
