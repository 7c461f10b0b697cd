"""What staff and sensors ask and players answer over the wire: keys renewed, commands, captures, light, how sockets end."""

import base64
from datetime import UTC, datetime, timedelta
from socket import SHUT_RDWR
from typing import Any

import pytest
import requests

from signage.domain.condition import Condition, Light
from signage.storage.conditions import Conditions
from tests.signage.channel.conftest import Wire
from tests.signage.channel.test_socket import eventually
from tests.wire_app import CAMERA_KEY
from tests.wire_player import Player

JPEG = base64.b64encode(b"\xff\xd8\xff" + b"0" * 100).decode()


def refused(wire: Wire, key: str) -> bool:
    player = Player(wire.nodes[0])
    player.hello("aisle", key)
    return player.closed_with() == 4401


def renewed(wire: Wire, key: str, node: int = 0) -> str:
    """A player with the old key comes in and is handed a new one."""
    player = Player.let_in(wire.nodes[node], "aisle", key)
    new = str(player.expect("key")["key"])
    player.socket.sock.shutdown(SHUT_RDWR)  # before it could use it
    return new


def test_a_player_that_reconnects_twice_during_a_rotation_is_never_locked_out(wire: Wire) -> None:
    old = wire.world.keys["aisle"]
    Player.let_in(wire.nodes[0], "aisle", old).close()
    wire.world.screens.ask_for_rotation("aisle")
    first, second = renewed(wire, old), renewed(wire, old, node=1)
    assert len({old, first, second}) == 3
    assert refused(wire, first), "the newer one replaced it"
    third = renewed(wire, old)
    player = Player.let_in(wire.nodes[1], "aisle", third)
    player.say("next", request="r")
    player.expect("show")
    assert refused(wire, old), "the old key ends when the new one is used"
    again = Player.let_in(wire.nodes[0], "aisle", third)
    again.say("next", request="r")
    again.expect("show")  # and no `key` before it: the rotation is over
    wire.world.keys["aisle"] = third
    again.close()


def test_a_device_that_is_let_in_meanwhile_ends_the_rotation(wire: Wire) -> None:
    """The old device must not take the place of the new one by asking for a fresh key."""
    old = wire.world.keys["aisle"]
    Player.let_in(wire.nodes[0], "aisle", old).close()
    wire.world.screens.ask_for_rotation("aisle")
    device = wire.world.screens.issue_key("aisle")
    wire.world.screens.ask_for_rotation("aisle")
    player = Player.let_in(wire.nodes[0], "aisle", old)
    player.say("next", request="r")
    assert player.next_of("key", "show")["type"] == "show"
    player.close()
    Player.let_in(wire.nodes[0], "aisle", device).close()
    wire.world.keys["aisle"] = device
    assert refused(wire, old)


def test_answers_to_commands_are_kept(wire: Wire) -> None:
    player = Player.let_in(wire.nodes[0], "checkout", wire.world.keys["checkout"])
    eventually(
        lambda: (
            wire.live.publish("checkout", {"type": "command", "v": 1, "id": "c1", "verb": "capture", "expires_ms": 1})
            >= 2
        )
    )
    command = player.expect("command")
    player.say("capture", id=command["id"], spot="spt_1", text="<b>牛乳" + "x" * 5000, picture=JPEG)
    player.say("done", id=command["id"], ok=True)
    eventually(lambda: wire.live.answer("checkout", "done") is not None)
    capture, done = wire.live.answer("checkout", "capture"), wire.live.answer("checkout", "done")
    assert capture is not None and done is not None
    assert (capture["id"], len(capture["text"]), capture["picture"]) == ("c1", 2000, JPEG)
    assert (done["id"], done["ok"]) == ("c1", True)
    player.close()


@pytest.mark.parametrize(
    "picture", ["<script>", *(base64.b64encode(raw).decode() for raw in (b"GIF89a", b"\xff\xd8\xff" * 14_000))]
)
def test_a_capture_is_a_small_picture_or_refused(wire: Wire, picture: str) -> None:
    player = Player.let_in(wire.nodes[0], "entrance", wire.world.keys["entrance"])
    player.say("capture", id="c2", picture=picture)
    assert player.expect("refused")["code"] == "malformed"
    assert wire.live.answer("entrance", "capture") is None
    player.close()


@pytest.mark.parametrize(
    ("body", "status"), [({"lit": True}, 204), ({"lit": False}, 204), ({"lit": "yes"}, 400), ({}, 400)]
)
def test_a_sensor_says_whether_a_panel_is_lit(wire: Wire, body: dict[str, Any], status: int) -> None:
    address = f"{wire.nodes[0]}/v1/screens/edge/light"
    assert requests.post(address, json=body, timeout=10).status_code == 401
    answer = requests.post(address, json=body, headers={"Authorization": f"Bearer {CAMERA_KEY}"}, timeout=10)
    assert answer.status_code == status
    if status == 204:
        assert wire.live.lights(["edge", "aisle"]) == {"edge": body["lit"]}


def test_how_a_socket_ended_is_known_afterwards(wire: Wire) -> None:
    began = datetime.now(UTC)
    key = wire.world.keys["dairy"]
    player = Player.let_in(wire.nodes[0], "dairy", key)
    player.say("status", spot="spt_1", rung="brand", why="cap", light="on")
    eventually(
        lambda: wire.live.reports(["dairy"])["dairy"].light is Light.ON if wire.live.reports(["dairy"]) else False
    )
    player.close()

    def told() -> list[tuple[Condition, str]]:
        kept = Conditions(wire.engine).between(["dairy"], began, datetime.now(UTC) + timedelta(seconds=5))
        return [(one.condition, one.detail) for one in kept if one.since >= began]

    eventually(lambda: told() == [(Condition.EMPTY, "cap"), (Condition.CLOSED, "")])
    Player.let_in(wire.nodes[0], "dairy", key).socket.sock.shutdown(SHUT_RDWR)
    eventually(lambda: told()[2:] == [(Condition.LOST, "")])
    player = Player.let_in(wire.nodes[0], "dairy", key)
    wire.world.screens.revoke("dairy")
    wire.live.tell_hubs("dairy", {"verb": "revoked"})
    assert player.closed_with() == 4401
    eventually(lambda: told()[3:] == [(Condition.SHUT_OUT, "")])
    wire.world.keys["dairy"] = wire.world.screens.issue_key("dairy")
