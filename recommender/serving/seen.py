"""What a member looked at of late -> it comes up in their next list, by a rule: nobody ever measured how far it should.

Every view, scan or cart counts 0.5 ^ (hours / 12); together at most 1. An item then goes that part of half the way from
its own score to the list's highest. So it never passes the best, is almost where it was after two days, and a purchase
of it ends the matter.
"""

from datetime import datetime

import numpy as np

from recommender.algorithms.algorithm import Scores
from recommender.domain.history import MemberHistory, Seen
from recommender.domain.instant import HOUR_MS, to_ms
from recommender.domain.items import Items

HALF_LIFE_H = 12.0
AT_MOST = 0.5  # of the way to the highest score


def raised(total: Scores, items: Items, history: MemberHistory, seen: Seen, now: datetime) -> Scores:
    """(items,) `total` with what was seen raised; what is dated after `now` counts as seen now."""
    if not len(seen.gtin):
        return total
    item = items.find(seen.gtin)
    hours = np.maximum(0, to_ms(now) - seen.at) / HOUR_MS
    bought = dict(zip(history.gtin.tolist(), history.day.tolist(), strict=True))  # the latest day of each: days ascend
    today = now.date().toordinal()
    again = np.array(
        [bought.get(g, 0) >= today - h // 24 for g, h in zip(seen.gtin.tolist(), hours, strict=True)], bool
    )
    counts = (item >= 0) & ~again
    weight = np.bincount(item[counts], 0.5 ** (hours[counts] / HALF_LIFE_H), minlength=len(total))
    out: Scores = total + (total.max() - total) * (AT_MOST * np.minimum(weight, 1.0)).astype(np.float32)
    return out
