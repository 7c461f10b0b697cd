"""Open to the local network: others reach the machine by its own address, and every QR names that address."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import requests
import zxingcpp
from numpy.typing import NDArray

from signage.processes.lan import lan_address
from tests.e2e.shop import Shop, base_env, open_shop, wait_for
from tests.servers import free_port
from tests.wire_player import Player

pytestmark = pytest.mark.timeout(240)
HERE = lan_address()
ELSEWHERE = "127.0.0.2" if HERE.startswith("127.") else HERE  # not the address that local tests are green on
HALVES = {" ": (0, 0), "▀": (255, 0), "▄": (0, 255), "█": (255, 255)}  # upper, lower half: how light


def read_by_a_camera(modules: NDArray[np.uint8]) -> str:
    """One byte a module, 0 dark -> what the code says."""
    seen = np.kron(np.pad(modules, 4, constant_values=255), np.ones((8, 8), np.uint8))
    (code,) = zxingcpp.read_barcodes(seen, try_invert=False)
    return code.text


def on_a_terminal(printed: str) -> NDArray[np.uint8]:
    """Rows of half blocks -> modules."""
    rows = [row for row in printed.splitlines() if set(row) & {"█", "▀"}]
    return np.array([[HALVES[c][half] for c in row] for row in rows for half in (0, 1)], np.uint8)


def as_a_path(qr: dict[str, object]) -> NDArray[np.uint8]:
    """A QR as the player draws it -> modules."""
    modules = np.full((int(str(qr["size"])),) * 2, 255, np.uint8)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", str(qr["path"])):
        modules[int(y), int(x) : int(x) + int(length)] = 0
    return modules


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_the_demo_prints_a_code_that_leads_to_it(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "demo.log"
    env = {k: v for k, v in base_env(tmp_path / "data").items() if k != "SHELFCAST_PUBLIC_URL"}
    with log.open("wb") as out:
        words = ["-m", "signage", "demo", "--lan", "--port", str(port)]
        demo = subprocess.Popen([sys.executable, *words], env=env, stdout=out, stderr=out, start_new_session=True)
    try:
        wait_for(lambda: answers(f"http://{ELSEWHERE}:{port}/healthz"), 90, "an answer on the network's address")
        address = read_by_a_camera(on_a_terminal(log.read_text()))
        assert address == f"http://{HERE}:{port}/demo"
        assert address in log.read_text()
        for page in ("/demo", "/player"):
            assert answers(f"http://{ELSEWHERE}:{port}{page}")
    finally:
        os.kill(demo.pid, signal.SIGINT)
        demo.wait(60)


@pytest.fixture
def open_to_all(seeded: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Shop]:
    template, keys = seeded

    def bind(shop: Shop) -> None:
        shop.extra += ["--host", "0.0.0.0"]
        del shop.env["SHELFCAST_PUBLIC_URL"]
        shop.base = f"http://{ELSEWHERE}:{shop.port}"

    with open_shop(template, keys, tmp_path / "data", before=bind) as shop:
        yield shop


def test_a_shop_open_to_all_shows_the_network_s_address(open_to_all: Shop) -> None:
    registered_where_it_was_opened(open_to_all)
    player = Player.let_in(open_to_all.base, "367-entrance", open_to_all.keys["367-entrance"])
    codes_on_the_glass_lead_to_pages(open_to_all, player)
    open_to_all.stop()
    assert player.closed_with() == 1012  # told that the server restarts, instead of being cut off


def registered_where_it_was_opened(shop: Shop) -> None:
    size = {"width": 1920, "height": 1080}
    told = requests.post(f"{shop.base}/v1/player/registrations", json=size, timeout=20).json()
    wanted = f"http://{HERE}:{shop.port}/studio/screens?code={told['code']}"
    assert read_by_a_camera(as_a_path(told["qr"])) == wanted


def codes_on_the_glass_lead_to_pages(shop: Shop, player: Player) -> None:
    """The product on a card, and the screen's own code that a member reads."""
    codes: set[str] = set()

    def both() -> bool:
        player.say("next", request="r", cached=[])
        shown = player.expect("show")["item"]["card"]
        codes.update([read_by_a_camera(as_a_path(shown["qr"]))] if shown and shown["qr"] else [])
        return {code.split("/")[3] for code in codes} >= {"01", "s"}

    wait_for(both, 60, "a product's code and the screen's own")
    assert all(code.startswith(f"http://{HERE}:{shop.port}/") for code in codes)
    for code in codes:
        assert requests.get(code.replace(HERE, ELSEWHERE, 1), timeout=20).status_code == 200, code
