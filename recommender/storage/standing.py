"""What the rules of a list must know of products, as the catalogue and the stock of one store say it now."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Engine, and_, bindparam, func, select, type_coerce

from recommender.domain.product import Standing
from recommender.storage.schema import categories, products, stock

_GTIN = type_coerce(products.c.gtin, BigInteger)  # a number, as lists have it
_STANDING = (  # built once: every list asks it
    select(
        _GTIN, products.c.in_models, products.c.public_safe, categories.c.public_safe,
        categories.c.law_class, stock.c.quantity,
    )
    .join(categories, categories.c.category == products.c.category)
    .join(stock, and_(stock.c.gtin == products.c.gtin, stock.c.store_id == bindparam("store")), isouter=True)
    .where(_GTIN.in_(bindparam("gtins", expanding=True)))
)  # fmt: skip


def standing(engine: Engine, store_id: str, gtins: Sequence[int]) -> dict[int, Standing]:
    """The known ones among `gtins`, which are numbers here: f"{gtin:014d}" is the GTIN-14."""
    with engine.connect() as connection:
        rows = connection.execute(_STANDING, {"store": store_id, "gtins": list(gtins)}).all()
    return {
        gtin: Standing(bool(listed), bool(safe and all_safe), law_class, quantity)
        for gtin, listed, safe, all_safe, law_class, quantity in rows
    }


def stocked(engine: Engine) -> NDArray[np.int64]:
    """GTINs of products that some store has, and that models may know; those there are most of first."""
    quantity = func.sum(stock.c.quantity)
    query = (
        select(type_coerce(products.c.gtin, BigInteger))
        .join(stock, stock.c.gtin == products.c.gtin)
        .where(products.c.in_models == 1, stock.c.quantity > 0)
        .group_by(products.c.gtin)
        .order_by(quantity.desc(), products.c.gtin)
    )
    with engine.connect() as connection:
        return np.array(list(connection.execute(query).scalars()), np.int64)
