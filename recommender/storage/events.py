"""Which events have arrived, and what each said: a second arrival changes nothing, another content is found out."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from recommender.storage.schema import events

CHUNK = 500  # bound parameters in one IN


@dataclass(frozen=True, slots=True)
class EventRow:
    """`digest`: of what it said, None for events from before it was kept. `identifier_id`: whose it is, None for nobody's."""

    source: str
    event_id: str
    kind: str
    at: int
    digest: bytes | None
    identifier_id: int | None = None


def known_events(connection: Connection, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], bytes | None]:
    """Those among `keys` (source, event_id) that have arrived before -> the digest of what each said."""
    e, known = events.c, dict[tuple[str, str], bytes | None]()
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, event_id in keys:
        by_source[source].append(event_id)
    for source, ids in by_source.items():
        for first in range(0, len(ids), CHUNK):
            query = select(e.event_id, e.digest).where(e.source == source, e.event_id.in_(ids[first : first + CHUNK]))
            known.update({(source, row.event_id): row.digest for row in connection.execute(query)})
    return known


def events_of(connection: Connection, ids: Collection[int]) -> list[EventRow]:
    """Those that are kept under these identifiers, oldest first."""
    e = events.c
    query = select(e.source, e.event_id, e.kind, e.at, e.digest, e.identifier_id).where(e.identifier_id.in_(ids))
    return [EventRow(*row) for row in connection.execute(query.order_by(e.at, e.source, e.event_id))]


def add_events(connection: Connection, rows: Sequence[EventRow]) -> None:
    """Remembers that these have arrived."""
    if rows:
        connection.execute(insert(events), [asdict(row) for row in rows])
