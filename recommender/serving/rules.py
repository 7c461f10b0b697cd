"""GTINs in a store -> those that no list may show there now, by the catalogue and the stock as they are at this moment.

A trained version knows what was true when it was made; what has sold out or was marked since then is asked here. What a
version holds to be unfit for a screen stays so until the next one, also when the catalogue thinks better of it.
"""

from collections.abc import Callable, Collection, Sequence

from recommender.domain.product import AGE_LIMITED, Standing
from recommender.storage.engine import Engine
from recommender.storage.standing import standing

Barred = Callable[[Sequence[int]], Collection[int]]  # GTINs as numbers -> those of them that may not be shown
RulesOf = Callable[[str, bool], Barred]  # a store, and whether it is for a screen


def anything(gtins: Sequence[int]) -> Collection[int]:
    """Nothing is barred: for judging models, where there is no shop."""
    return ()


def live_rules(engine: Engine) -> RulesOf:
    """The rules of every list that nobody asked for by name."""

    def _rules(store_id: str, public: bool) -> Barred:
        def _barred(gtins: Sequence[int]) -> set[int]:
            found = standing(engine, store_id, gtins)
            return {gtin for gtin in gtins if gtin not in found or not _may_show(found[gtin], public)}

        return _barred

    return _rules


def _may_show(product: Standing, public: bool) -> bool:
    """Age-limited products never: whoever looks may be a child, on a phone as well. No stock told is no stock known to be 0."""
    if not product.in_models or product.law_class in AGE_LIMITED or product.quantity == 0:
        return False
    return product.public_safe or not public
