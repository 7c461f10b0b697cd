"""Reports and people: what was played where, as a page and as CSV; logins that others get."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Engine

from recommender.domain.errors import RecommenderUnreachable
from recommender.sales import SalesCell
from signage.domain.audience import AudienceSnapshot, AudienceSource, CameraState
from signage.domain.campaign import Level
from signage.domain.play import Area, EndedWhy, Play
from signage.domain.response import SpotDay
from signage.storage import samples
from signage.storage.campaign_rows import Campaign
from signage.storage.cells import Cell
from signage.storage.engine import write
from signage.storage.inventories import make_inventory, put_inventory
from signage.storage.learned import Learnt, Progress, put_learned
from signage.storage.notices import Notice
from signage.storage.plays import insert_plays
from signage.storage.users import Role
from signage.web.ports import EXTENSION
from tests.signage.decide.making import spot
from tests.signage.proof.measured import measure
from tests.signage.web.campaigns import made
from tests.signage.web.conftest import MILK, PASSWORD, Studio, post
from tests.world import ENTRANCE, START


def played(
    engine: Engine, screen_id: str, store_id: str, days_ago: int = 0, shown_ms: int = 10_000, *, area: Area = Area.MAIN,
    campaign: str = "",
) -> None:  # fmt: skip
    at = START - timedelta(days=days_ago)
    play = Play(
        screen_id, str(uuid4()), 1, "s", campaign, "", "a.png", "", "", at, 10_000, shown_ms, EndedWhy.FINISHED, False, False,
        area,
    )  # fmt: skip
    write(engine, lambda connection: insert_plays(connection, store_id, [play], START))


def test_plays_by_day_screen_and_campaign(studio_app: Studio, engine: Engine) -> None:
    client = studio_app.logged_in(Role.VIEWER)
    assert "No plays in these days." in client.get("/studio/reports").text
    for days_ago, shown in ((0, 10_000), (0, 2_000), (1, 10_000), (40, 10_000)):
        played(engine, "entrance", "ekimae", days_ago, shown)
    page = client.get("/studio/reports").text
    assert "<strong>2</strong>" in page and "<strong>3</strong>" in page, "completed and started"
    assert "2026-11-16" in page and "2026-11-15" in page and "2026-10-07" not in page
    assert "<strong>4</strong>" in client.get("/studio/reports?first=2026-10-01&last=2026-11-16").text
    assert "No plays" in client.get("/studio/reports?screen=aisle").text


def test_csv_is_the_same_rows(studio_app: Studio, engine: Engine) -> None:
    client = studio_app.logged_in(Role.VIEWER, lang="ja")
    played(engine, "entrance", "ekimae")
    answer = client.get("/studio/reports.csv?screen=entrance")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="plays-2026-11-10-2026-11-16.csv"'
    lines = answer.get_data(as_text=True).splitlines()
    assert len(lines) == 2 and lines[0].startswith("\ufeff日付,店舗,画面,キャンペーン")
    assert lines[1].startswith("2026-11-16,駅前店,入口1,自社コンテンツ,メイン,1,1")


def test_sums_by_campaign_store_screen_and_hour_each_as_csv(studio_app: Studio, engine: Engine) -> None:
    client = studio_app.logged_in(Role.VIEWER, lang="ja")
    for screen, store, shown in (
        ("entrance", "ekimae", 10_000),
        ("entrance", "ekimae", 2_000),
        ("dairy", "elm", 10_000),
    ):
        played(engine, screen, store, shown_ms=shown)
    played(engine, "entrance", "ekimae", area=Area.SIDE)  # the same people, the same moment: not counted twice
    page = client.get("/studio/reports").text
    assert "放映完了数:店舗別" in page and 'class="across"' in page and "2026-11-10 から 2026-11-16 まで" in page

    def table(by: str) -> list[str]:
        return client.get(f"/studio/reports.csv?by={by}").get_data(as_text=True).splitlines()

    head = (
        "\ufeff店舗,放映開始,放映完了,インプレッション(延べ人数),視認の機会 (OTS),視認時間(人・秒),省いた数,模擬の客層"
    )
    assert table("store")[0] == head and sorted(table("store")[1:]) == ["エルム通り店,1,1,,,,0,0", "駅前店,2,1,,,,0,0"]
    assert table("campaign")[1:] == ["自社コンテンツ,3,2,,,,0,0"]
    assert table("day")[1:] == ["2026-11-15,1,1,,,,0,0", "2026-11-16,2,1,,,,0,0"], (
        "noon in Tokyo is the night before in Chicago"
    )
    assert table("daypart")[0] == "\ufeff時間帯,放映開始,放映完了" and "昼(11時〜14時),2,1" in table("daypart")
    assert "夜(20時〜5時),1,1" in table("daypart"), "21:00 in Chicago"
    hours = dict(line.split(",", 1) for line in table("hour")[1:])
    assert len(hours) == 24 and hours["12:00"] == "2,1", "noon in Tokyo"
    silent = [n for n in range(24) if hours[f"{n}:00"] == "0,0"]
    page = client.get("/studio/reports").text
    listed = re.findall(r'<th scope="row">(\d+):00</th>', page)
    assert listed and {int(n) for n in listed} == set(range(24)) - set(silent), "on the page only hours with a play"
    [told] = re.findall(r"放映がなかった時間:([^<]+)。<", page)
    spans = [[int(end.removesuffix(":00")) for end in span.split("–")] for span in told.split("、")]
    assert [n for first, last in spans for n in range(first, last)] == silent, "and the others are said"
    assert sum(int(line.split(",")[0]) for line in hours.values()) == 3
    assert client.get("/studio/reports.csv?by=member").status_code == 400


def test_many_campaigns_come_by_the_page_and_all_are_in_the_sums(studio_app: Studio, engine: Engine) -> None:
    client, rows = studio_app.logged_in(Role.VIEWER), studio_app.ports.storage.campaigns
    for n in range(230):
        rows.add(
            Campaign(f"c{n}", f"Campaign {n}", Level.OPEN, "" if n % 2 else "elm", ()), "", START - timedelta(hours=n)
        )
    for n in range(120):
        for _ in range(3 if n == 7 else 2):
            played(engine, "entrance", "ekimae", campaign=f"c{n}")
            played(engine, "dairy", "elm", campaign=f"c{n}")
    page = client.get("/studio/reports").text
    assert "<strong>482</strong>" in page, "the sum is of all"
    table, details = by_campaign(page), page[page.rindex("<table") :]
    assert len(table) == 50 and table[0] == "Campaign 7" and details.count("<tr>") == 1 + 100
    links = {link.replace("&amp;", "&") for link in re.findall(r'rel="next" href="([^"]+)"', page)}
    assert links == {"/studio/reports?campaign_page=2#by-campaign", "/studio/reports?rows=2#rows"}
    last = client.get("/studio/reports?campaign_page=3&rows=3").text
    assert len(by_campaign(last)) == 20 and last[last.rindex("<table") :].count("<tr>") == 1 + 40
    assert len(client.get("/studio/reports.csv?by=campaign&campaign_page=2").text.splitlines()) == 1 + 120
    choices = re.findall(r'<option value="c(\d+)"( selected)?>', client.get("/studio/reports?campaign=c220").text)
    assert choices[0] == ("220", " selected") and len(choices) == 201 and "30 older campaigns" in page
    theirs = studio_app.logged_in(Role.VIEWER, "elm", name="elm").get("/studio/reports").text
    assert len(by_campaign(theirs)) == 50 and "Campaign 7" in theirs, "headquarters' ran there as well"
    assert set(re.findall(r'<option value="(c\d+)"', theirs)) == {f"c{n}" for n in range(0, 230, 2)}


def by_campaign(page: str) -> list[str]:
    """The names in the table of campaigns, each a link or not."""
    table = page.partition('id="by-campaign"')[2].partition("</table>")[0]
    return re.findall(r'<tr><th scope="row">(?:<a [^>]*>)?(Campaign \d+)', table)


def test_sales_stand_beside_plays_and_say_that_they_are_no_effect(studio_app: Studio, engine: Engine) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    campaign = made(studio_app, client, stores=["ekimae"], gtin=MILK)
    at = datetime(2026, 11, 15, tzinfo=UTC)
    studio_app.heard.sales += [
        SalesCell(MILK, "ekimae", at, 40), SalesCell(MILK, "ekimae", at + timedelta(days=1), None),
        SalesCell(MILK, "ekimae", at - timedelta(days=7), 25), SalesCell(MILK, "elm", at, 1000),
    ]  # fmt: skip
    assert "Sales of the promoted products" not in client.get("/studio/reports").text, "it hasn't run"
    played(engine, "entrance", "ekimae", campaign=campaign.campaign_id)
    page = client.get("/studio/reports").text
    assert "don’t follow from them" in page and "left out (1 of them)" in page
    assert (
        client.get("/studio/reports.csv?by=sales").get_data(as_text=True).splitlines()[1]
        == f"Milk · 1 L,{MILK},40,25,1"
    )


def test_a_file_of_sales_that_nobody_can_tell_is_refused_not_empty(studio_app: Studio, engine: Engine) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    played(engine, "entrance", "ekimae", campaign=made(studio_app, client, gtin=MILK).campaign_id)

    def away(*_asked: object) -> list[SalesCell]:
        raise RecommenderUnreachable("connection refused")

    studio_app.app.extensions[EXTENSION] = replace(studio_app.ports, sold=away)
    assert client.get("/studio/reports").status_code == 200, "the plays are told all the same"
    refused = client.get("/studio/reports.csv?by=sales")
    assert refused.status_code == 503 and "Sold in these days" not in refused.text


def test_screens_are_told_with_their_stores_where_there_are_several(studio_app: Studio, engine: Engine) -> None:
    client = studio_app.logged_in(Role.VIEWER)
    played(engine, "entrance", "ekimae")
    assert client.get("/studio/reports.csv?by=screen").get_data(as_text=True).splitlines()[1].startswith("入口1,")
    played(engine, "dairy", "elm")
    lines = client.get("/studio/reports.csv?by=screen").get_data(as_text=True).splitlines()[1:]
    assert sorted(line.partition(",")[0] for line in lines) == ["Elm Street · Dairy", "Station Front · 入口1"]


def test_a_report_without_a_play_of_ones_campaign_leads_to_why(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    campaign = made(studio_app, client)
    page = client.get(f"/studio/reports?campaign={campaign.campaign_id}").text
    assert "No plays in these days" in page and f'href="/studio/campaigns/{campaign.campaign_id}#why"' in page
    assert "#why" not in client.get("/studio/reports").text
    stores = studio_app.logged_in(Role.MANAGER, "elm").get(f"/studio/reports?campaign={campaign.campaign_id}").text
    assert "#why" not in stores, "it may not open headquarters' campaign"


def test_totals_are_of_main_areas(studio_app: Studio, engine: Engine) -> None:
    client = studio_app.logged_in(Role.VIEWER)
    played(engine, "entrance", "ekimae")
    assert "Part of the screen" not in client.get("/studio/reports").text
    for _ in range(2):
        played(engine, "entrance", "ekimae", area=Area.SIDE)
    page = client.get("/studio/reports").text
    assert page.count("<strong>1</strong>") == 2, "completed and started"
    assert page.count("<td>main</td>") == page.count("<td>beside</td>") == 1


def test_a_store_sees_its_own_plays_only(studio_app: Studio, engine: Engine) -> None:
    played(engine, "entrance", "ekimae")
    client = studio_app.logged_in(Role.ADMIN, "elm")
    for query in ("", "?screen=entrance", "?store=ekimae"):
        assert "No plays in these days." in client.get(f"/studio/reports{query}").text
        assert len(client.get(f"/studio/reports.csv{query}").text.splitlines()) == 1


def test_what_was_learned_is_said_in_plain_sentences(studio_app: Studio, engine: Engine) -> None:
    """A spot that loses a quarter over the week, beside one that doesn't and that made its bets rich."""
    tired, steady = spot("tired"), spot("steady")
    today = START.date().toordinal() - date(1970, 1, 1).toordinal()
    days = {
        ("ekimae", "tired"): [SpotDay(today - 6 + n, 2_000, 400 - 16.0 * n, 120.0) for n in range(7)],
        ("ekimae", "steady"): [SpotDay(today - 6 + n, 2_000, 400.0, 120.0) for n in range(7)],
    }
    learnt = Learnt(days=days, bets={("ekimae", "tired"): [0.0, 0.0], ("ekimae", "steady"): [0.0, 9.0]})
    write(engine, lambda connection: put_inventory(connection, make_inventory("ekimae", [tired, steady]), START))
    write(engine, lambda connection: put_learned(connection, Progress(), Progress(1, START, START), learnt))
    page = studio_app.logged_in(Role.VIEWER).get("/studio/reports").text
    assert "Station Front: “name of tired” is wearing out. Over 14,000 plays it has lost 24 % of its attention." in page
    assert "“name of steady” holds more attention" in page and "“name of steady” is wearing" not in page
    page = studio_app.logged_in(Role.ADMIN, lang="ja").get("/studio/reports").text
    assert "放映からわかったこと" in page and "視認の割合が24%下がりました" in page


def test_bad_ranges_are_said(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.VIEWER)
    for query in ("first=yesterday", "first=2026-11-16&last=2026-11-01", "first=2020-01-01"):
        assert client.get(f"/studio/reports?{query}").status_code == 400, query


def test_people(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN)
    fields = {"name": "Bo", "email": "bo@example.jp", "role": "editor", "store_id": "elm", "password": PASSWORD}
    assert post(client, "/studio/users", fields).status_code == 302
    assert post(client, "/studio/users", fields).status_code == 409
    for bad in ({"role": "root"}, {"store_id": "moon"}, {"email": "x"}, {"password": "short"}):
        assert post(client, "/studio/users", fields | {"email": "new@example.jp"} | bad).status_code == 400, bad
    bo = studio_app.ports.storage.users.by_email("BO@example.jp")
    assert bo is not None and (bo.scope, bo.role) == ("elm", Role.EDITOR)
    assert post(client, f"/studio/users/{bo.user_id}/password", {"password": "a wholly new one"}).status_code == 302
    again = studio_app.ports.storage.users.get(bo.user_id)
    assert again is not None and again.epoch == bo.epoch + 1
    assert "Person added" in client.get("/studio/history").text


def test_a_stores_administrator_adds_only_to_their_store(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN, "elm")
    fields = {"name": "Cy", "email": "cy@example.jp", "role": "admin", "store_id": "ekimae", "password": PASSWORD}
    post(client, "/studio/users", fields)
    cy = studio_app.ports.storage.users.by_email("cy@example.jp")
    assert cy is not None and cy.store_id == "elm"
    assert client.get("/studio/history").status_code == 403
    hq = studio_app.ports.storage.users.by_email(studio_app.person(Role.ADMIN, name="hq"))
    assert hq is not None
    assert post(client, f"/studio/users/{hq.user_id}/password", {"password": "taken over now"}).status_code == 404


def test_few_people_and_simulated_people_are_said_in_words(studio_app: Studio, engine: Engine) -> None:
    played(engine, "entrance", "ekimae", 0)
    played(engine, "entrance", "ekimae", 1)
    played(engine, "aisle", "ekimae", 0)
    for days_ago, people in ((0, 40), (1, 4)):
        seen = AudienceSnapshot(
            screen_id="entrance", taken_at=START - timedelta(days=days_ago), sequence=1,
            source=AudienceSource.SIMULATED, present=people, facing=people, near=0, arrived=0, left=0, child=0,
            adult=people, senior=0, unknown=0, possible_child=False, confidence=0.9, dwell_under_2=people,
            dwell_2_to_10=0, dwell_over_10=0, attention_s=9.0, fps=15.0, lag_ms=50, camera=CameraState.OK,
        )  # fmt: skip
        write(engine, lambda connection, seen=seen: samples.put(connection, seen))
    measure(engine)
    page = studio_app.logged_in(Role.VIEWER, lang="ja").get("/studio/reports").text
    rows = page[page.rindex("<table") :]
    assert rows.count("人数が少ないため表示しません") == 1 and rows.count("計測していません") == 1
    assert page.count("模擬") == 1 and "人数には模擬のデータを含みます。" in page
    assert "<strong>40</strong><span>視認の機会 (OTS) · 人数の少ない1件を除く" in page, (
        "no sum tells more than its rows"
    )
    screens = studio_app.logged_in(Role.VIEWER, name="csv").get("/studio/reports.csv?by=screen").get_data(as_text=True)
    assert sorted(screens.splitlines()[1:]) == ["3番通路,1,1,,,,0,0", "入口1,2,2,40,40,9,1,1"]
    assert '<td class="num">40</td>' in " ".join(page.split()).replace("> <", "><") and ">4<" not in page


def test_people_by_the_hour_of_the_stores_day(studio_app: Studio, engine: Engine) -> None:
    """START is noon in Tokyo; the five minutes with few people are told as left out, not as nobody."""
    told = [("entrance", 0, 40), ("entrance", 5, None), ("aisle", 0, 20), ("entrance", 60, 10)]
    cells = [
        Cell(screen, START + timedelta(minutes=minute), 300, people, people, people, False) for screen, minute, people in told
    ]  # fmt: skip
    studio_app.ports.storage.cells.put(cells)
    client = studio_app.logged_in(Role.VIEWER)
    assert "by the hour" not in client.get("/studio/reports").text, "without plays there is nothing to report"
    played(engine, "entrance", "ekimae")
    page = client.get("/studio/reports").text
    assert "<title>12:00 60</title>" in page and "<title>13:00 10</title>" in page and "(1 of them)" in page
    assert "<title>12:00 40</title>" in client.get("/studio/reports?screen=entrance").text
    assert "by the hour" not in studio_app.logged_in(Role.ADMIN, "elm").get("/studio/reports").text


def test_coverage_is_counted_when_asked_and_summed_by_screen_and_store(studio_app: Studio, engine: Engine) -> None:
    played(engine, "entrance", "ekimae", 1)  # ten seconds of a day, and of the hours of today
    client = studio_app.logged_in(Role.VIEWER)
    day = "first=2026-11-15&last=2026-11-15"
    assert "Count coverage too" in client.get(f"/studio/reports?{day}").text
    csv = client.get(f"/studio/reports.csv?{day}&by=screen&coverage=1&screen=entrance").get_data(as_text=True)
    assert csv.splitlines()[0].endswith(',Simulated audience,"Coverage, percent"') and csv.splitlines()[1].endswith(
        ",0,0,0.0"
    )
    short = replace(ENTRANCE, lit_from_min=720, lit_until_min=721)
    studio_app.ports.storage.screens.save_screen(short, START)  # its panel is lit for that minute
    page = client.get(f"/studio/reports?{day}&coverage=1&screen=entrance").text
    assert "<strong>16.7 %</strong><span>Coverage" in page and page.count('<td class="num">16.7 %</td>') == 2
    assert "too much to count" in client.get("/studio/reports?first=2026-09-01&last=2026-11-15&coverage=1").text
    assert "whatever ran on them" in client.get(f"/studio/reports?{day}&coverage=1&campaign=x").text


def test_on_paper_it_says_of_what_when_and_by_whom(studio_app: Studio, engine: Engine) -> None:
    played(engine, "entrance", "ekimae")
    notice = Notice("ekimae", "駅前ストア株式会社", "客層の把握", "Audience counts", "03-0000-0000", START)
    studio_app.ports.storage.notices.save(notice, "")
    page = studio_app.logged_in(Role.VIEWER, lang="ja", name="青木").get("/studio/reports").text
    head = page[page.index('<header class="on-paper"') :].partition("</header>")[0]
    head = " ".join(re.sub(r"<[^>]*>", " ", head).split())
    assert "放映報告書 期間 2026-11-10 から 2026-11-16 まで 運営者 駅前ストア株式会社 店舗 駅前店" in head
    assert "作成 2026-11-16 12:00 · 青木" in head
