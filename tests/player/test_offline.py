"""Without the server: the leased playlist from the device's own copies, a start from the cache, plays kept and sent later."""

from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.player.conftest import png
from tests.player.fakes import FakeServer, now_ms, show, spot
from tests.player.samples import Json, gallery

pytestmark = pytest.mark.browser
CARDS = gallery("ja")
LEASE: Json = {"start_ms": 0, "end_ms": 0, "dayparts": [], "cap_per_hour": 0, "restricted": False, "level": "open"}


def manifest(etag: str, *items: Json) -> Json:
    """A manifest whose lease runs for three days, with one house card."""
    house = [spot("spt_house", card=CARDS["service"], length_ms=1200) | LEASE | {"level": "house"}]
    lease = {"screen": "scr_entrance", "time_zone": "Asia/Tokyo", "lease_until_ms": now_ms() + 72 * 3_600_000}
    return {"v": 1, "etag": etag} | lease | {"items": [item | LEASE for item in items], "house": house}


def leased(server: FakeServer, webm: bytes) -> Json:
    """An image, a video and a card, and their files on the server."""
    return manifest(
        "etag-1",
        spot("spt_image", creative=server.add_media(png((240, 220, 190)), "image/png"), length_ms=1200),
        spot("spt_video", creative=server.add_media(webm, "video/webm"), length_ms=1200),
        spot("spt_card", card=CARDS["product-near"], length_ms=1200),
    )


def wait_cached(server: FakeServer, count: int) -> None:
    server.wait_for(
        lambda: any(m["cached"] == count for m in server.of_type("status")), f"{count} creatives cached", 30
    )


def spots_seen(page: Page, count: int) -> list[str]:
    """The next `count` different values of data-spot."""
    seen = page.evaluate(
        """(count) => new Promise((done) => {
          const seen = [];
          const look = () => {
            const spot = document.body.dataset.spot;
            if (spot && seen[seen.length - 1] !== spot) seen.push(spot);
            if (seen.length >= count) { watch.disconnect(); done(seen); }
          };
          const watch = new MutationObserver(look);
          watch.observe(document.body, { attributes: true });
          look();
        })""",
        count,
    )
    return list(seen)


def test_the_server_dies_and_comes_back_and_no_play_is_lost_or_doubled(
    server: FakeServer, page: Page, webm: bytes
) -> None:
    server.manifest = leased(server, webm)
    server.camera = {"on": True, "text": "人数を計測中・映像は保存しません"}
    live = spot("spt_live", card=CARDS["trio"], length_ms=1200)
    server.decide = lambda message: show(live)
    page.goto(server.player_url())
    page.wait_for_selector('body[data-manifest="etag-1"]', state="attached")
    wait_cached(server, 2)
    server.down()
    page.wait_for_selector('body[data-rung="lease"]', state="attached", timeout=20_000)
    assert page.get_attribute("body", "data-online") == "false"
    assert page.locator(".staff").is_visible() and page.get_attribute(".staff", "title") == "オフライン放映中"
    assert set(spots_seen(page, 4)) >= {"spt_image", "spt_video", "spt_card"}
    page.reload()  # nobody answers: the page itself comes from the device
    page.wait_for_selector('body[data-rung="lease"]', state="attached", timeout=20_000)
    assert set(spots_seen(page, 4)) >= {"spt_image", "spt_video", "spt_card"}
    assert page.locator(".camera").is_visible()  # the mark of the last welcome
    assert "Noto Sans JP" in page.evaluate(
        "[...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family).join()"
    )
    assert int(page.get_attribute("body", "data-queued") or 0) > 0
    film = server.manifest["items"][1]["creative"]
    part: Any = page.evaluate(
        """(url) => fetch(url, { headers: { Range: 'bytes=2-5' } })
          .then(async (got) => [got.status, got.headers.get('Content-Range'), (await got.arrayBuffer()).byteLength])""",
        film["url"],
    )
    assert part == [206, f"bytes 2-5/{film['size']}", 4]
    server.up()
    page.wait_for_selector('body[data-online="true"]', state="attached", timeout=60_000)
    page.wait_for_selector('body[data-spot="spt_live"]', state="attached", timeout=20_000)
    page.wait_for_function("document.body.dataset.queued === '0'", timeout=20_000)
    assert page.locator(".staff").is_hidden()
    sequence = sorted(play["seq"] for play in server.plays.values())
    assert sequence == list(
        range(1, len(sequence) + 1)
    )  # what is sent again has its old id: the server keeps one of it
    offline = [play for play in server.plays.values() if play["offline"]]
    assert {play["spot"] for play in offline} >= {"spt_image", "spt_video", "spt_card"}
    assert {play["decision"] for play in offline} == {""} and {play["manifest"] for play in offline} == {"etag-1"}
    assert "closed" in {play["why"] for play in server.plays.values()}  # the one that the reload cut off


def test_plays_whose_acknowledgement_is_lost_are_sent_again_with_the_same_ids(server: FakeServer, page: Page) -> None:
    server.decide = lambda message: show(spot("spt_live", card=CARDS["trio"], length_ms=1200))
    server.acknowledge = False
    page.goto(server.player_url())
    server.wait_for(lambda: server.plays, "plays that nobody acknowledges")
    first = dict(server.plays)
    server.acknowledge = True
    server.hang_up(1012)
    server.wait_for(lambda: set(first) <= set(server.duplicates), "the same plays again")
    page.wait_for_function("Number(document.body.dataset.queued) === 0")
    assert len({play["seq"] for play in server.plays.values()}) == len(server.plays)


def test_a_creative_with_the_wrong_hash_is_never_kept(server: FakeServer, page: Page) -> None:
    good = server.add_media(png((10, 200, 90)), "image/png")
    bad = server.add_media(png((200, 10, 90)), "image/png")
    server.media[bad["sha256"]] = (png((0, 0, 0)), "image/png")
    server.manifest = manifest("etag-1", spot("spt_good", creative=good), spot("spt_bad", creative=bad))
    server.decide = lambda message: show(spot("spt_live", card=CARDS["trio"], length_ms=1200))
    page.goto(server.player_url())
    server.wait_for(
        lambda: any(m["missing"] == 1 and m["cached"] == 1 for m in server.of_type("status")), "one missing"
    )
    server.wait_for(
        lambda: any(m.get("cached") == [good["sha256"]] for m in server.of_type("next")), "only the good one told"
    )

    def told() -> bool:
        errors = [error for message in server.of_type("status") for error in message["errors"]]
        return any("hash" in error and bad["sha256"][:12] in error for error in errors)

    server.wait_for(told, "the reason")


def test_a_broken_download_goes_on_where_it_stopped(server: FakeServer, page: Page) -> None:
    creative = server.add_media(png((10, 200, 90)) + bytes(200_000), "image/png")
    server.breaks = {creative["sha256"]}
    server.manifest = manifest("etag-1", spot("spt_image", creative=creative))
    server.decide = lambda message: show(spot("spt_live", card=CARDS["trio"], length_ms=1200))
    page.goto(server.player_url())
    wait_cached(server, 1)
    fetched = [line for line in server.requests if "/media/" in line]
    *broken, last = [line.split()[-1] for line in fetched]
    assert set(broken) == {"200"} and last == "206"  # none of the whole ever arrived: the rest was asked for by Range


def test_a_new_manifest_takes_over_at_a_boundary_and_old_files_go(server: FakeServer, page: Page) -> None:
    creatives = [server.add_media(png((shade, 200, 90)), "image/png") for shade in (10, 60, 120)]

    def held() -> list[str]:
        kept: Any = page.evaluate(
            "caches.open('shelfcast:media:scr_entrance').then((c) => c.keys()).then((all) => all.map((r) => r.url.slice(-64)))"
        )
        return sorted(kept)

    turn = cycle([spot("spt_live", card=CARDS["trio"], length_ms=1200)])
    server.decide = lambda message: show(next(turn))
    server.manifest = manifest("etag-0", spot("spt_a", creative=creatives[0]))
    page.goto(server.player_url())
    page.wait_for_selector('body[data-manifest="etag-0"]', state="attached", timeout=20_000)
    for number in (1, 2):
        server.manifest = manifest(f"etag-{number}", spot("spt_a", creative=creatives[number]))
        server.push({"type": "manifest_changed", "etag": f"etag-{number}"})
        page.wait_for_selector(f'body[data-manifest="etag-{number}"]', state="attached", timeout=20_000)
    kept = sorted(creative["sha256"] for creative in creatives[1:])  # the one in use and the one before it
    server.wait_for(lambda: held() == kept, "the oldest file gone, and no other")
    asked = [line for line in server.requests if "/v1/player/manifest" in line]
    assert len(asked) == 3
    page.reload()
    server.wait_for(lambda: server.of_type("hello")[-1]["manifest"] == "etag-2", "the manifest held, in hello")
    page.wait_for_selector('body[data-spot="spt_live"]', state="attached")
    assert len([line for line in server.requests if "/v1/player/manifest" in line]) == 3


def test_a_full_device_keeps_what_it_plays_and_says_what_it_could_not_take(server: FakeServer, page: Page) -> None:
    first = server.add_media(png((10, 200, 90)), "image/png")
    server.manifest = manifest("etag-1", spot("spt_a", creative=first))
    server.decide = lambda message: show(spot("spt_live", card=CARDS["trio"], length_ms=1200))
    page.goto(server.player_url())
    page.wait_for_selector('body[data-manifest="etag-1"]', state="attached", timeout=20_000)
    wait_cached(server, 1)
    origin = {"origin": server.url, "quotaSize": 1_000_000}
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", origin)
    gone = server.add_media(png((200, 10, 90)), "image/png")
    del server.media[gone["sha256"]]
    huge = server.add_media(png((10, 20, 90)) + bytes(4_000_000), "image/png")
    items = [spot(f"spt_{n}", creative=creative) for n, creative in enumerate((first, huge, gone))]
    server.manifest = manifest("etag-2", *items)
    server.push({"type": "manifest_changed", "etag": "etag-2"})
    page.wait_for_selector('body[data-manifest="etag-2"]', state="attached", timeout=60_000)
    server.wait_for(
        lambda: any(m["missing"] == 2 and m["cached"] == 1 for m in server.of_type("status")), "two missing"
    )
    errors = [error for message in server.of_type("status") for error in message["errors"]]
    for creative in (huge, gone):
        assert any(creative["sha256"][:12] in error for error in errors), errors
    played = len(server.plays)
    server.wait_for(lambda: len(server.plays) >= played + 2, "plays go on")
    page.wait_for_function("document.body.dataset.state === 'playing'")
    server.down()
    page.wait_for_selector('body[data-rung="lease"]', state="attached", timeout=30_000)
    assert page.get_attribute("body", "data-spot") == "spt_0"  # the one that is here
