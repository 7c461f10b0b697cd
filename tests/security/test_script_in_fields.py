"""Markup in every text that anybody can send: no page gives birth to an element of it.

The forms are found by walking the studio's own pages, so a new form is tried without being entered here; the columns of the
database are looked through for what arrived, so a form that nothing of was saved is noticed.
"""

import io
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import Text, inspect, select
from werkzeug.datastructures import MultiDict

from recommender.domain.gtin import restricted
from signage.channel.protocol import parse
from signage.channel.reporting import report_of
from signage.domain.campaign import Level
from signage.domain.clock import millis
from signage.domain.content import Card, Template
from signage.proof.plays import Proof
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.schema import metadata
from signage.storage.users import Role
from tests.security.conftest import BASE, House, address, csrf
from tests.security.markup import PAYLOAD, Form, born, read
from tests.signage.shelf.conftest import serving
from tests.signage.web.test_creatives import png
from tests.wire_player import raw_play

KEPT = {  # where people's and machines' words are kept: each has to have taken some
    "stores.name_ja", "stores.name_en", "stores.contact", "screens.name", "screens.place_ja", "screens.place_en",
    "registrations.user_agent", "users.name", "creatives.name", "campaigns.name", "spots.name", "spots.card", "notices.operator",
    "notices.purpose_ja", "notices.purpose_en", "notices.contact", "audit.detail", "plays.creative_name", "refused_plays.body",
    "uploads.name",
}  # fmt: skip
SALAD = restricted(1004073)
GOODBYE = re.compile(r"/(logout|delete|revoke|rotate|end|password|setup|login)\b")
KINDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b\d+\b|/(entrance|aisle|checkout|edge|dairy|ekimae|elm)\b")


def kind_of(path: str) -> str:
    """Pages of one kind and their like: a few of each are enough."""
    split = urlsplit(path)
    return KINDS.sub("*", split.path) + "?" + "&".join(sorted(re.findall(r"(\w+)=", split.query)))


def walk(client: FlaskClient, start: str) -> dict[str, str]:
    """Address -> page, of all that can be reached by links, at most three of a kind."""
    pages: dict[str, str] = {}
    seen: dict[str, int] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path in pages or seen.get(kind_of(path), 0) > 2:
            continue
        seen[kind_of(path)] = seen.get(kind_of(path), 0) + 1
        with client.get(path, follow_redirects=True) as answer:
            if answer.mimetype != "text/html":
                continue
            assert answer.status_code < 500, path
            pages[path] = answer.text
        links = {urlsplit(urljoin(BASE + path, link)) for link in read(pages[path]).links}
        inside = {link for link in links if f"{link.scheme}://{link.netloc}" == BASE and "lang=" not in link.query}
        waiting += sorted(f"{link.path}?{link.query}" for link in inside)
    return pages


def filled(form: Form) -> MultiDict[str, Any]:
    sent = MultiDict[str, Any](form.fields)
    for name in form.texts:
        sent[name] = PAYLOAD
    for name in form.files:
        sent[name] = (io.BytesIO(png()), PAYLOAD.replace('"', '\\"') + ".png")
    return sent


def send_every_form(client: FlaskClient, pages: dict[str, str]) -> int:
    """Each form of each page as it stands, but for its texts."""
    done = set[str]()
    for path, text in pages.items():
        for form in read(text).forms:
            action = urljoin(path, form.action)
            if form.method != "post" or GOODBYE.search(action) or not (form.texts or form.files):
                continue
            done.add(kind_of(action))
            with client.post(action, data=filled(form), follow_redirects=True) as answer:
                assert answer.status_code < 500 and born(answer.text) == [], (action, born(answer.text))
    return len(done)


def what_people_write(house: House, client: FlaskClient) -> None:
    """Where a form wants more than texts, what it would make of them; and everything that comes without a form."""
    storage, now, token = house.web.storage, house.web.clock(), csrf(client)
    person = {
        "email": "x@example.jp",
        "name": PAYLOAD,
        "password": "another long sentence",
        "role": "viewer",
        "store_id": "",
    }
    assert client.post("/studio/users", data=person | {"csrf_token": token}).status_code == 302
    card = Card(Template.SERVICE, title_ja=PAYLOAD, title_en=PAYLOAD)
    spots = (
        CampaignSpot("s1", PAYLOAD, 10_000, card=card),
        CampaignSpot("s2", PAYLOAD, 10_000, card=Card(Template.PRODUCT, SALAD)),
    )
    storage.campaigns.add(Campaign("c1", PAYLOAD, Level.OPEN, "", spots), "", now)
    store = {
        "name_ja": PAYLOAD,
        "name_en": PAYLOAD,
        "contact": PAYLOAD,
        "zone": "Asia/Tokyo",
        "currency": "JPY",
        "language": "ja",
    }
    for path, more in (("/studio/stores", {"store_id": "new"}), ("/studio/stores/ekimae", {"own_percent": "20"})):
        sent = client.post(path, data=store | more | {"csrf_token": token})
        assert sent.status_code == 302, sent.text[-3000:]
    screen = {"name": PAYLOAD, "place_ja": PAYLOAD, "place_en": PAYLOAD, "tags": "drinks", "zone": "shelf", "layout": "full",
              "fit": "fit", "safe_percent": "0", "lit_from": "00:00", "lit_until": "00:00", "camera": "off"}  # fmt: skip
    assert client.post("/studio/screens/edge/edit", data=screen | {"csrf_token": token}).status_code == 302
    head = {"X-CSRFToken": token}
    assert client.post("/v1/uploads", json={"name": f"{PAYLOAD}.png", "size": 9}, headers=head).status_code == 201


def what_machines_say(house: House) -> None:
    """A player that belongs to somebody else: every text of every message, and what a waiting one says of itself."""
    now, client = house.web.clock(), house.client()
    for agent in ({"user_agent": PAYLOAD}, {}):
        sent = {"width": 1920, "height": 1080, **agent}
        told = client.post(
            "/v1/player/registrations", json=sent, headers={"User-Agent": PAYLOAD, "X-Forwarded-For": PAYLOAD}
        )
        assert told.status_code == 201
    folder = Path(__file__).parents[2] / "player" / "protocol"
    said = {file.stem: json.loads(file.read_text()) for file in folder.glob("*.json")}
    hostile = {name: {key: PAYLOAD if isinstance(value, str) and key not in {"type", "picture"} else value
                      for key, value in message.items()} for name, message in said.items()}  # fmt: skip
    status = parse(json.dumps(hostile["status"] | {"errors": [PAYLOAD]}))
    house.web.reported("entrance", report_of(status, now, 10, None))  # type: ignore[arg-type]
    house.web.live.put_answer("entrance", hostile["capture"])
    house.web.live.touch("entrance", now)
    fine = raw_play(
        name=PAYLOAD,
        spot=PAYLOAD,
        campaign=PAYLOAD,
        decision=PAYLOAD,
        manifest=PAYLOAD,
        started_ms=millis(now) - 20_000,
    )
    proof = Proof(house.web.writer, house.world.screens, lambda _plays: None)
    assert len(proof.record("entrance", [fine, raw_play(id=PAYLOAD, why=PAYLOAD)], now).accepted) == 1


def holding(house: House) -> set[str]:
    """Columns of the database that hold the payload."""
    found = set()
    with house.web.engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        for table in metadata.tables.values():
            for column in table.c:
                if table.name in there and isinstance(column.type, Text):
                    texts = connection.scalars(select(column)).all()
                    if any("<xss>" in str(text) for text in texts):
                        found.add(f"{table.name}.{column.name}")
    return found


@pytest.fixture
def poisoned(house: House) -> House:
    client = house.logged_in(Role.ADMIN)
    what_people_write(house, client)
    what_machines_say(house)
    assert send_every_form(client, walk(client, "/studio")) > 10
    return house


def test_markup_in_every_text_stays_text_on_every_page(poisoned: House) -> None:
    assert sorted(KEPT - holding(poisoned)) == [], "nothing arrived there: how is it filled?"
    places = {"gtin": SALAD, "store_id": "ekimae", "screen_id": "entrance", "campaign_id": "c1", "part": "recipe"}
    told, wrong = 0, []
    for lang in ("ja", "en"):
        client = poisoned.logged_in(Role.ADMIN, lang=lang)
        pages = walk(client, f"/studio?lang={lang}")
        for method, rule in poisoned.rules("GET"):
            path = address(rule, places)
            with client.get(path, query_string={"q": PAYLOAD, "lang": lang, "store": "ekimae"}) as answer:
                assert answer.status_code < 500 or path == "/readyz", path
                if answer.mimetype == "text/html":
                    pages[f"{method} {path}"] = answer.text
                else:
                    assert "<xss>" not in answer.get_data(as_text=True) or answer.mimetype in {
                        "application/json", "text/csv", "application/problem+json",
                    }, (path, answer.mimetype)  # fmt: skip
        wrong += [(path, born(text)) for path, text in pages.items() if born(text)]
        told += sum("&lt;xss&gt;" in text for text in pages.values())
    assert wrong == [], "\n".join(map(str, wrong))
    assert told > 25, "it is there to be seen"


def test_what_is_asked_for_is_no_markup_of_the_answer(house: House) -> None:
    """Query, path and headers of every route, whatever comes of it: nothing is reflected."""
    names = (
        "q",
        "lang",
        "s",
        "lot",
        "store",
        "screen",
        "campaign",
        "day",
        "first",
        "last",
        "state",
        "at",
        "next",
        "code",
        "by",
    )
    wrong = []
    for client in (house.logged_in(Role.ADMIN), house.client(), house.member()[0]):
        for method, rule in house.rules("GET", "POST"):
            path = address(rule, otherwise=PAYLOAD)
            headers = {
                name: PAYLOAD for name in ("User-Agent", "Referer", "Accept-Language", "X-Forwarded-For", "Cookie2")
            }
            sent = {
                name: PAYLOAD for name in ("email", "name", "password", "code", "handle", "form", "answer", "purpose")
            }
            more: dict[str, Any] = {"data": sent} if method == "POST" else {}
            if rule.rule in {"/logout", "/me/out"}:
                continue
            with client.open(
                path, method=method, query_string=dict.fromkeys(names, PAYLOAD), headers=headers, **more
            ) as answer:
                assert answer.status_code < 500 or path == "/readyz", path
                if answer.mimetype in {"text/html", "image/svg+xml"} and (found := born(answer.text)):
                    wrong.append((path, found))
    assert wrong == [], "\n".join(map(str, wrong))


@pytest.mark.browser
def test_scripts_of_ours_write_text_as_text(poisoned: House, browser: Browser) -> None:
    """What the pages' own scripts put in afterwards, in Chromium; nothing is refused by the policy either."""
    cookie = poisoned.logged_in(Role.ADMIN)
    cookie.get("/studio")
    value = cookie.get_cookie("shelfcast")
    assert value is not None
    pages = (
        "/studio", "/studio/creatives", "/studio/campaigns/c1/edit",
        "/studio/screens/entrance", "/studio/quick?store=ekimae", "/demo",
    )  # fmt: skip
    with serving(poisoned.app) as base:
        context = browser.new_context(base_url=base, locale="en-GB")
        context.add_cookies([{"name": "shelfcast", "value": value.value, "url": base}])
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
        for path in pages:
            page.goto(path, wait_until="networkidle" if path != "/demo" else "load")
            assert page.evaluate("document.querySelectorAll('xss').length") == 0, path
        assert refused == []
        context.close()


SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc|\beval\(|new Function"
)


def test_no_script_makes_markup_of_a_text() -> None:
    root = Path(__file__).parents[2]
    scripts = [file for folder in ("player", "signage") for file in (root / folder).rglob("*.js")]
    found = [
        f"{file.name}: {line.strip()}" for file in scripts for line in file.read_text("utf-8").splitlines()
        if SINKS.search(line) and not re.search(r"innerHTML = '[^'`$]*'$", line.strip())  # a constant of ours
    ]  # fmt: skip
    assert len(scripts) > 50 and found == []
