"""The WebSocket over real servers: let in or not, questions answered, pushes delivered, hostile frames survived."""

import json
import time
from collections.abc import Callable

import psutil
import pytest
from simple_websocket import ConnectionClosed
from sqlalchemy import func, select
from wsproto.events import Ping, TextMessage

from signage.domain.condition import Light, Rung
from signage.storage.schema import plays, refused_plays
from tests.signage.channel.conftest import Wire
from tests.wire_player import PATIENCE_S, Player, raw_play


def eventually(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


@pytest.fixture
def player(wire: Wire) -> Player:
    return Player.let_in(wire.nodes[0], "entrance", wire.world.keys["entrance"])


def test_a_welcome_says_who_and_what(wire: Wire) -> None:
    player = Player(wire.nodes[0])
    player.hello("entrance", wire.world.keys["entrance"])
    welcome = player.expect("welcome")
    assert welcome["screen"] == {
        "id": "entrance", "name": "入口1", "width": 1920, "height": 1080, "zone": "entrance", "language": "ja",
        "time_zone": "Asia/Tokyo", "layout": "full", "fit": "fit", "safe_percent": 0, "lit": {"from_min": 0, "until_min": 0},
    }  # fmt: skip
    assert welcome["manifest"] == "etag-of-entrance"
    assert welcome["camera"] == {"on": True, "text": "人数と年代を推定中・映像は保存しません"}
    assert welcome["demo_line"] == "デモ:価格・在庫は模擬"
    assert abs(welcome["server_ms"] / 1000 - time.time()) < 5
    player.close()


@pytest.mark.parametrize("first", ['{"type":"next","v":1,"request":"r"}', "noise", '{"type":"hello","v":1}'])
def test_who_does_not_say_hello_is_sent_away(wire: Wire, first: str) -> None:
    player = Player(wire.nodes[0])
    player.socket.send(first)
    assert player.closed_with() == 4403


@pytest.mark.parametrize(("screen", "key"), [("entrance", "0" * 64), ("nowhere", "0" * 64), ("", "")])
def test_a_wrong_key_is_not_let_in(wire: Wire, screen: str, key: str) -> None:
    player = Player(wire.nodes[0])
    player.hello(screen, key)
    assert player.closed_with() == 4401


def test_a_request_is_answered_and_what_is_held_is_known(wire: Wire, player: Player) -> None:
    player.say("next", request="r-1", playing="", cached=["ab", "cd"])
    show = player.expect("show")
    assert (show["request"], show["now"], show["item"]["spot"]) == ("r-1", False, "spt_1")
    assert show["decision"] == "dec_ab_cd"  # the stand-in's way to tell what it was told
    player.close()


def test_plays_are_acknowledged_once_they_are_rows(wire: Wire, player: Player) -> None:
    good, bad = raw_play(), raw_play(id="not-a-uuid")
    for accepted, duplicate in (([good["id"]], []), ([], [good["id"]])):
        player.say("plays", batch="b-1", plays=[good, bad])
        ack = player.expect("plays_ack")
        assert (ack["batch"], ack["accepted"], ack["duplicate"]) == ("b-1", accepted, duplicate)
        assert ack["refused"] == [{"id": "not-a-uuid", "why": "id must be a UUID"}]
        with wire.engine.connect() as connection:
            assert connection.scalar(select(func.count()).where(plays.c.play_id == good["id"])) == 1
    with wire.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(refused_plays)) >= 2
    player.close()


def test_a_push_from_elsewhere_arrives(wire: Wire, player: Player) -> None:
    player.say("next", request="r-1")  # the listener of a young server may still be connecting
    player.expect("show")
    eventually(lambda: wire.live.publish("entrance", {"type": "withdraw", "v": 1, "spots": ["spt_9"]}) >= 2)
    assert player.expect("withdraw")["spots"] == ["spt_9"]
    player.close()


def test_a_code_and_a_status_reach_their_ports(wire: Wire, player: Player) -> None:
    player.say("code", text="M1.ABC")
    assert player.expect("notice")["text"] == "M1.ABC"
    player.say("status", spot="<script>", decision="d", rung="live", light="<b>", version="1" * 99, errors=["x" * 999])
    eventually(lambda: "entrance" in wire.live.reports(["entrance"]))
    report = wire.live.reports(["entrance"])["entrance"]
    assert (report.spot_id, report.rung, report.light) == ("<script>", Rung.LIVE, Light.UNKNOWN)
    assert (len(report.version), len(report.error), report.error_at) == (40, 200, report.at)
    player.close()


def test_online_means_that_a_question_was_answered(wire: Wire) -> None:
    player = Player(wire.nodes[0])
    player.hello("dairy", wire.world.keys["dairy"])
    ping = json.loads(player.socket.receive(timeout=5)), json.loads(player.socket.receive(timeout=5))
    (number,) = [message["n"] for message in ping if message["type"] == "ping"]
    player.say("pong", n=number + 7)
    player.say("next", request="r")
    player.expect("show")
    assert wire.live.seen(["dairy"]) == {}
    player.say("pong", n=number)
    eventually(lambda: "dairy" in wire.live.seen(["dairy"]))
    player.close()


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("noise", "malformed"),
        ('{"type":"dance","v":1}', "unknown_type"),
        ('{"type":"ping","v":1,"n":1,"server_ms":1}', "unexpected"),
        ('{"type":"next","v":1,"request":"bug"}', "internal"),
        ('{"type":"next","v":1,"request":"\\ud800"}', "malformed"),
        ('{"type":"plays","v":1,"batch":"b","plays":{}}', "malformed"),
    ],
)
def test_a_bad_message_is_refused_and_the_socket_lives(player: Player, frame: str, code: str) -> None:
    player.socket.send(frame)
    assert player.expect("refused")["code"] == code
    player.say("next", request="r")
    player.expect("show")
    player.close()


def test_two_megabytes_end_the_socket_and_not_the_server(wire: Wire, player: Player) -> None:
    player.socket.sock.setblocking(True)
    player.socket.sock.sendall(player.socket.ws.send(TextMessage("x" * 2 * 2**20)))
    assert player.closed_with() == 1009
    eventually(lambda: wire.logged("frame_refused"))
    again = Player.let_in(wire.nodes[0], "entrance", wire.world.keys["entrance"])
    again.close()


def test_a_message_in_pieces_is_one_and_empty_pieces_are_nothing(player: Player) -> None:
    """With a protocol's own ping between the pieces, as RFC 6455 (5.4) allows."""
    text = json.dumps({"type": "next", "v": 1, "request": "あ" * 20_000}, ensure_ascii=False)
    pieces = [TextMessage(text[n : n + 5_000], message_finished=False) for n in range(0, len(text), 5_000)]
    for piece in [*pieces, *[TextMessage("", message_finished=False)] * 50, Ping(b"there?")]:
        player.socket.sock.sendall(player.socket.ws.send(piece))
    player.socket.sock.sendall(player.socket.ws.send(TextMessage("")))
    assert player.expect("show")["request"] == "あ" * 20_000
    player.close()


def test_what_is_no_text_ends_the_socket(player: Player) -> None:
    player.socket.send(b"{}")
    assert player.closed_with() == 1003


def test_sixty_five_kilobytes_of_japanese_are_too_big_too(player: Player) -> None:
    player.say("code", text="あ" * 30_000)
    assert player.closed_with() == 4413


@pytest.mark.parametrize("node", [0, 1])
def test_the_newest_socket_of_a_screen_wins_wherever_it_is(wire: Wire, node: int) -> None:
    key = wire.world.keys["aisle"]
    first = Player.let_in(wire.nodes[0], "aisle", key)
    first.say("next", request="r")
    first.expect("show")
    eventually(lambda: wire.live.publish("aisle", {"type": "withdraw", "v": 1, "spots": []}) >= 2)
    first.expect("withdraw")
    second = Player.let_in(wire.nodes[node], "aisle", key)
    assert first.closed_with() == 4409
    second.say("next", request="r")
    second.expect("show")
    second.close()


def test_a_revoked_screen_is_shut_out_at_once(wire: Wire) -> None:
    player = Player.let_in(wire.nodes[0], "edge", wire.world.keys["edge"])
    wire.world.screens.revoke("edge")
    wire.live.tell_hubs("edge", {"verb": "revoked"})  # what Hub.revoked sends from any process
    assert player.closed_with() == 4401
    again = Player(wire.nodes[0])
    again.hello("edge", wire.world.keys["edge"])
    assert again.closed_with() == 4401
    wire.world.keys["edge"] = wire.world.screens.issue_key("edge")


def test_a_flood_is_answered_at_its_pace_and_nothing_of_it_is_lost(player: Player) -> None:
    for n in range(64):
        player.say("next", request=str(n))
    assert [player.next_of("show", "refused").get("request") for _ in range(64)] == [str(n) for n in range(64)]
    player.close()


def test_nothing_stays_of_closed_sockets(wire: Wire) -> None:
    key = wire.world.keys["checkout"]
    server = psutil.Process(wire.pids[0]).children()[0]

    def come_and_go() -> None:
        for _ in range(20):
            Player.let_in(wire.nodes[0], "checkout", key).close()
        for _ in range(20):
            player = Player(wire.nodes[0])
            player.hello("checkout", "wrong")
            assert player.closed_with() == 4401

    come_and_go()  # connections to the databases stay, and are few
    before = server.num_fds()
    come_and_go()
    eventually(lambda: server.num_fds() <= before + 1)


def test_a_socket_that_breaks_off_is_forgotten(wire: Wire) -> None:
    player = Player.let_in(wire.nodes[0], "checkout", wire.world.keys["checkout"])
    player.socket.sock.close()
    again = Player.let_in(wire.nodes[0], "checkout", wire.world.keys["checkout"])
    again.say("next", request="r")
    again.expect("show")
    with pytest.raises((ConnectionClosed, OSError)):
        player.say("next", request="r")
    again.close()
