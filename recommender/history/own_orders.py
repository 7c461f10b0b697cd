"""A retailer's files -> order lines and categories to judge the models by. Read by the importer's rules; nothing is kept."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import numpy as np

from recommender.domain.gtin import BadGtin, to_gtin14
from recommender.domain.history import OrderLine
from recommender.domain.localtime import local_time
from recommender.history.files import read_chunks
from recommender.history.order_lines import OPTIONAL, REQUIRED, TIMES, Rules, parse_chunk


def order_lines(path: Path, zone: str, now: datetime, left_out: Callable[[int], None]) -> Iterator[OrderLine]:
    """Every line that the importer would take if it knew all products; days are those of `zone` (IANA).

    `left_out` hears at the end how many it wouldn't. Raises WrongFile.
    """
    count = 0
    for chunk in read_chunks(path, REQUIRED, OPTIONAL, TIMES):
        known = sorted(_gtins(set(chunk.columns["gtin"].to_pylist())))
        rules = Rules.make(known, now)
        rows, rejects = parse_chunk(chunk, rules)
        count += len(rejects)
        at = np.array([row[4] for row in rows], np.int64)
        days, _ = local_time(at, np.full(len(rows), zone))
        for (order, _, member, store, _, gtin, *_), day in zip(rows, days.tolist(), strict=True):
            yield OrderLine(order, member, store, day, gtin)
    left_out(count)


def categories(path: Path) -> dict[int, str]:
    """A file of products -> GTIN to category. Raises WrongFile."""
    found: dict[int, str] = {}
    for chunk in read_chunks(path, ("gtin", "category")):
        pairs = zip(chunk.columns["gtin"].to_pylist(), chunk.columns["category"].to_pylist(), strict=True)
        for text, category in pairs:
            with suppress(BadGtin):
                found[int(to_gtin14(text.strip()))] = category.strip()
    return found


def _gtins(texts: set[str]) -> Iterator[str]:
    for text in texts:
        with suppress(BadGtin):
            yield to_gtin14(text.strip())
