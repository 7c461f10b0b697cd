"""Two addresses in the environment, no change of code: the whole shop runs on PostgreSQL."""

import re
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page
from sqlalchemy import Engine, text

from signage.domain.campaign import Level
from signage.storage.engine import open_engine
from tests.e2e.ledger import approve
from tests.e2e.marketer import exported, set_up
from tests.e2e.shop import MEMBER, MILK, Shop, open_shop, run, seed, seeding, wait_for
from tests.postgres import PostgresServer
from tests.wire_player import Player, raw_play

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
SCREEN = "367-checkout"


@pytest.fixture(scope="module")
def urls(postgres: PostgresServer) -> dict[str, str]:
    return {name: postgres.database() for name in ("SHELFCAST_DATABASE_URL", "SHELFCAST_HISTORY_URL")}


@pytest.fixture(scope="module")
def shop(urls: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Seeded by the product's own verbs, which learn of the databases as every process does: from the environment."""
    data = tmp_path_factory.mktemp("postgres") / "data"
    data.mkdir()
    with pytest.MonkeyPatch.context() as environment:
        for name in ("REDIS_URL", "RECOMMENDER_URL"):
            environment.delenv(name, raising=False)
        for name, value in (seeding(data) | urls).items():
            environment.setenv(name, value)
        keys = seed(data)
    with open_shop(data, keys, data.with_name("running"), before=lambda shop: shop.env.update(urls)) as opened:
        yield opened


@pytest.fixture
def signage(urls: dict[str, str]) -> Iterator[Engine]:
    engine = open_engine(urls["SHELFCAST_DATABASE_URL"])
    yield engine
    engine.dispose()


def fetched(address: str, **headers: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=20) as answer:
        return str(answer.read().decode())


def test_no_other_database_is_there(shop: Shop) -> None:
    assert not list(shop.data.rglob("*.db"))


def test_the_same_history_twice_adds_nothing(shop: Shop) -> None:
    told = run(shop.env, "import", "--kind", "lines", str(shop.data / "files" / "lines.csv"))
    lines, added, known, rejected = map(int, re.findall(r"(\d+) (?:lines|added|known|rejected)", told))
    assert (lines, added, known, rejected) == (472, 0, 472, 0)


def test_from_an_approved_campaign_to_a_row_of_the_report(
    shop: Shop, urls: dict[str, str], signage: Engine, open_page: Callable[..., Page]
) -> None:
    spot = approve(urls["SHELFCAST_DATABASE_URL"], datetime.now(UTC), "milk", MILK, level=Level.TAKEOVER)
    player = Player.let_in(shop.base, SCREEN, shop.keys[SCREEN])
    player.say("next", request="r1", cached=[])
    shown = player.expect("show")
    (product,) = shown["item"]["card"]["products"]
    assert (shown["item"]["spot"], product["name"], product["price"]["digits"]) == (spot, "牛乳", "248")

    play = raw_play(spot=spot, campaign="milk", decision=shown["decision"], name="牛乳")
    player.say("plays", batch="b1", plays=[play, play | {"id": "bad", "name": "牛\0乳"}])
    first = player.expect("plays_ack")
    player.say("plays", batch="b2", plays=[play])
    again = player.expect("plays_ack")
    player.close()
    assert (first["accepted"], first["duplicate"], len(first["refused"])) == ([play["id"]], [], 1)
    assert (again["accepted"], again["duplicate"]) == ([], [play["id"]])

    def rows(query: str) -> list[tuple[object, ...]]:
        with signage.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), {"decision": shown["decision"]})]

    wait_for(lambda: rows("SELECT 1 FROM decisions WHERE id = :decision"), what="the decision's record")
    assert rows("SELECT spot_id, completed FROM plays WHERE decision_id = :decision") == [(spot, 1)]
    assert rows("SELECT count(*) FROM refused_plays WHERE body LIKE '%bad%'") == [(1,)]
    studio = open_page(locale="ja-JP")
    set_up(studio, shop)
    (row,) = exported(studio, shop, screen=SCREEN, campaign="milk")
    assert (row["店舗"], row["画面"], row["キャンペーン"], row["放映完了"]) == ("駅前店", "レジ前", "milk", "1")


def test_a_shoppers_pages(shop: Shop) -> None:
    page = fetched(f"{shop.base}/p/{MILK}?s=367", **{"Accept-Language": "ja"})
    assert "牛乳" in page
    assert "248" in page
    session = run(shop.env, "members", "link", "--member", MEMBER, "--consent", "--session").strip()
    member = {"Cookie": f"shelfcast_me={session}", "Accept-Language": "ja"}
    assert "<svg" in fetched(f"{shop.base}/me", **member)
    assert "全 16 件" in fetched(f"{shop.base}/me/data", **member)
    assert "牛乳" in fetched(f"{shop.base}/me/picks", **member)
