"""The server is killed while a player plays: the screen goes on, and no play is missing or doubled."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page

from signage.domain.campaign import Level
from tests.e2e.glass import said
from tests.e2e.ledger import add_campaign, rows
from tests.e2e.shop import MILK, SODA, Shop, open_shop, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
SCREEN = "367-checkout"


def played(shop: Shop) -> int:
    return int(rows(shop, "SELECT count(*) FROM plays WHERE screen_id = ?", SCREEN)[0][0])


# over plain http the tour cuts a cable, and counts what arrives late: every run needs the killed server only once
@pytest.mark.parametrize(
    ("host", "tls"),
    [pytest.param("127.0.0.1", False, marks=pytest.mark.soak), ("shelf.test", True)],
    ids=["localhost", "https-by-name"],
)
def test_the_screen_survives_a_killed_server(
    seeded: tuple[Path, dict[str, str]], tmp_path: Path, open_page: Callable[..., Page], host: str, tls: bool
) -> None:
    template, keys = seeded
    with open_shop(template, keys, tmp_path / "data", host=host, tls=tls) as shop:
        for key, gtin in (("soda", SODA), ("milk", MILK)):
            add_campaign(shop.data, datetime.now(UTC), key, gtin, level=Level.TAKEOVER, length_ms=1_000)
        page = open_page(640, 360, ignore_https_errors=True)
        page.goto(shop.player(SCREEN))
        wait_for(lambda: said(page, "online") == "true", what="the connection")
        wait_for(lambda: played(shop) >= 2, what="two plays in the ledger")

        shop.kill_everything()
        wait_for(lambda: said(page, "online") == "false", 60, "noticing the dead server")
        spots = set()

        def changed() -> bool:
            spots.add(said(page, "spot"))
            return len(spots) >= 2 and int(said(page, "queued")) >= 2

        wait_for(changed, 60, "playing on alone, keeping its plays")

        shop.start()
        wait_for(lambda: said(page, "online") == "true", 90, "reconnecting")
        wait_for(lambda: int(said(page, "queued")) == 0, 30, "handing the plays over")
        ledger = rows(
            shop,
            "SELECT sequence, offline, started_at, shown_ms FROM plays WHERE screen_id = ? ORDER BY sequence",
            SCREEN,
        )
        sequences = [row["sequence"] for row in ledger]
        assert sequences == list(range(sequences[0], sequences[0] + len(sequences)))
        assert any(row["offline"] for row in ledger)
        assert len(rows(shop, "SELECT 1 FROM refused_plays")) == 0
        told = "SELECT 1 FROM conditions WHERE screen_id = ? AND condition = 'playing'"
        wait_for(lambda: len(rows(shop, told, SCREEN)) >= 2, what="a word of how it is, before and after")
