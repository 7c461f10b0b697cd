"""How many identifiers of a kind one person may have: what holds wrong links between people up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

OTHERS = "*"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many identifiers of a namespace one profile may hold; `others` for those that are not named."""

    of: Mapping[str, int]
    others: int

    @classmethod
    def read(cls, text: str) -> Self:
        """`retailer=1,*=10` -> the limits. Raises ValueError."""
        pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
        if not all(name.strip() and number.strip().isdecimal() and int(number) > 0 for name, _, number in pairs):
            raise ValueError(f"{text!r} is no list such as retailer=1,*=10")
        of = {name.strip(): int(number) for name, _, number in pairs}
        return cls(of, of.pop(OTHERS, 10))

    def __getitem__(self, namespace: str) -> int:
        return self.of.get(namespace, self.others)
