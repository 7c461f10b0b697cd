"""The products that models know, by their place in the models' arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommender.domain.product import Product


@dataclass(frozen=True, slots=True)
class Items:
    """All arrays have one element per item; the index of an item is its column everywhere else.

    gtin         int64  ascending; f"{gtin:014d}" is the GTIN-14
    public_safe  bool   may somebody's history bring it up on a screen?
    words        int32  equal numbers: nobody could tell two cards of these products apart
    category     int32  equal numbers: one category
    family       str    the family's name
    """

    gtin: NDArray[np.int64]
    public_safe: NDArray[np.bool_]
    words: NDArray[np.int32]
    category: NDArray[np.int32]
    family: NDArray[np.str_]

    @classmethod
    def of(cls, gtins: NDArray[np.int64], products: Mapping[str, Product]) -> Self:
        """GTINs ascending and what the catalogue says of them. Not in the catalogue: not public-safe."""
        found = [products.get(f"{g:014d}") for g in gtins]
        words = [
            f"{g}" if p is None else f"{p.name_ja}\n{p.brand}\n{p.size}" for p, g in zip(found, gtins, strict=True)
        ]
        return cls(
            gtin=gtins,
            public_safe=np.array([p is not None and p.public_safe for p in found], bool),
            words=numbered(words),
            category=numbered(["" if p is None else p.category for p in found]),
            family=np.array(["" if p is None else p.family for p in found], np.str_),
        )

    def __len__(self) -> int:
        return len(self.gtin)

    def find(self, gtins: ArrayLike) -> NDArray[np.int64]:
        """GTINs as numbers -> the index of each, -1 for those that no model knows."""
        wanted = np.asarray(gtins, np.int64)
        if not len(self.gtin):
            return np.full(wanted.shape, -1, np.int64)
        at = np.minimum(np.searchsorted(self.gtin, wanted), len(self.gtin) - 1)
        return np.where(self.gtin[at] == wanted, at, -1)

    def locate(self, gtins: Sequence[str]) -> NDArray[np.int64]:
        """GTINs as digits -> the index of each, -1 for what is unknown or no GTIN at all."""
        return self.find([int(g) if g.isascii() and g.isdigit() and len(g) <= 14 else -1 for g in gtins])

    def gtin14(self, index: int) -> str:
        return f"{self.gtin[index]:014d}"


def numbered(names: Sequence[str]) -> NDArray[np.int32]:
    """Equal names, equal numbers: 0 for the first in the alphabet."""
    return np.unique(np.array(names, np.str_), return_inverse=True)[1].astype(np.int32).reshape(-1)
