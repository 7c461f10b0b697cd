"""A list of screens as CSV in; the screens that it would make, and what is wrong with which line, out."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import uuid4

from flask_babel import gettext as _

from recommender.domain.text import one_line
from signage.domain.place import Screen, Store, Zone
from signage.web.csv_files import Line, lines, plain

MOST = 1000
LONGEST = 40
SIDES = range(160, 16385)
TAG = re.compile(r"[\w\-]{1,30}")
MOST_TAGS = 10
HEADINGS = {  # in the order of the template
    "store": "店舗ID", "name": "画面名", "zone": "エリア", "width": "幅", "height": "高さ", "place_ja": "場所",
    "place_en": "場所(英語)", "tags": "タグ",
}  # fmt: skip
NEEDED = ("store", "name", "zone", "width", "height")
ZONES = {
    "入口": Zone.ENTRANCE, "通路": Zone.AISLE, "売場": Zone.AISLE, "レジ": Zone.CHECKOUT, "レジ前": Zone.CHECKOUT,
    "棚": Zone.SHELF, "棚前": Zone.SHELF,
} | {zone.value: zone for zone in Zone}  # fmt: skip
COLUMNS = {spelled.casefold(): column for column, heading in HEADINGS.items() for spelled in (heading, column)}


@dataclass(frozen=True, slots=True)
class Wrong:
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class ScreenList:
    """`screens` by their lines, new ids in them; nothing may be added while anything is `wrong`."""

    screens: tuple[tuple[int, Screen], ...]
    wrong: tuple[Wrong, ...]


def read(text: str, stores: Mapping[str, Store], there: Collection[tuple[str, str]]) -> ScreenList:
    """`stores`: those that the asker may use; `there`: (store, name) of screens that exist. Raises Invalid as `lines` does."""
    good: list[tuple[int, Screen]] = []
    wrong: list[Wrong] = []
    named = dict.fromkeys(there, 0)
    for line in lines(text, COLUMNS, NEEDED):
        found = _faults(line, stores)
        key = (line.cells["store"], line.cells["name"])
        if key in named and not found:
            first = named[key]
            found = [
                _("Line %(n)s has this name in this store already.", n=first) if first
                else _("There is a screen of this name in this store already.")
            ]  # fmt: skip
        named.setdefault(key, line.number)
        wrong += [Wrong(line.number, text) for text in found]
        if not found:
            good.append((line.number, _screen(line, stores)))
        if len(good) + len(wrong) > MOST:
            wrong.append(Wrong(line.number, _("At most %(n)s screens at once. Split the file.", n=MOST)))
            break
    if not good and not wrong:
        wrong.append(Wrong(2, _("There is no screen in the file.")))
    return ScreenList(tuple(good), tuple(wrong))


def _faults(line: Line, stores: Mapping[str, Store]) -> list[str]:
    cells, found = line.cells, []
    if cells["store"] not in stores:
        found.append(_("There is no store with the ID “%(id)s”.", id=cells["store"][:LONGEST]))
    if not 1 <= len(cells["name"]) <= LONGEST or not one_line(cells["name"]):
        found.append(_("Give the screen a name of at most 40 characters."))
    if plain(cells["zone"]) not in ZONES:
        found.append(_("The zone has to be entrance, aisle, checkout or shelf."))
    if not all(_is_side(cells[side]) for side in ("width", "height")):
        found.append(_("Width and height have to be pixels, such as 1920 and 1080."))
    if any(len(cells[place]) > LONGEST or not one_line(cells[place]) for place in ("place_ja", "place_en")):
        found.append(_("Describe the place in at most 40 characters."))
    tags = cells["tags"].split()
    if len(tags) > MOST_TAGS or not all(TAG.fullmatch(tag) for tag in tags):
        found.append(_("Use at most 10 tags of letters and digits."))
    return found


def _is_side(cell: str) -> bool:
    digits = plain(cell)
    return digits.isascii() and digits.isdigit() and len(digits) <= 5 and int(digits) in SIDES


def _screen(line: Line, stores: Mapping[str, Store]) -> Screen:
    cells = line.cells
    return Screen(
        str(uuid4()), cells["store"], cells["name"], ZONES[plain(cells["zone"])], int(plain(cells["width"])),
        int(plain(cells["height"])), frozenset(cells["tags"].split()), stores[cells["store"]].language,
        place_ja=cells["place_ja"], place_en=cells["place_en"],
    )  # fmt: skip
