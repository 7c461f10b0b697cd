"""The report of plays by screen, campaign, area and day, the audience beside it; as rows and as CSV that is safe to open."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from signage.domain.play import Area
from signage.proof.exposure import NOTHING, Exposure, of_play
from signage.storage.plays import Counted, Filters, Plays
from signage.storage.samples import Samples
from signage.storage.screens import Screens

LEAST_PEOPLE = 10
FEW_WORDS = ("人数が少ないため表示しません", "Not shown: too few people")
COLUMNS = {
    "day": ("日付", "day"), "store": ("店舗", "store"), "screen": ("画面", "screen"), "campaign": ("キャンペーン", "campaign"),
    "area": ("表示位置", "area"),
    "started": ("放映開始", "plays started"), "completed": ("放映完了", "plays completed"), "failed": ("失敗", "failed"),
    "offline": ("オフライン放映", "played offline"), "shown_s": ("放映秒数", "seconds shown"),
    "gross_impressions": ("インプレッション(延べ人数)", "gross impressions"),
    "ots": ("視認の機会 (OTS)", "opportunity to see (OTS)"),
    "attention_s": ("視認時間(人・秒)", "attention (person-seconds)"), "simulated": ("模擬", "simulated audience"),
}  # fmt: skip
AREA_WORDS = {
    Area.MAIN: ("メイン", "main"), Area.SIDE: ("サイド", "beside"), Area.TICKER: ("テロップ", "ticker")
}  # fmt: skip
Cell = tuple[str, str, date, Area]  # screen, campaign, day, area


@dataclass(frozen=True, slots=True)
class ReportRow:
    """`plays` as counted. People, rounded to 10: None where nothing was measured, or too few were there (`suppressed`)."""

    plays: Counted
    gross_impressions: int | None
    ots: int | None
    attention_s: int | None
    simulated: bool
    suppressed: bool = False


def report(plays: Plays, samples: Samples, screens: Screens, filters: Filters) -> list[ReportRow]:
    """Rows by day, store, screen, campaign and area; small numbers of people suppressed.

    The same people are in front of all areas of a screen: figures of two areas are never added up.
    """
    counted = plays.report(filters)
    zones = {store.store_id: store.zone for store in screens.stores()}
    cells = _exposures(plays, samples, zones, counted, filters)
    rows = [_row(row, cells.get((row.screen_id, row.campaign_id, row.day, row.area), NOTHING)) for row in counted]
    return suppress(rows)


def suppress(rows: Sequence[ReportRow]) -> list[ReportRow]:
    """Hide cells of fewer than ten people; where that hides one cell of a day and area, hide its next smallest too.

    One hidden cell could be got back by subtraction from a total; two can't.
    """
    kept = [_hidden(row) if _small(row) else row for row in rows]
    groups: dict[tuple[date, str, Area], list[int]] = {}
    for index, row in enumerate(rows):
        if row.gross_impressions is not None:
            groups.setdefault((row.plays.day, row.plays.screen_id, row.plays.area), []).append(index)
    for indexes in groups.values():
        shown = [index for index in indexes if kept[index].gross_impressions is not None]
        if len(indexes) - len(shown) == 1 and shown:
            least = min(shown, key=lambda index: rows[index].gross_impressions or 0)
            kept[least] = _hidden(kept[least])
    return [_rounded(row) for row in kept]


def to_csv(rows: Iterable[ReportRow], names: Mapping[str, str], language: str = "ja") -> str:
    """Rows -> CSV with a byte order mark (spreadsheets then read it as UTF-8). `names`: of stores, screens, campaigns by id.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    out.write("\ufeff")
    sheet = csv.writer(out)
    sheet.writerow([words[0 if language == "ja" else 1] for words in COLUMNS.values()])
    for row in rows:
        plays = row.plays
        ids = [names.get(key, key) for key in (plays.store_id, plays.screen_id, plays.campaign_id)]
        area = AREA_WORDS[plays.area][language == "en"]
        counts = [plays.started, plays.completed, plays.failed, plays.offline, round(plays.shown_ms / 1000)]
        hidden = FEW_WORDS[language == "en"] if row.suppressed else ""
        people = [hidden if value is None else value for value in (row.gross_impressions, row.ots, row.attention_s)]
        sheet.writerow([plays.day.isoformat(), *map(_harmless, ids), area, *counts, *people, int(row.simulated)])
    return out.getvalue()


def _exposures(
    plays: Plays, samples: Samples, zones: Mapping[str, str], counted: Sequence[Counted], filters: Filters
) -> dict[Cell, Exposure]:
    """Exposure by cell, one screen and day at a time so that memory stays small."""
    cells: dict[Cell, Exposure] = {}
    for screen_id, store_id, day in sorted({(row.screen_id, row.store_id, row.day) for row in counted}):
        start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zones[store_id])).astimezone(UTC)
        next_day = day + timedelta(days=1)
        end = datetime(next_day.year, next_day.month, next_day.day, tzinfo=ZoneInfo(zones[store_id])).astimezone(UTC)
        seen = samples.range([screen_id], start, end + timedelta(hours=1))
        if not seen:
            continue
        for play in plays.between([screen_id], start, end):
            if not filters.campaign_ids or play.campaign_id in filters.campaign_ids:
                key = (screen_id, play.campaign_id, day, play.area)
                cells[key] = cells.get(key, NOTHING) + of_play(play, seen)
    return cells


def _row(counted: Counted, exposure: Exposure) -> ReportRow:
    if not exposure.measured:
        return ReportRow(counted, None, None, None, False)
    return ReportRow(
        counted, exposure.gross_impressions, exposure.ots, round(exposure.attention_s), exposure.simulated
    )  # fmt: skip


def _small(row: ReportRow) -> bool:
    return row.gross_impressions is not None and row.gross_impressions < LEAST_PEOPLE


def _hidden(row: ReportRow) -> ReportRow:
    return replace(row, gross_impressions=None, ots=None, attention_s=None, suppressed=True)


def _rounded(row: ReportRow) -> ReportRow:
    """People to the nearest ten; opportunities to see below ten stay hidden even where impressions are shown."""
    ots = row.ots if row.ots is None or row.ots >= LEAST_PEOPLE else None
    return replace(
        row,
        gross_impressions=_tens(row.gross_impressions),
        ots=_tens(ots),
        attention_s=None if ots is None else row.attention_s,
        suppressed=row.suppressed or ots != row.ots,
    )


def _tens(value: int | None) -> int | None:
    return None if value is None else (value + 5) // 10 * 10


def _harmless(text: str) -> str:
    return "'" + text if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
