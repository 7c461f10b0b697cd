"""The report of plays by screen, campaign, area and day, the audience beside it; as rows and as CSV that is safe to open."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from signage.domain.play import Area
from signage.storage.plays import Counted, Filters, Plays

LEAST_PEOPLE = 10
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
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


@dataclass(frozen=True, slots=True)
class ReportRow:
    """`plays` as counted. People, rounded to 10: None where nothing was measured, or too few were there (`suppressed`)."""

    plays: Counted
    gross_impressions: int | None
    ots: int | None
    attention_s: int | None
    simulated: bool
    suppressed: bool = False


def report(plays: Plays, filters: Filters) -> list[ReportRow]:
    """Rows by day, store, screen, campaign and area; small numbers of people suppressed.

    The same people are in front of all areas of a screen: figures of two areas are never added up.
    """
    return suppress([_row(counted) for counted in plays.report(filters)])


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
    """`names`: of stores, screens, campaigns by id."""
    cells: list[list[str | float | None]] = []
    for row in rows:
        plays = row.plays
        ids = [names.get(key, key) for key in (plays.store_id, plays.screen_id, plays.campaign_id)]
        area = AREA_WORDS[plays.area][language == "en"]
        counts = [plays.started, plays.completed, plays.failed, plays.offline, round(plays.shown_ms / 1000)]
        hidden = FEW_WORDS[language == "en"] if row.suppressed else ""
        people = [hidden if value is None else value for value in (row.gross_impressions, row.ots, row.attention_s)]
        cells.append([plays.day.isoformat(), *ids, area, *counts, *people, int(row.simulated)])
    return table_csv([words[0 if language == "ja" else 1] for words in COLUMNS.values()], cells)


def table_csv(head: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> str:
    """Rows -> CSV with a byte order mark (spreadsheets then read it as UTF-8); None is an empty cell.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    out.write("\ufeff")
    sheet = csv.writer(out)
    sheet.writerow(head)
    sheet.writerows([_harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue()


def _row(counted: Counted) -> ReportRow:
    if not counted.measured:
        return ReportRow(counted, None, None, None, False)
    return ReportRow(
        counted, counted.gross_impressions, counted.ots, round(counted.attention_s), counted.simulated
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
    """Full-width signs, too: a Japanese spreadsheet reads them as the others."""
    return "'" + text if text.startswith(_BEGINS_A_FORMULA) else text
