"""What is known of products and their lots: one JSON text each, in the form in which an import file has it."""

from collections.abc import Collection, Sequence

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, bindparam, select

from recommender.domain.facts import Facts
from recommender.storage.rows import upsert
from recommender.storage.schema import product_facts

FORM: TypeAdapter[Facts] = TypeAdapter(Facts)
_f = product_facts.c
_OF = select(_f.lot, _f.told).where(_f.gtin == bindparam("gtin"), _f.lot.in_(bindparam("lots", expanding=True)))


def put(connection: Connection, rows: Sequence[Facts]) -> int:
    """Adds or replaces the facts of each product or lot as a whole; gives how many differ from what was there."""
    told = [(row, FORM.dump_json(row, exclude_defaults=True).decode()) for row in rows]
    newest = {(row.gtin, row.lot): {"gtin": row.gtin, "lot": row.lot, "told": text} for row, text in told}
    return upsert(connection, product_facts, list(newest.values()))


def of(engine: Engine, gtin: str, lots: Collection[str]) -> dict[str, Facts]:
    """By lot ("" = the product itself), those among `lots` of which anything was told."""
    with engine.connect() as connection:
        return {
            row.lot: FORM.validate_json(row.told) for row in connection.execute(_OF, {"gtin": gtin, "lots": list(lots)})
        }
