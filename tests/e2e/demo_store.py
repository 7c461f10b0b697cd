"""The demo over the small shop: its page on, one story member, and a campaign for each of its six products."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.ledger import add_campaign
from tests.e2e.shop import BEER, BREAD, CHEESE, MEMBER, MILK, PIZZA, SODA, Shop, open_shop, run

LENGTH_MS = 3_000
MILK_AND_BEER = {"milk": MILK, "beer": BEER}
EVERYTHING = MILK_AND_BEER | {"bread": BREAD, "cheese": CHEESE, "soda": SODA, "pizza": PIZZA}
STORY = {"label_ja": "会員A", "line_ja": "牛乳を毎週", "label_en": "Member A", "line_en": "milk every week"}


@contextmanager
def open_demo(
    seeded: tuple[Path, dict[str, str]], data: Path, redis_url: str, campaigns: Mapping[str, str]
) -> Iterator[Shop]:
    """Running until the end. `redis_url`: a server that has run for a while, for codes are refused by one that has not;
    `campaigns`: GTIN by name, each a spot of three seconds."""
    template, keys = seeded

    def prepare(shop: Shop) -> None:
        shop.env["REDIS_URL"] = redis_url
        folder = shop.data / "demo"
        folder.mkdir()
        (folder / "screens.json").write_text(json.dumps(shop.keys))
        session = run(shop.env, "members", "link", "--member", MEMBER, "--consent", "--session").strip()
        (folder / "sessions.json").write_text(json.dumps([session]))
        (folder / "story.json").write_text(json.dumps([STORY | {"member": MEMBER}]))
        (folder / "progress.json").write_text(
            json.dumps({"number": 10, "of": 10, "what": "", "share": 1.0, "model": "trained"})
        )
        for key, gtin in campaigns.items():
            add_campaign(shop.data, datetime.now(UTC), key, gtin, length_ms=LENGTH_MS)

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHELFCAST_DEMO", "1")
        with open_shop(template, keys, data, before=prepare) as shop:
            yield shop


def ask(shop: Shop, path: str, body: Any = None, *, same_page: bool = True, method: str = "") -> tuple[int, Any]:
    """GET, or POST when there is a body -> status and what came back as JSON ({} when it is none)."""
    headers = {"Content-Type": "application/json"} | ({"X-Shelfcast-Demo": "1"} if same_page else {})
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{shop.base}/demo/{path}", data, headers, method=method or None)
    try:
        with urllib.request.urlopen(request, timeout=40) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            text = refused.read()
        return refused.code, json.loads(text) if text.startswith(b"{") else {}


def told(shop: Shop, path: str, body: Any = None) -> Any:
    """What an answer of 200 says."""
    status, answer = ask(shop, path, body)
    assert status == 200, (path, status, answer)
    return answer
