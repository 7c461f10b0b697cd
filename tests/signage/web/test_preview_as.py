"""Preview as: a screen, a time, an audience or a member, through production deciding, and nothing comes of it."""

import html
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from signage.domain.audience import AudienceClass
from signage.domain.campaign import CampaignState, Daypart, Level, Restriction, Targeting
from signage.domain.content import Card, Template
from signage.live import Live
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.schema import decisions, plays
from signage.storage.users import Role
from signage.storage.writer import GroupWriter
from tests.signage.web.conftest import Studio

EVENING = datetime(2026, 12, 24, 22, 30, tzinfo=UTC) - timedelta(hours=9)
PAGE = "/studio/screens/entrance/preview"


def approve(studio_app: Studio, name: str, **changes: object) -> str:
    """An approved campaign of one card -> its spot."""
    card = Card(Template.SERVICE, title_ja=name, title_en=name)
    one = Campaign(name, name, Level.OPEN, "", (CampaignSpot(f"spt_{name}", name, 8_000, card=card),), **changes)  # type: ignore[arg-type]
    campaigns, now = studio_app.ports.storage.campaigns, studio_app.ports.clock()
    campaigns.add(one, "", now)
    for revision, to in enumerate((CampaignState.SUBMITTED, CampaignState.APPROVED), 1):
        campaigns.move(name, to, revision, None, by="", now=now)
    return f"spt_{name}"


def furnish(studio_app: Studio) -> None:
    approve(studio_app, "seniors", targeting=Targeting(audience=frozenset({str(AudienceClass.SENIORS)})))
    approve(studio_app, "night", dayparts=(Daypart(frozenset(range(7)), 22 * 60, 23 * 60),))
    approve(studio_app, "wine", restriction=Restriction.ALCOHOL)
    approve(studio_app, "members", targeting=Targeting(guests_only=True))
    studio_app.controller.campaigns_changed([])


def asked(studio_app: Studio, at: datetime | None, audience: str, *, guest: bool = False) -> dict[str, str]:
    """What is said of each spot, the winner's being "winner"."""
    told = studio_app.controller.suppose("entrance", at, AudienceClass(audience), guest=guest, lang="en")
    found = {other["spot"]: other["text"] for other in told["others"]}
    return found | {told["winner"]["spot"]: "winner"}


def may(told: dict[str, str]) -> set[str]:
    """The campaigns that were in the draw."""
    drawn = {spot for spot, text in told.items() if text == "winner" or text.startswith("Its chance")}
    return {spot.removeprefix("spt_") for spot in drawn if spot.startswith("spt_")}


def test_time_audience_and_guest_each_change_what_may_run(studio_app: Studio) -> None:
    furnish(studio_app)
    assert may(asked(studio_app, None, "adults")) == {"wine"}
    assert may(asked(studio_app, EVENING, "adults")) == {"wine", "night"}
    assert may(asked(studio_app, EVENING, "seniors")) == {"wine", "night", "seniors"}
    assert may(asked(studio_app, EVENING, "child")) == {"night"}
    assert may(asked(studio_app, EVENING, "seniors", guest=True)) == {"night", "members"}
    said = asked(studio_app, None, "child")
    assert said["spt_night"].startswith("Outside its hours") and "alcohol" in said["spt_wine"]


def test_the_chances_are_those_of_the_draw_best_first(studio_app: Studio) -> None:
    furnish(studio_app)
    told = studio_app.controller.suppose("entrance", EVENING, AudienceClass.SENIORS, guest=False, lang="en")
    again = studio_app.controller.suppose("entrance", EVENING, AudienceClass.SENIORS, guest=False, lang="en")
    assert told == again and told["seed"] == EVENING.timestamp() // 60
    drawn = [float(other["text"].split()[-2]) for other in told["others"] if other["passes"]]
    assert drawn == sorted(drawn, reverse=True)
    assert sum(drawn) + 100 * told["propensity"] == pytest.approx(100, abs=0.3)
    stopped = [other["passes"] for other in told["others"]]
    assert stopped == sorted(stopped, reverse=True), "whoever may not run comes after"


def test_it_leaves_no_trace(studio_app: Studio, engine: Engine, writer: GroupWriter, live: Live) -> None:
    furnish(studio_app)
    before, shown = counted(engine, writer), live.shown("entrance")
    client = studio_app.logged_in(Role.VIEWER)
    for query in ("", "?guest=1", "?at=2026-12-24T22:30&audience=seniors"):
        assert client.get(PAGE + query).status_code == 200
    assert counted(engine, writer) == before
    assert live.shown("entrance") == shown and studio_app.heard.messages == [] and live.guest("entrance") is None


def counted(engine: Engine, writer: GroupWriter) -> list[int]:
    """Decisions and plays on disk, once what was on its way there has come."""
    writer.submit(lambda connection: None)
    with engine.connect() as connection:
        return [connection.scalar(select(func.count()).select_from(table)) or 0 for table in (decisions, plays)]


def page(client: FlaskClient, query: str) -> str:
    return html.unescape(client.get(PAGE + query).text)


def test_the_page_is_a_question_that_can_be_kept(studio_app: Studio) -> None:
    furnish(studio_app)
    client = studio_app.logged_in(Role.VIEWER)
    assert f'href="{PAGE}"' in client.get("/studio/screens/entrance").text
    told = page(client, "?at=2026-12-24T22:30&audience=seniors")
    assert 'value="2026-12-24T22:30"' in told and '<option value="seniors" selected>' in told
    assert "Thu 24 Dec 22:30" in told and f"{int(EVENING.timestamp()) // 60}" in told
    blind = PAGE.replace("entrance", "aisle")
    assert "so that it never tells this" not in told
    for query, unseen in (
        ("?audience=seniors", True),
        ("?audience=unknown", False),
        ("?guest=1&audience=seniors", False),
    ):
        assert ("so that it never tells this" in client.get(blind + query).text) == unseen, query
    for odd in ("?at=nonsense", "?at=0001-01-02T00:00&audience=%00", "?at=9999-12-31T23:59", "?audience=robots"):
        assert '<option value="unknown" selected>' in page(client, odd), odd
    assert "放映されるもの" in studio_app.logged_in(Role.VIEWER, lang="ja", name="ja").get(PAGE).text


def test_another_stores_screen_is_not_there(studio_app: Studio) -> None:
    assert studio_app.logged_in(Role.ADMIN, "elm").get(PAGE).status_code == 404
