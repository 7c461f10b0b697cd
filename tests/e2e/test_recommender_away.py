"""The recommender as a service of its own is killed: pages say so plainly, and the screens go on without prices."""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import Any

import psutil
import pytest

from signage.domain.campaign import Level, Targeting
from tests.e2e.ledger import add_campaign
from tests.e2e.shop import MEMBER, MILK, Shop, open_shop, run, wait_for
from tests.servers import free_port
from tests.wire_player import Player

pytestmark = pytest.mark.timeout(240)
KEY = "between-two-machines"
SCREEN = "367-checkout"


@dataclass
class Recommender:
    """`recommender serve`, to be killed and started again."""

    env: dict[str, str]
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "recommender", "serve", "--port", str(self.port)], env=self.env
        )
        wait_for(lambda: fetched(f"http://127.0.0.1:{self.port}/healthz").status == 200, 60, "the recommender")

    def kill(self) -> None:
        assert self.process is not None
        family = [*psutil.Process(self.process.pid).children(recursive=True), psutil.Process(self.process.pid)]
        for process in family:
            process.kill()
        self.process.wait()
        psutil.wait_procs(family, timeout=10)


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    return Recommender({}, free_port())


@pytest.fixture(scope="module")
def shop(
    seeded: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory, recommender: Recommender
) -> Iterator[Shop]:
    template, keys = seeded

    def apart(shop: Shop) -> None:
        recommender.env.update(shop.env | {"SHELFCAST_RECOMMENDER_KEY": KEY})
        shop.env |= {"SHELFCAST_RECOMMENDER_KEY": KEY, "RECOMMENDER_URL": f"http://127.0.0.1:{recommender.port}"}
        here = Targeting(screens=frozenset({SCREEN}))
        add_campaign(shop.data, datetime.now(UTC), "milk", MILK, level=Level.TAKEOVER, targeting=here)
        recommender.start()

    with open_shop(template, keys, tmp_path_factory.mktemp("apart") / "data", before=apart) as opened:
        yield opened
    recommender.kill()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    text: str


def fetched(address: str, **headers: str) -> Answer:
    request = urllib.request.Request(address, headers={"Accept": "text/html"} | headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return Answer(answer.status, answer.headers, answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read().decode())
    except OSError:
        return Answer(0, Message(), "")


def shown(player: Player) -> dict[str, Any]:
    player.say("next", request="r", cached=[])
    message = player.expect("show")
    assert message["decision"]
    item: dict[str, Any] = message["item"]
    return item


def price(item: dict[str, Any]) -> str:
    (product,) = item["card"]["products"]
    assert product["name"] == "牛乳"
    return str(product["price"]["digits"])


def test_screens_go_on_and_pages_say_why_not(shop: Shop, recommender: Recommender) -> None:
    player, page = Player.let_in(shop.base, SCREEN, shop.keys[SCREEN]), f"{shop.base}/p/{MILK}?s=367"
    session = run(recommender.env, "members", "link", "--member", MEMBER, "--session").strip()
    member = {"Cookie": f"shelfcast_me={session}"}
    assert price(shown(player)) == "248"
    assert "牛乳" in fetched(page).text

    recommender.kill()
    assert (shown(player)["spot"], price(shown(player))) == ("milk-1", "")
    for address, headers, words in (
        (
            page,
            {"Accept-Language": "ja"},
            "商品と会員の情報を、いま確認できません。少し待ってから、もう一度お試しください。",
        ),
        (page, {"Accept-Language": "en"}, "looked up right now. Wait a little and try again."),
        (f"{shop.base}/me", member | {"Accept-Language": "ja"}, "もう一度お試しください。"),
    ):
        answer = fetched(address, **headers)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert words in answer.text.replace("&#39;", "'")
    player.say("code", text="M1.ABCDEF")
    assert "ただいま会員コードを確認できません" in player.expect("notice")["text"]

    recommender.start()
    wait_for(lambda: fetched(page).status == 200, 20, "the page's return")
    wait_for(lambda: price(shown(player)) == "248", 20, "the price's return")
    player.close()
