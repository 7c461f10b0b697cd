"""The families of the catalogue and their tiles: table text in (assets/families.csv), Family by key out."""

import csv
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """`tint` is the tile's ground, `deep` its text (#RRGGBB); the letters stand in where there is no pictogram."""

    family: str
    name_ja: str
    name_en: str
    tint: str
    deep: str
    letter_ja: str
    letter_en: str

    def name(self, lang: str) -> str:
        return self.name_en if lang == "en" else self.name_ja

    def letter(self, lang: str) -> str:
        return self.letter_en if lang == "en" else self.letter_ja


UNKNOWN = Family("", "商品", "Product", "#E8EAF0", "#2F3850", "商", "Pro")


class Families(dict[str, Family]):
    """Family by key; a key that the table does not have reads as a plain grey tile."""

    def __missing__(self, key: str) -> Family:
        return UNKNOWN


def read_families(table: str) -> Families:
    """CSV text with the columns of Family -> Families. Raises KeyError when a column is missing."""
    rows = csv.DictReader(table.lstrip("\ufeff").splitlines())
    columns = tuple(Family.__dataclass_fields__)
    return Families({row["family"]: Family(*(row[name] for name in columns)) for row in rows})
