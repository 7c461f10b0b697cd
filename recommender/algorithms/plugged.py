"""A retailer's own models: installed packages name them under the entry point group `shelfcast.models`."""

from functools import cache
from importlib.metadata import entry_points

from recommender.algorithms.algorithm import Algorithm

GROUP = "shelfcast.models"


class BadModel(Exception):
    """What an entry point names can't be trained. str() says which and why."""


@cache
def plugged() -> dict[str, type[Algorithm]]:
    """Name -> class, by name. Each is a frozen dataclass of arrays, as `Algorithm` says. Raises BadModel."""
    found: dict[str, type[Algorithm]] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        try:
            kind = point.load()
        except (ImportError, AttributeError) as error:
            raise BadModel(f"{point.name} ({point.value}): {error}") from error
        if not (hasattr(kind, "fit") and hasattr(kind, "scores") and hasattr(kind, "__dataclass_fields__")):
            raise BadModel(f"{point.name} ({point.value}): no frozen dataclass with fit and scores")
        found[point.name] = kind
    return found
