"""What was learned from plays, in and out: the model's weights, each spot's days, the bets on spots, and how far it came."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine, Table, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from signage.domain.clock import from_millis, millis
from signage.domain.response import SpotDay, Weight
from signage.storage.schema import learned as table
from signage.storage.schema import response_weights, spot_bets, spot_days

ONE = "response"
Spot = tuple[str, str]  # store, spot


@dataclass(frozen=True, slots=True)
class Progress:
    """`until`: plays that started before are learned from; `sales_until`: so are sales of the days before. Version 0: nothing."""

    version: int = 0
    until: datetime | None = None
    sales_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Learnt:
    """What one batch changes: new weights by name, days to be added to, new bets by spot."""

    weights: Mapping[str, Weight] = field(default_factory=dict)
    days: Mapping[Spot, Sequence[SpotDay]] = field(default_factory=dict)
    bets: Mapping[Spot, Sequence[float]] = field(default_factory=dict)


def put_learned(connection: Connection, before: Progress, after: Progress, learnt: Learnt) -> bool:
    """Keep a batch whole, unless somebody else learned since `before` was read: then nothing, and False."""
    values = {
        "version": after.version, "until": _ms(after.until), "sales_until": _ms(after.sales_until),
    }  # fmt: skip
    if before.version == 0 and connection.scalar(select(table.c.version).where(table.c.id == ONE)) is None:
        connection.execute(insert(table).values(id=ONE, **values))
    else:
        mine = (table.c.id == ONE) & (table.c.version == before.version)
        if connection.execute(update(table).where(mine).values(**values)).rowcount == 0:
            return False
    weights = [{"name": n, "mean": w.mean, "variance": w.variance, "day": w.day} for n, w in learnt.weights.items()]
    _upsert(connection, response_weights, weights)
    days = [
        {"store_id": store, "spot_id": spot, "day": d.day, "plays": d.plays, "reward": d.reward, "squared": d.squared}
        for (store, spot), several in learnt.days.items()
        for d in several
    ]
    _upsert(connection, spot_days, days, adding=True)
    bets = [{"store_id": store, "spot_id": s, "money": json.dumps(m)} for (store, s), m in learnt.bets.items()]
    _upsert(connection, spot_bets, bets)
    return True


class Learned:
    """Questions to what was learned."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def progress(self) -> Progress:
        with self._engine.connect() as connection:
            row = connection.execute(select(table).where(table.c.id == ONE)).first()
        return Progress(row.version, from_millis(row.until), from_millis(row.sales_until)) if row else Progress()

    def weights(self) -> dict[str, Weight]:
        with self._engine.connect() as connection:
            rows = connection.execute(select(response_weights)).all()
        return {row.name: Weight(row.mean, row.variance, row.day) for row in rows}

    def days(self, store_id: str, since: int) -> dict[str, list[SpotDay]]:
        """Each spot's days in this store from that day on, in their order."""
        query = (
            select(spot_days)
            .where(spot_days.c.store_id == store_id, spot_days.c.day >= since)
            .order_by(spot_days.c.spot_id, spot_days.c.day)
        )
        found: dict[str, list[SpotDay]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                found.setdefault(row.spot_id, []).append(SpotDay(row.day, row.plays, row.reward, row.squared))
        return found

    def bets(self, store_id: str) -> dict[str, tuple[float, ...]]:
        """What the bets on each spot of this store have become."""
        query = select(spot_bets.c.spot_id, spot_bets.c.money).where(spot_bets.c.store_id == store_id)
        with self._engine.connect() as connection:
            return {spot_id: tuple(json.loads(money)) for spot_id, money in connection.execute(query)}


def _ms(at: datetime | None) -> int:
    return millis(at) if at else 0


def _upsert(connection: Connection, into: Table, rows: Sequence[Mapping[str, object]], *, adding: bool = False) -> None:
    """Rows whose key is there take the new values, or (`adding`) grow by them."""
    if not rows:
        return
    insert_into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement, keys = insert_into(into), [column.name for column in into.primary_key]
    new = {
        column.name: column + statement.excluded[column.name] if adding else statement.excluded[column.name]
        for column in into.columns
        if column.name not in keys
    }
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), rows)
