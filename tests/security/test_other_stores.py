"""Whatever people of one store send, by whatever form, to whatever address: no row of another store or of headquarters changes,
and no row of their own comes to name one. (What they are answered, and see: tests/signage/web/test_scope.py.)"""

import io
from dataclasses import replace
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Table, select
from werkzeug.datastructures import MultiDict

from signage.domain.campaign import CampaignState, Level, Targeting
from signage.domain.content import Card, MediaKind, Template
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.creatives import Creative, CreativeState, Served
from signage.storage.notices import Notice
from signage.storage.schema import campaigns, creatives, metadata, notices, screens, spots, stores, users
from signage.storage.uploads import Announced
from signage.storage.users import Role
from signage.web import passwords
from signage.web.ports import EXTENSION
from tests.security.conftest import House, address, csrf
from tests.signage.web.conftest import hashed
from tests.signage.web.test_creatives import png

SECRET = "another long sentence"
KEPT: tuple[Table, ...] = (stores, screens, users, creatives, campaigns, spots, notices)


def things(house: House, store_id: str) -> dict[str, str]:
    """One of each that a store, or headquarters (""), may have."""
    storage, now, name = house.web.storage, house.web.clock(), store_id or "hq"
    creative_id, campaign_id = str(uuid4()), str(uuid4())
    storage.creatives.add(
        Creative(creative_id, f"of {name}", MediaKind.IMAGE, CreativeState.UPLOADED, store_id, now, name * 9), ""
    )
    storage.creatives.ready(creative_id, Served(name * 8, "image/webp", 5000, 1920, 1080, 0, ""))
    card = CampaignSpot(f"{campaign_id}-0", name, 10_000, card=Card(Template.SERVICE, title_ja=name, title_en=name))
    spot = CampaignSpot(f"{campaign_id}-1", name, 10_000, creative_id)
    aimed = Targeting(stores=frozenset({store_id} if store_id else ()))
    storage.campaigns.add(
        Campaign(campaign_id, f"of {name}", Level.OPEN, store_id, (card, spot), targeting=aimed), "", now
    )
    by = storage.users.by_email(house.person(Role.EDITOR, store_id))
    assert by is not None
    upload = storage.uploads.begin(Announced(f"{name}.png", 9), by.user_id, now).upload_id
    if store_id:
        storage.notices.save(Notice(store_id, name, name, name, name, now), "")
    screen = {"ekimae": "entrance", "elm": "dairy"}.get(store_id, "entrance")
    return {
        "creative_id": creative_id, "campaign_id": campaign_id, "spot_id": card.spot_id, "user_id": by.user_id,
        "upload_id": upload, "store_id": store_id or "ekimae", "screen_id": screen,
    }  # fmt: skip


def naming(theirs: dict[str, str]) -> list[dict[str, Any]]:
    """Forms that name what is theirs under every name that forms have, with all else as each form wants it."""
    plain = {
        "name": "x",
        "to": "submitted",
        "revision": "1",
        "zone": "aisle",
        "layout": "full",
        "fit": "fit",
        "safe_percent": "0",
        "lit_from": "00:00",
        "lit_until": "00:00",
        "camera": "off",
        "tags": "",
        "frame": "as_is",
        "language": "ja",
        "length_s": "10",
        "audience": "any",
        "restriction": "none",
        "level": "open",
        "cap_per_hour": "0",
        "goal_plays": "0",
        "holidays": "same",
        "every_weeks": "1",
        "distance": "any",
        "cap_per_loop": "0",
        "cap_per_guest": "0",
        "goal_share": "0",
        "operator": "x",
        "purpose_ja": "x",
        "purpose_en": "x",
        "contact": "x",
        "verb": "reload",
        "password": SECRET,
        "email": f"{uuid4()}@example.jp",
        "line": "x",
        "until": "2099-01-01T00:00",
        "name_ja": "x",
        "name_en": "x",
        "currency": "JPY",
        "own_percent": "100",
        "text": f"store,name,zone,width,height\n{theirs['store_id']},{uuid4()},aisle,1920,1080\n",
        "files": [],
        "role": "viewer",
        "sha256": "",
        "size": "9",
    }
    named = {
        "screens": [theirs["screen_id"]],
        "screen_id": theirs["screen_id"],
        "screen": theirs["screen_id"],
        "replace": theirs["screen_id"],
        "stores": [theirs["store_id"]],
        "store": theirs["store_id"],
        "store_id": theirs["store_id"],
        "creatives": [theirs["creative_id"]],
        "creative": theirs["creative_id"],
        "variant_of": theirs["creative_id"],
        "spot_id": theirs["spot_id"],
        "user_id": theirs["user_id"],
    }
    return [
        plain | named | {"what": what, "campaign_id": campaign, "post_id": campaign, "copy_id": campaign}
        for what, campaign in (("creative", str(uuid4())), ("service", theirs["campaign_id"]))
    ]


def rows(house: House, but: str) -> dict[str, set[Any]]:
    """Every row of these tables that isn't this store's, as it is."""
    told: dict[str, set[Any]] = {}
    with house.web.engine.connect() as connection:
        own = set(connection.scalars(select(campaigns.c.id).where(campaigns.c.store_id == but)))
        for table in KEPT:
            mine = {"stores": "id", "spots": "campaign_id"}.get(table.name, "store_id")
            told[table.name] = {
                row for row in connection.execute(select(table))
                if getattr(row, mine) not in (own if table is spots else {but})
            }  # fmt: skip
    return told


def mentions(house: House, store_id: str, theirs: dict[str, str]) -> list[tuple[str, object]]:
    """Rows of this store that name what isn't theirs."""
    found = []
    with house.web.engine.connect() as connection:
        own = set(connection.scalars(select(campaigns.c.id).where(campaigns.c.store_id == store_id)))
        for table in KEPT:
            mine = {"stores": "id", "spots": "campaign_id"}.get(table.name, "store_id")
            for row in connection.execute(select(table)):
                ours = getattr(row, mine) in (own if table is spots else {store_id})
                if ours and any(value in str(tuple(row)) for value in theirs.values()):
                    found.append((table.name, row))
    return found


def test_nothing_of_anybody_else_is_changed_or_taken(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    once = hashed()
    monkeypatch.setattr(passwords, "hashed", lambda _secret: once)  # slow on purpose, and not the matter here
    house.app.extensions[EXTENSION] = replace(house.app.extensions[EXTENSION], patience_s=0.01)
    assert set(KEPT) <= set(metadata.tables.values())
    mine, others = things(house, "elm"), [things(house, "ekimae"), things(house, "")]
    code = house.client().post("/v1/player/registrations", json={"width": 1920, "height": 1080}).json["code"]
    before, sent, accepted = rows(house, "elm"), 0, set[str]()
    routes = [(method, rule) for method, rule in house.rules("POST", "PATCH", "DELETE")
              if rule.endpoint.startswith(("studio.", "studio_api."))]  # fmt: skip
    for role, theirs in product((Role.ADMIN, Role.MANAGER), others):  # who may do most, and whose store is always told
        client = house.logged_in(role, "elm")
        carried = csrf(client)
        for method, rule in routes:
            if rule.endpoint in {"studio.logout", "studio.password", "studio.login", "studio.setup"}:
                continue
            for path, form in product({address(rule, theirs), address(rule, mine)}, naming(theirs)):
                data = MultiDict[str, Any](form | {"csrf_token": carried, "code": code})
                data["photo"] = (io.BytesIO(png(f"#{sent % (1 << 24):06x}")), "a.png")
                answer = client.open(path, method=method, data=data, headers={"X-CSRFToken": carried})
                assert answer.status_code < 500, (path, answer.status_code)
                sent += 1
                if answer.status_code == 302 and "/login" not in answer.location:
                    accepted.add(rule.endpoint)
    after = rows(house, "elm")
    changed = {name: before[name] ^ after[name] for name in before if before[name] != after[name]}
    assert changed == {}
    strangers = {name: value for one in others for name, value in one.items() if name != "store_id"}
    assert mentions(house, "elm", strangers | {"store": "ekimae"}) == []
    assert {"studio.edit_creative", "studio.edit_screen", "studio.save_notice"} <= accepted, accepted
    assert all(one.state is CampaignState.DRAFT for one in house.web.storage.campaigns.all("ekimae"))


def test_pieces_of_a_file_go_to_nothing_of_anybody_else(house: House) -> None:
    theirs, content = [things(house, "ekimae"), things(house, "")], png()
    client = house.logged_in(Role.ADMIN, "elm")
    headers = {"X-CSRFToken": csrf(client)}
    told = {"name": "a.png", "size": len(content), "modified": 1}
    mine = client.post("/v1/uploads", json=told, headers=headers).json["upload_id"]
    for one in theirs:
        asked = {"variant_of": one["creative_id"], "language": "ja"}
        assert client.post("/v1/uploads", json=told, query_string=asked, headers=headers).status_code == 404
        for upload in (mine, one["upload_id"]):
            piece = headers | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
            assert (
                client.patch(f"/v1/uploads/{upload}", data=content, query_string=asked, headers=piece).status_code
                == 404
            )
        assert client.delete(f"/v1/uploads/{one['upload_id']}", headers=headers).status_code == 404
        assert house.web.storage.creatives.variants(one["creative_id"]) == []
