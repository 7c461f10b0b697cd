"""The numbers in what somebody wrote of whom to call, so that a phone can dial them."""

import re
import unicodedata
from dataclasses import dataclass

_PARTS = re.compile(r"[\n、,;]|\s/\s")
_NUMBER = re.compile(r"[+(]?\d[\d()\-. ]{7,20}\d")  # 03-0000-0000, (03) 0000 0000, +81 3 0000 0000
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ーｰ", "-"))
_AT_HOME, _ABROAD = range(9, 12), range(8, 16)  # digits; fewer are an extension, a postcode or a date


@dataclass(frozen=True, slots=True)
class Call:
    """`said`: the words that stand with a number; `number` as it is written, `dial` as a phone takes it, "" without one."""

    said: str
    number: str = ""
    dial: str = ""


def calls(text: str) -> list[Call]:
    """Each part of the text with the number in it, in order. Of several numbers in one part the first can be dialled."""
    parts = (part.strip() for part in _PARTS.split(unicodedata.normalize("NFKC", text)))
    return [_call(part) for part in parts if part]


def _call(part: str) -> Call:
    for one in _NUMBER.finditer(part.translate(_DASHES)):
        dial = re.sub(r"[^+\d]", "", one[0])
        if len(dial.lstrip("+")) in (_ABROAD if dial.startswith("+") else _AT_HOME):
            words = (part[: one.start()].strip(" :/"), part[one.end() :].strip(" :/"))
            return Call(" ".join(word for word in words if word), one[0].strip(), dial)
    return Call(part)
