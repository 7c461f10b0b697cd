"""More members than the real data has: the same households again under new numbers, their baskets jittered.

What is real stays so in number and kind: how often people come, what they buy together, which products sell. A copy's
baskets lie up to six days earlier, and in 15 % of its lines the product was exchanged with that of another line of its
type. So nothing is learned better from it: it shows what more members cost, never how good lists are.
"""

from pathlib import Path

import numpy as np
import pandas as pd

EARLIER_DAYS = 6
EXCHANGED = 0.15


def write_copy(lines: pd.DataFrame, kind: pd.Series, copy: int, path: Path) -> None:
    """lines: the importer's columns. kind: GTIN -> type. Writes the copy of that number as Parquet for the importer."""
    random = np.random.default_rng(copy)
    suffix = f"-{copy}"
    made = lines.assign(
        order_id=lines.order_id + suffix,
        member_id=lines.member_id + suffix,
        ordered_at=_earlier(lines, random),
        gtin=_exchanged(lines.gtin, lines.gtin.map(kind).fillna(""), random),
    )
    made.to_parquet(path, index=False)


def _earlier(lines: pd.DataFrame, random: np.random.Generator) -> pd.Series:
    """Whole baskets, some days before; the time of day and the zone stay."""
    basket, orders = pd.factorize(lines.order_id)
    days = pd.to_timedelta(random.integers(0, EARLIER_DAYS + 1, len(orders))[basket], unit="D")
    day = pd.to_datetime(lines.ordered_at.str[:10]) - days
    return day.dt.strftime("%Y-%m-%d") + lines.ordered_at.str[10:]


def _exchanged(gtin: pd.Series, kind: pd.Series, random: np.random.Generator) -> pd.Series:
    """Some lines' products change places within their type, so each sells as often as before."""
    chosen = random.random(len(gtin)) < EXCHANGED
    some = pd.DataFrame({"gtin": gtin[chosen], "kind": kind[chosen], "turn": random.random(int(chosen.sum()))})
    given = some.sort_values(["kind", "turn"]).gtin.to_numpy()
    taken = some.assign(turn=random.random(len(some))).sort_values(["kind", "turn"]).index
    out = gtin.copy()
    out.loc[taken] = given
    return out
