"""番組表 as pages: a screen's day, a campaign's week, stores kept apart, and the way to "why isn't it showing?"."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

from signage.domain.campaign import CampaignState, Daypart, Flight, Level, Targeting
from signage.storage.campaign_rows import Campaign
from signage.storage.users import Role
from signage.storage.writer import GroupWriter
from tests.signage.web.campaigns import CARD
from tests.signage.web.conftest import Studio
from tests.world import ENTRANCE, START, MovableClock

LATE = Daypart(frozenset({0}), 22 * 60, 2 * 60)


def approved(studio_app: Studio, name: str, store_id: str = "", **fields: object) -> str:
    storage = studio_app.ports.storage
    spot = replace(CARD, spot_id=f"{name}-card")
    storage.campaigns.add(Campaign(name, f"{name}!", Level.OPEN, store_id, (spot,), **fields), "", START)  # type: ignore[arg-type]
    for revision, state in enumerate((CampaignState.SUBMITTED, CampaignState.APPROVED), 1):
        storage.campaigns.move(name, state, revision, None, by="", now=START)
    return name


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", re.sub(r'<p class="(ticks|links)".*?</p>', "", page)).split())


def test_a_screens_day_and_the_day_after(studio_app: Studio) -> None:
    storage = studio_app.ports.storage
    storage.screens.save_screen(replace(ENTRANCE, lit_from_min=540, lit_until_min=1380), START)
    approved(studio_app, "late", dayparts=(LATE,))
    approved(studio_app, "goal", flight=Flight(START, datetime(2026, 11, 26, 3, tzinfo=UTC)))
    client = studio_app.logged_in(Role.VIEWER)
    page = client.get("/studio/timetable?screen=entrance").text
    told = words(page)
    assert "Mon 16 Nov" in told and "The panel is lit from 09:00 until 23:00." in told
    assert "late! Open 22:00–24:00" in told and "goal! Open 12:00–24:00" in told
    assert "22:00–23:00 goal! Open late! Open" in told and "23:00–24:00 Outside panel hours" in told
    assert "09:00–12:00 The store’s own content alone" in told
    assert '/studio/campaigns/late?at=2026-11-16T22:00#why"' in page and '/studio/campaigns/goal#why"' in page
    assert "day=2026-11-17" in page and 'aria-current="time"' in page
    tuesday = words(client.get("/studio/timetable?screen=entrance&day=2026-11-17").text)
    assert "late! Open 00:00–02:00" in tuesday
    assert "No campaign is scheduled" in client.get("/studio/timetable?screen=dairy&day=2031-01-01").text
    for bad in ("yesterday", "0001-01-01", "9999-12-31"):
        assert client.get(f"/studio/timetable?day={bad}").status_code == 400, bad


def test_a_campaigns_week_on_screens_of_two_clocks(studio_app: Studio) -> None:
    approved(studio_app, "late", dayparts=(LATE,))
    client = studio_app.logged_in(Role.VIEWER)
    told = words(client.get("/studio/campaigns/late/timetable").text)
    assert "4 screens Station Front · Asia/Tokyo" in told and "Dairy Elm Street · America/Chicago" in told
    assert "Mon 16 Nov 22:00–24:00 Tue 17 Nov 00:00–02:00 Wed 18 Nov Not on this day" in told
    assert "Mon 23 Nov 22:00–24:00" in words(client.get("/studio/campaigns/late/timetable?first=2026-11-23").text)
    draft = Campaign("draft", "draft", Level.OPEN, "", (replace(CARD, spot_id="draft"),))
    studio_app.ports.storage.campaigns.add(draft, "", START)
    assert "It isn’t approved. This is when it would run." in client.get("/studio/campaigns/draft/timetable").text
    gone = Campaign("gone", "gone", Level.OPEN, "", (replace(CARD, spot_id="g", card=None, creative_id="none"),))
    studio_app.ports.storage.campaigns.add(replace(gone, spots=()), "", START)
    assert "None of its creatives is ready" in client.get("/studio/campaigns/gone/timetable").text


def test_a_stretch_names_the_strongest_and_counts_the_rest(studio_app: Studio) -> None:
    for n in range(23):
        approved(studio_app, f"c{n:02d}")
    page = studio_app.logged_in(Role.VIEWER).get("/studio/timetable?screen=entrance").text
    told = words(page.partition('id="hours"')[2])
    assert "c19! Open and 3 more" in told and "c20!" not in told and "c22!" in page


def test_a_flight_beyond_every_calendar_still_has_its_page(studio_app: Studio) -> None:
    """The form takes none, but older campaigns may have one."""
    far = Flight(*(datetime(year, 12, 31, 20, tzinfo=UTC) for year in (2150, 9998)))
    approved(studio_app, "far", flight=far)
    page = studio_app.logged_in(Role.VIEWER).get("/studio/campaigns/far/timetable")
    assert page.status_code == 200 and "Mon 16 Nov Not on this day" in words(page.text)


def test_a_store_sees_its_own_screens_and_opens_its_own_campaigns_only(studio_app: Studio) -> None:
    approved(studio_app, "chain")
    approved(studio_app, "theirs", "elm", targeting=Targeting(frozenset({"elm"})))
    client = studio_app.logged_in(Role.ADMIN, "ekimae", lang="ja")
    page = client.get("/studio/timetable?screen=dairy").text  # another store's: the first of one's own instead
    assert "番組表: 3番通路" in page and "Dairy" not in page
    assert "chain!" in page and "/studio/campaigns/chain" not in page and "theirs!" not in page
    for path in ("/studio/campaigns/chain/timetable", "/studio/campaigns/theirs/timetable"):
        assert client.get(path).status_code == 404, path


def test_why_it_does_not_show_is_one_step_from_wherever_it_is_named(studio_app: Studio) -> None:
    approved(studio_app, "late", dayparts=(LATE,))
    client = studio_app.logged_in(Role.VIEWER, lang="ja")
    for path in (
        "/studio/campaigns",
        "/studio/timetable?screen=entrance&day=2026-11-16",
        "/studio/campaigns/late/timetable",
    ):
        page = client.get(path).text
        assert re.search(r'href="/studio/campaigns/late(\?at=2026-11-16T22:00)?#why">なぜ出ない?', page), path
    answer = client.get("/studio/campaigns/late").text
    assert 'id="why"' in answer and "すべての条件" in answer and "放映されていません" in answer


def links(page: str, words: str) -> list[str]:
    return [unescape(href) for href, said in re.findall(r'<a href="([^"]+)">([^<]*)', page) if said == words]


def test_why_is_asked_for_the_hours_that_one_looks_at(
    studio_app: Studio, writer: GroupWriter, clock: MovableClock
) -> None:
    """Within them for now; for hours to come by the gates as of then; for hours that are over the log answers."""
    approved(studio_app, "late", dayparts=(LATE,))
    client = studio_app.logged_in(Role.VIEWER)
    asked = links(client.get("/studio/timetable?screen=entrance&day=2026-11-16").text, "Why isn’t it showing?")
    assert asked == [
        "/studio/campaigns/late?at=2026-11-16T22:00#why", "/studio/screens/entrance#whynot",
        "/studio/screens/entrance?at=2026-11-16T22:00#whynot", "/studio/screens/entrance#whynot",
    ]  # fmt: skip
    assert "outside its hours" in client.get("/studio/campaigns/late").text
    answer = client.get(asked[0].partition("#")[0]).text
    assert "Asked for Mon 16 Nov 22:00." in answer and "May run here then" in answer and "That is past" not in answer
    assert answer.index("May run here then") < answer.index("Would it run at another time?"), "the answer comes first"
    then = client.get("/studio/screens/entrance?at=2026-11-16T22:00").text
    assert "Asked for Mon 16 Nov 22:00." in then and "May run here then" in then and "Last decisions" in then
    chicago = links(client.get("/studio/timetable?screen=dairy&day=2026-11-16").text, "Why isn’t it showing?")
    assert chicago[0] == "/studio/campaigns/late?at=2026-11-17T13:00#why", "on the clock by which its page asks"
    made = studio_app.controller.next_item("entrance", "r", None)
    writer.submit(lambda _connection: None)
    clock.tick(86_400)
    page = client.get("/studio/timetable?screen=entrance&day=2026-11-16").text
    gone = links(page, "What was chosen then")
    assert gone == [
        "/studio/screens/entrance?at=2026-11-16T21:59#recent",
        "/studio/screens/entrance?at=2026-11-16T23:59#recent",
    ]
    log = client.get(gone[0].partition("#")[0]).text
    assert (
        "That is past" in log
        and "Decisions until Mon 16 Nov 21:59" in log
        and f"/studio/decisions/{made['decision']}" in log
    )
    assert "No decisions of that time are kept." in client.get("/studio/screens/entrance?at=2026-11-16T11:59").text
    assert "That is past" in client.get("/studio/campaigns/late?at=2026-11-16T22:00").text
