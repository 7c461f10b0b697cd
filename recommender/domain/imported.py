"""A file of products: the columns that it has, and what came of taking it in."""

from dataclasses import dataclass

PRODUCT_COLUMNS = ("gtin", "name_ja", "name_en", "brand", "size", "category", "maker")
PRODUCT_FACTS = ("origin_ja", "origin_en", "allergens_ja", "allergens_en")
PRODUCT_OPTIONAL = ("short_ja", "in_models", "public_safe", *PRODUCT_FACTS, "sample_facts")


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
