"""The history -> trained models in a new version of the artifacts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from recommender.algorithms.algorithm import Algorithm, Lines
from recommender.algorithms.als import Als
from recommender.algorithms.cosine import Cosine
from recommender.algorithms.demand import Demand
from recommender.algorithms.facts import Facts
from recommender.algorithms.heads import Examples, Heads
from recommender.algorithms.item_item import ItemItem
from recommender.algorithms.kind_item import KindItem
from recommender.algorithms.newcomers import Newcomers
from recommender.algorithms.plugged import plugged
from recommender.algorithms.popular import WINDOW_DAYS, Popular
from recommender.algorithms.promotions import Promotions
from recommender.algorithms.repeat import Repeat
from recommender.algorithms.segments import Segments
from recommender.algorithms.store_taste import StoreTaste
from recommender.algorithms.two_stage import Stages
from recommender.artifacts import NONE, Store
from recommender.domain.items import Items
from recommender.domain.product import Product
from recommender.settings import Settings
from recommender.storage import products as catalogue
from recommender.storage.engine import open_engine
from recommender.storage.interactions import newest_line, training_lines
from recommender.storage.promotions import planned
from recommender.storage.standing import stocked
from recommender.storage.stores import store_codes
from recommender.training.examples import HORIZON, examples
from recommender.training.matrix import Purchases, encode, known_gtins
from recommender.training.newcomers import beside, makers, newcomers
from recommender.training.planned import LOOK_BACK, encode_plan

Progress = Callable[[str, float], None]
POPULAR = "popular"
SPANS = 2  # of four weeks each, that the heads are taught
BASE: tuple[type[Algorithm], ...] = (Popular, StoreTaste, Repeat, ItemItem, KindItem, Als, Cosine, Segments, Demand)
SOME = 10_000  # products read at once


class NothingToLearn(Exception):
    """There is no order line that models may learn from."""


def train(settings: Settings, *, progress: Progress, only: str | None = None) -> str:
    """Trains on the whole history and publishes; gives the version. `progress` hears (stage, 0-1).

    only="popular": popularity of the last weeks alone, within seconds, for first content; where a version stands already,
    nothing is trained and its name is given. Raises NothingToLearn.
    """
    store = Store(settings.artifacts)
    if only == POPULAR and store.current().version != NONE:
        return store.current().version
    engine = open_engine(settings.database)
    try:
        newest = newest_line(engine)
        since = newest - timedelta(days=WINDOW_DAYS) if newest and only == POPULAR else None
        progress("read", 0.0)
        purchases = Purchases.collect(training_lines(engine, since), store_codes(engine))
        known = known_gtins(purchases)
        if not len(known):
            raise NothingToLearn("no product was bought by enough people yet")
        new = newcomers(purchases, known, stocked(engine)) if only != POPULAR else known[:0]
        gtins = np.union1d(known, new)
        products: dict[str, Product] = {}
        plan = planned(engine, int(purchases.day.max()) - LOOK_BACK) if only != POPULAR else None
        for at in range(0, len(gtins), SOME):
            products |= catalogue.by_gtin(engine, [f"{g:014d}" for g in gtins[at : at + SOME]])
    finally:
        engine.dispose()
    items = Items.of(gtins, products)
    lines = beside(encode(purchases, known), known, gtins, items.category)
    if plan is not None:
        lines = replace(lines, plan=encode_plan(plan, gtins, lines.stores))
    kin = Newcomers.among(lines, makers(gtins, products))
    version = store.publish([items, kin, *fit(lines, progress, only, own=plugged())], facts(lines))
    progress("publish", 1.0)
    return version


def fit(
    lines: Lines, progress: Progress, only: str | None = None, *, own: Mapping[str, type[Algorithm]]
) -> Iterator[object]:
    """Lines -> the models of one version, one after the other. Where history is too short to learn from, no Heads."""
    kinds: tuple[type[Algorithm], ...] = (Popular,) if only == POPULAR else (*BASE, *own.values())
    for done, kind in enumerate(kinds):
        progress(kind.__name__.lower(), 0.05 + 0.5 * done / len(kinds))
        yield kind.fit(lines)
    if only != POPULAR:
        yield Facts.fit(lines)
        yield Promotions.fit(lines)
        heads = _heads(lines, progress, own.values())
        if heads is not None:
            yield heads


def _heads(lines: Lines, progress: Progress, own: Iterable[type[Algorithm]]) -> Heads | None:
    """Taught on members as they stood four and eight weeks ago, by models that know no more than they did."""
    begin, end = int(lines.day.min(initial=0)), int(lines.day.max(initial=0))
    taught: list[Examples] = []
    for span in range(SPANS):
        known, cut = lines.until(end - span * HORIZON), end - (span + 1) * HORIZON
        before = known.until(cut)
        if not len(before.item) or (span and cut - begin < (end - begin) / 2):
            break  # models of so little history would be others than those that serve
        progress("examples", 0.6 + 0.3 * span / SPANS)
        fitted = (Facts.fit(before), Popular.fit(before), Als.fit(before), Cosine.fit(before), ItemItem.fit(before))
        stages = Stages(*fitted, Promotions.fit(before), tuple(kind.fit(before) for kind in own))
        if (shown := examples(known, cut, stages.rows)) is not None:
            taught.append(shown)
    progress("heads", 0.9)
    return Heads.fit(Examples.together(taught)) if taught else None


def facts(lines: Lines) -> dict[str, str | int]:
    """What the manifest says of the data behind a version."""
    return {
        "items": lines.items,
        "lines": len(lines.item),
        "baskets": len(lines.day),
        "first_day": date.fromordinal(int(lines.day.min())).isoformat(),
        "last_day": date.fromordinal(int(lines.day.max())).isoformat(),
    }
