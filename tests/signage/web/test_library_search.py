"""Looking for creatives: by name, kind, state and language, by the page, and never another store's."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from signage.domain.campaign import CampaignState, Level
from signage.domain.content import MediaKind
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.creatives import Creative, CreativeState, Served
from signage.storage.users import Role
from signage.web import creative_pages
from tests.signage.web.campaigns import form
from tests.signage.web.conftest import Studio, post
from tests.signage.web.test_creatives import png
from tests.signage.web.test_uploads import Sender

SERVED = Served("b" * 64, "image/webp", 5000, 1920, 1080, 0, "c" * 64)


def shelved(
    studio_app: Studio, name: str, *, kind: MediaKind = MediaKind.IMAGE, store_id: str = "", language: str = "",
    of: str = "", days: int | None = None, state: CreativeState = CreativeState.READY, ago: int = 0,
) -> str:  # fmt: skip
    """A creative in the library since `ago` days -> its id. `days` until it expires."""
    creatives, now, creative_id = studio_app.ports.storage.creatives, studio_app.ports.clock(), str(uuid4())
    creatives.add(
        Creative(
            creative_id, name, kind, CreativeState.UPLOADED, store_id, now - timedelta(days=ago), uuid4().hex * 2, variant_of=of,
            language=language,
        ),
        "",
    )  # fmt: skip
    if state is CreativeState.READY:
        creatives.ready(creative_id, SERVED)
    if state is CreativeState.FAILED:
        creatives.failed(creative_id, "壊れています", "It is damaged")
    if days is not None:
        expires = now + timedelta(days=days)
        creatives.describe(creative_id, None, "", now, name=name, language=language, expires_at=expires)
    return creative_id


def used(studio_app: Studio, creative_id: str, *, ended: bool) -> None:
    key, campaigns, now = uuid4().hex, studio_app.ports.storage.campaigns, studio_app.ports.clock()
    campaigns.add(Campaign(key, key, Level.OPEN, "", (CampaignSpot(key, key, 10_000, creative_id),)), "", now)
    way = (CampaignState.SUBMITTED, CampaignState.APPROVED, CampaignState.ENDED) if ended else ()
    for revision, state in enumerate(way, 1):
        campaigns.move(key, state, revision, None, by="", now=now)


def listed(client: FlaskClient, query: str) -> list[str]:
    """Names on the page, in its order."""
    page = client.get(f"/studio/creatives?{query}")
    assert page.status_code == 200
    return re.findall(r'<h2><a href="/studio/creatives/[^"]+">([^<]+)</a>', page.text)


@pytest.fixture
def library(studio_app: Studio) -> FlaskClient:
    tea = shelved(studio_app, "秋のお茶 100%.png", language="ja")
    shelved(studio_app, "Tea_tall.png", of=tea, language="en")
    used(studio_app, shelved(studio_app, "Milk.png"), ended=False)
    used(studio_app, shelved(studio_app, "milk film.mp4", kind=MediaKind.VIDEO), ended=True)
    shelved(studio_app, "gone.png", days=-1)
    shelved(studio_app, "soon.png", days=3)
    shelved(studio_app, "waits.png", state=CreativeState.UPLOADED)
    shelved(studio_app, "broken.png", state=CreativeState.FAILED)
    shelved(studio_app, "elm milk.png", store_id="elm")
    return studio_app.logged_in(Role.VIEWER)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=milk", {"Milk.png", "milk film.mp4", "elm milk.png"}),
        ("q=MILK+film", {"milk film.mp4"}),
        ("q=お茶", {"秋のお茶 100%.png"}),
        ("q=tea_tall", {"秋のお茶 100%.png"}),  # a variant is found at its creative
        ("q=0%25", {"秋のお茶 100%.png"}),
        ("q=_", {"秋のお茶 100%.png"}),
        ("q=%25%25", set()),
        ("kind=video", {"milk film.mp4"}),
        ("state=expired", {"gone.png"}),
        ("state=working", {"waits.png"}),
        ("state=failed", {"broken.png"}),
        ("state=ready&q=png", {"秋のお茶 100%.png", "Milk.png", "soon.png", "elm milk.png"}),
        ("state=unused&q=m", {"milk film.mp4", "elm milk.png"}),
        ("language=en", {"秋のお茶 100%.png"}),
        ("language=ja&kind=image&state=ready", {"秋のお茶 100%.png"}),
        ("kind=x&state=y&language=fr&page=-1&q=soon", {"soon.png"}),
    ],
)
def test_what_is_looked_for_is_found(library: FlaskClient, query: str, names: set[str]) -> None:
    found = listed(library, query)
    assert (set(found), len(found)) == (names, len(names))


def test_a_store_finds_its_own_only(library: FlaskClient, studio_app: Studio) -> None:
    assert listed(library, "q=milk")
    assert listed(studio_app.logged_in(Role.EDITOR, "elm"), "q=milk") == ["elm milk.png"]


def test_what_is_looked_for_stays_in_the_form_and_nothing_found_has_a_way_on(library: FlaskClient) -> None:
    page = library.get("/studio/creatives?q=%3Cb%3Exyz&state=expired&lang=ja").text
    assert 'value="&lt;b&gt;xyz"' in page and '<option value="expired" selected>' in page
    assert "この条件に合う素材はありません" in page and 'href="/studio/creatives">すべて表示' in page


def test_many_are_told_by_the_page(studio_app: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creative_pages, "A_PAGE", 4)
    for number in range(9):
        shelved(studio_app, f"film {number}.mp4", kind=MediaKind.VIDEO)
        shelved(studio_app, f"still {number}.png")
    client, seen, query = studio_app.logged_in(Role.VIEWER), [], "kind=video&q=film"
    while query:
        page = listed(client, query)
        seen += page
        found = re.search(
            r'rel="next" href="/studio/creatives\?([^"]+)"', client.get(f"/studio/creatives?{query}").text
        )
        query = found[1].replace("&amp;", "&") if found else ""
        assert len(page) <= 4
    assert sorted(seen) == [f"film {number}.mp4" for number in range(9)], "each once"
    far = client.get("/studio/creatives?kind=video&page=99").text
    assert "nothing on this page any more" in far and "page=3" in far


def test_what_has_expired_is_not_chosen_anew_but_stays_where_it_is(studio_app: Studio) -> None:
    client, gone = studio_app.logged_in(Role.EDITOR), shelved(studio_app, "gone.png", days=-1)
    page = client.get("/studio/campaigns/new").text
    tile = page[page.index(f'value="{gone}"') :]
    assert tile.startswith(f'value="{gone}" disabled') and "Expired" in tile[:500]
    soon = shelved(studio_app, "soon.png", days=3)
    page = client.get("/studio/campaigns/new?lang=ja").text
    assert "まで" in page[page.index(f'value="{soon}"') :][:500]
    refused = post(client, "/studio/campaigns/new?lang=en", form(gone))
    assert refused.status_code == 422 and "Expired: gone.png. Give it a new expiry" in refused.text
    fields = form(soon)
    assert post(client, "/studio/campaigns/new", fields).status_code == 302
    studio_app.ports.storage.creatives.describe(
        soon, None, "", studio_app.ports.clock(), name="soon.png", language="", expires_at=studio_app.ports.clock()
    )  # fmt: skip
    address = f"/studio/campaigns/{fields['campaign_id']}/edit"
    page = client.get(address).text
    assert f'value="{soon}" checked' in page
    assert post(client, address, fields | {"name": "Autumn again", "revision": "1"}).status_code == 302


def test_an_old_creative_is_in_the_form_that_names_it(studio_app: Studio) -> None:
    old = shelved(studio_app, "old.png", ago=1)
    for number in range(3):
        shelved(studio_app, f"{number}.png")
    creatives = studio_app.ports.storage.creatives
    assert old not in {one.creative_id for one in creatives.pickable(None, [], limit=3)}
    picked = [one.creative_id for one in creatives.pickable(None, [old, "nobody"], limit=3)]
    assert old in picked and len(picked) == len(set(picked)) == 4
    assert creatives.pickable("elm", [old]) == []


def test_a_file_that_has_expired_is_here_but_needs_a_new_expiry(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    sender, storage, now = Sender(client), studio_app.ports.storage, studio_app.ports.clock()
    made = sender.piece(sender.begin(png()).json["upload_id"], 0, png()).json["creative"]["creative_id"]
    studio_app.worker.sweep()
    storage.creatives.describe(made, None, "", now, name="a.png", language="", expires_at=now - timedelta(days=1))
    again = sender.piece(sender.begin(png()).json["upload_id"], 0, png()).json
    assert again["known"] and again["creative"]["expired"] and "but expired" in again["words"]
    assert again["creative"]["page"] == f"/studio/creatives/{made}"
    tile = client.get("/studio/creatives").text
    assert "Set a new expiry" in tile and "Make a campaign" not in tile
