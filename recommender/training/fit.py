"""The history -> trained models in a new version of the artifacts."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from recommender.algorithms.algorithm import Algorithm, Lines
from recommender.algorithms.als import Als
from recommender.algorithms.item_item import ItemItem
from recommender.algorithms.popular import WINDOW_DAYS, Popular
from recommender.algorithms.repeat import Repeat
from recommender.artifacts import NONE, Store
from recommender.domain.product import Product
from recommender.settings import Settings
from recommender.storage import products as catalogue
from recommender.storage.engine import open_engine
from recommender.storage.interactions import newest_line, training_lines
from recommender.storage.stores import store_codes
from recommender.training.matrix import Purchases, describe, encode, known_gtins

Progress = Callable[[str, float], None]
POPULAR = "popular"
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
        gtins = known_gtins(purchases)
        if not len(gtins):
            raise NothingToLearn("no product was bought by enough people yet")
        products: dict[str, Product] = {}
        for at in range(0, len(gtins), SOME):
            products |= catalogue.by_gtin(engine, [f"{g:014d}" for g in gtins[at : at + SOME]])
    finally:
        engine.dispose()
    items, lines = describe(gtins, products), encode(purchases, gtins)
    version = store.publish([items, *fit(lines, progress, only)], facts(lines))
    progress("publish", 1.0)
    return version


def fit(lines: Lines, progress: Progress, only: str | None = None) -> Iterator[object]:
    """Lines -> the models of one version, one after the other."""
    kinds: tuple[type[Algorithm], ...] = (Popular,) if only == POPULAR else (Popular, Repeat, ItemItem, Als)
    for done, kind in enumerate(kinds):
        progress(kind.__name__.lower(), (1 + done) / (2 + len(kinds)))
        yield kind.fit(lines)


def facts(lines: Lines) -> dict[str, str | int]:
    """What the manifest says of the data behind a version."""
    return {
        "items": lines.items,
        "lines": len(lines.item),
        "baskets": len(lines.day),
        "first_day": date.fromordinal(int(lines.day.min())).isoformat(),
        "last_day": date.fromordinal(int(lines.day.max())).isoformat(),
    }
