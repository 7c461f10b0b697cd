"""Exposure and the report: figures that can be checked by hand, small ones hidden, a CSV that is safe to open."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from signage.domain.audience import AudienceSnapshot, AudienceSource, CameraState
from signage.domain.clock import millis
from signage.domain.exposure import Exposure
from signage.domain.play import Area
from signage.proof.exposure import FORMULAS, of_play
from signage.proof.plays import Proof, read_play
from signage.proof.report import FEW_WORDS, ReportRow, report, suppress, table_csv, to_csv
from signage.storage import samples
from signage.storage.plays import Counted, Filters, Plays
from signage.storage.samples import Sample, Samples
from signage.storage.writer import GroupWriter
from tests.signage.proof.measured import measure
from tests.wire_player import raw_play
from tests.world import ENTRANCE, START, World

DAY = date(2026, 11, 16)


def sample(
    second: float, present: int, facing: int, arrived: int, source: AudienceSource = AudienceSource.CAMERA
) -> Sample:
    at = START + timedelta(seconds=second)
    return Sample("entrance", at, source, present, facing, 0, arrived, 0, present, 0, 0.5 * facing)


def snapshot(second: float, present: int, arrived: int) -> AudienceSnapshot:
    return AudienceSnapshot(
        "entrance", START + timedelta(seconds=second), 1, AudienceSource.SIMULATED, present, present, 0, arrived, 0, 0, present,
        0, 0, False, 0.8, present, 0, 0, 0.5, 12.0, 40, CameraState.OK,
    )  # fmt: skip


def test_exposure_is_what_the_formulas_say() -> None:
    play = read_play(ENTRANCE, raw_play(started_ms=millis(START), shown_ms=3_000), START)
    seconds = [sample(-1, 9, 9, 9), sample(0, 4, 1, 3), sample(1, 6, 3, 2), sample(2, 5, 2, 1), sample(3, 9, 9, 9)]
    assert of_play(play, seconds) == Exposure(4 + 2 + 1, 3, 3.0, 4, 4 + 6 + 5, False)
    assert of_play(play, seconds[:1]) is None
    made_up = of_play(play, [sample(1, 1, 0, 0, AudienceSource.SIMULATED)])
    assert made_up is not None and made_up.simulated
    assert all(ja and en for ja, en in FORMULAS.values())


def test_samples_of_one_second_are_one_row(writer: GroupWriter, engine: Engine) -> None:
    for second in (0.0, 0.5, 1.0):
        writer.submit(lambda connection, second=second: samples.put(connection, snapshot(second, 3, 2)))
    kept = Samples(engine).range(["entrance"], START, START + timedelta(seconds=2))
    assert [(row.at, row.arrived, row.attention_s) for row in kept] == [
        (START, 4, 1.0),
        (START + timedelta(seconds=1), 2, 0.5),
    ]
    assert Samples(engine).range(["aisle"], START, START + timedelta(seconds=2)) == []


@pytest.mark.parametrize(("people", "told"), [(9, None), (14, 10), (16, 20)])
def test_the_report_counts_plays_and_hides_few_people(
    world: World, writer: GroupWriter, engine: Engine, people: int, told: int | None
) -> None:
    proof = Proof(writer, world.screens, lambda plays: None)
    proof.record(
        "entrance", [raw_play(started_ms=millis(START)), raw_play(started_ms=millis(START), campaign="cmp_2")], START
    )
    writer.submit(lambda connection: samples.put(connection, snapshot(1, people, 0)))
    measure(engine)
    rows = report(Plays(engine), Filters(DAY, DAY))
    assert [(row.plays.campaign_id, row.plays.completed) for row in rows] == [("cmp_1", 1), ("cmp_2", 1)]
    assert [row.gross_impressions for row in rows] == [told, told]
    assert [row.suppressed for row in rows] == [told is None] * 2
    assert all(row.simulated for row in rows)


def test_what_ran_beside_the_main_area_is_told_apart(world: World, writer: GroupWriter, engine: Engine) -> None:
    at, ledger = millis(START), Plays(engine)
    proof = Proof(writer, world.screens, lambda plays: None)
    proof.record("entrance", [raw_play(started_ms=at), raw_play(started_ms=at, area="side", spot="spt_side")], START)
    writer.submit(lambda connection: samples.put(connection, snapshot(1, 40, 0)))
    measure(engine)
    rows = report(ledger, Filters(DAY, DAY))
    assert [(row.plays.area, row.plays.started, row.gross_impressions) for row in rows] == [
        (Area.MAIN, 1, 40), (Area.SIDE, 1, 40),
    ]  # fmt: skip
    assert [line.split(",")[4] for line in to_csv(rows, {}, "en").splitlines()] == ["area", "main", "beside"]
    hour = at // 3_600_000
    assert ledger.delivered({"cmp_1"}, ledger.last()) == [("cmp_1", hour, 1)], "a goal is reached in main areas"
    assert [(one.hour, one.completed) for one in ledger.since(0, ledger.last(), {"cmp_1"})] == [(hour, True)]
    assert len(ledger.recent("entrance", START - timedelta(hours=1))) == 1


def row(campaign: str, people: int | None, day: date = DAY) -> ReportRow:
    counted = Counted("ekimae", "entrance", campaign, day, 5, 4, 0, 0, 50_000)
    return ReportRow(counted, people, people, people, False)


@given(st.lists(st.none() | st.integers(0, 60), max_size=8))
def test_a_hidden_cell_cannot_be_got_back_by_subtraction(people: list[int | None]) -> None:
    rows = suppress([row(str(n), value) for n, value in enumerate(people)])
    measured = [value for value in people if value is not None]
    hidden = [n for n, one in enumerate(rows) if one.suppressed]
    assert all(rows[n].gross_impressions is None for n in hidden)
    assert all(one.gross_impressions is None or one.gross_impressions >= 10 for one in rows)
    assert all(one.gross_impressions is None or one.gross_impressions % 10 == 0 for one in rows)
    assert len(hidden) != 1 or len(measured) == 1


def test_the_csv_opens_in_a_spreadsheet_and_runs_nothing() -> None:
    names = {
        "ekimae": "駅前店",
        "entrance": '=HYPERLINK("http://x")',
        "cmp_1": "@SUM(A1)",
        "cmp_2": "-2+3",
        "cmp_3": "オーツ, 週間",
    }
    rows = suppress([row("cmp_1", 40), row("cmp_2", 3), row("cmp_3", 20), replace(row("", None), simulated=True)])
    text = to_csv(rows, names)
    assert text.startswith("\ufeff日付,店舗,画面,キャンペーン,")
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert lines[1][:7] == ["2026-11-16", "駅前店", '\'=HYPERLINK("http://x")', "'@SUM(A1)", "メイン", "5", "4"]
    assert lines[1][10] == "40"
    assert lines[2][3] == "'-2+3"
    assert lines[2][10] == lines[3][10] == FEW_WORDS[0]
    assert lines[3][3] == "オーツ, 週間"
    assert lines[4][10:] == ["", "", "", "1"]
    assert not [cell for line in lines for cell in line if cell[:1] in set("=+-@\t\r")]
    assert "'\uff1d1+1" in table_csv([], [["\uff1d1+1"]])
    assert to_csv([], {}, "en").startswith("\ufeffday,store,screen,campaign,")
