"""A file of products: the columns that it has, and what came of taking it in."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

PRODUCT_COLUMNS = ("gtin", "name_ja", "name_en", "brand", "size", "category", "maker")
PRODUCT_FACTS = ("origin_ja", "origin_en", "allergens_ja", "allergens_en")
PRODUCT_OPTIONAL = ("short_ja", "in_models", "public_safe", *PRODUCT_FACTS, "sample_facts")
PRODUCT_HEADINGS = {  # what else a column may be called, as a Japanese till or spreadsheet has it; the first is the template's
    "gtin": ("JANコード", "JAN", "商品コード", "商品CD", "EAN", "UPC"), "name_ja": ("商品名", "品名", "商品名(日本語)"),
    "name_en": ("商品名(英語)", "英語名"), "brand": ("ブランド", "ブランド名"), "size": ("内容量", "規格", "容量"),
    "category": ("カテゴリー", "カテゴリ", "カテゴリーコード", "分類", "分類コード"), "maker": ("メーカー", "メーカー名"),
    "short_ja": ("短い商品名", "略称"), "in_models": ("おすすめに使う",), "public_safe": ("画面に出してよい",),
    "origin_ja": ("原産地", "産地"), "origin_en": ("原産地(英語)",), "allergens_ja": ("アレルゲン",),
    "allergens_en": ("アレルゲン(英語)",), "sample_facts": ("見本",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reject:
    """One line that was not taken: its number (from 1; of a Parquet file, the row's), why, and the line itself."""

    line: int
    reason: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class ImportedProducts:
    """`added` are new, `changed` differ from what was there, `known` don't. `rejects`: the first of the `rejected` lines.
    `missing`: the columns without which nothing was read."""

    added: int = 0
    changed: int = 0
    known: int = 0
    rejected: int = 0
    rejects: tuple[Reject, ...] = ()
    missing: tuple[str, ...] = ()


def product_columns(headings: Sequence[str]) -> list[str]:
    """The column that each of these headings stands for, "" for none. Of two for the same column the one that PRODUCT_HEADINGS
    has first: a 商品コード is the retailer's own where there is a JANコード."""
    best: dict[str, tuple[int, int]] = {}
    for n, heading in enumerate(headings):
        column, place = _MEANT.get(_plain(heading), ("", 0))
        best[column] = min(best.get(column, (place, n)), (place, n))
    found = {n: column for column, (_place, n) in best.items()}
    return [found.get(n, "") for n in range(len(headings))]


def _plain(heading: str) -> str:
    """Width, case and spaces don't tell headings apart."""
    return "".join(unicodedata.normalize("NFKC", heading).casefold().split())


_MEANT = {
    _plain(spelled): (column, place)
    for column in (*PRODUCT_COLUMNS, *PRODUCT_OPTIONAL)
    for place, spelled in enumerate((column, *PRODUCT_HEADINGS[column]))
}
