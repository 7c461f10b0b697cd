"""Events that arrived by the door `record` -> rows. Late is right, twice is once, impossible is refused."""

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from recommender.domain import cloudevents
from recommender.domain.event import (
    Answer,
    Change,
    ConflictingEvent,
    Event,
    IdentityLinked,
    IdentityRevoked,
    OrderCompleted,
    Outcome,
    RefusedEvent,
    ShelfScanned,
    StoreCheckedIn,
)
from recommender.domain.gtin import is_gtin14
from recommender.domain.instant import HOUR_MS, to_ms
from recommender.domain.limits import Limits
from recommender.history import identity, orders
from recommender.history.event_checks import check
from recommender.history.event_rows import Rows, named
from recommender.storage import edges, events, products, stores
from recommender.storage.edges import Edge
from recommender.storage.engine import Connection
from recommender.storage.events import EventRow

DIGEST_BYTES = 16
Ids = dict[tuple[str, str], int]  # (namespace, value) -> identifier


@dataclass(frozen=True, slots=True)
class Intake:
    """`key` hashes identifiers, stores seen for the first time get `zone`, `limits` hold wrong links up."""

    key: bytes
    zone: str
    limits: Limits

    def apply(self, connection: Connection, batch: Sequence[Event], now: datetime) -> tuple[list[Answer], list[Change]]:
        """One answer per event in their order, and the changes to tell once the transaction is committed."""
        answers, fresh = self._judge(connection, batch, now)
        ids = self._identifiers(connection, [batch[place] for place in fresh])
        rows = Rows()
        for place in fresh:
            rows.take(batch[place], next((ids[name] for name in named(batch[place])), None))
        stores.add_missing(connection, {order.store_id for _, order, _ in rows.orders}, self.zone)
        known = _known_products(connection, [event for event, _, _ in rows.orders])
        told = orders.store(connection, rows.orders, known)
        rows.answers = {bought[0].key: answer for bought, answer in zip(rows.orders, told, strict=True) if answer}
        self._identities(connection, [batch[place] for place in fresh], ids, rows)
        for place in fresh:
            answers[place] = rows.answers.get(batch[place].key, Outcome.RECORDED)
        _answer_copies(batch, answers, fresh)
        taken = [(batch[place], fresh[place]) for place in fresh if not isinstance(answers[place], RefusedEvent)]
        events.add_events(connection, [self._row(event, said, rows.whose.get(event.key)) for event, said in taken])
        return answers, rows.store(connection)

    def _judge(
        self, connection: Connection, batch: Sequence[Event], now: datetime
    ) -> tuple[list[Answer], dict[int, bytes]]:
        """An answer for each, and the places and digests of those that are new and may be true (their answers follow)."""
        known = _known_products(connection, batch)
        answers: list[Answer] = [_refusal(event, known, now) or Outcome.RECORDED for event in batch]
        possible = {event.key for event, said in zip(batch, answers, strict=True) if said is Outcome.RECORDED}
        seen, fresh = events.known_events(connection, possible), dict[int, bytes]()
        for place, event in enumerate(batch):
            if isinstance(answers[place], RefusedEvent):
                continue
            key, digest = event.key, self._digest(event)
            if key not in seen:
                seen[key] = fresh[place] = digest
            elif seen[key] in (None, digest):
                answers[place] = Outcome.DUPLICATE
            else:
                answers[place] = ConflictingEvent("this id is known with another content")
        return answers, fresh

    def _digest(self, event: Event) -> bytes:
        said = json.dumps(cloudevents.dump(event), sort_keys=True).encode()
        return hmac.new(self.key, said, hashlib.sha256).digest()[:DIGEST_BYTES]

    def _identifiers(self, connection: Connection, batch: Sequence[Event]) -> Ids:
        values: dict[str, set[str]] = defaultdict(set)
        for event in batch:
            for namespace, value in named(event):
                values[namespace].add(value)
        return {
            (namespace, value): n
            for namespace, of in values.items()
            for value, n in identity.resolve(connection, self.key, namespace, of).items()
        }

    def _identities(self, connection: Connection, batch: Sequence[Event], ids: Ids, rows: Rows) -> None:
        """Links first, then what takes them back: within a batch, too, the sequence is irrelevant."""
        passing, told = list[Edge](), list[Edge]()
        for event in batch:
            key, at = event.key, to_ms(event.at)
            ends = [ids[name] for name in named(event)]
            if isinstance(event.payload, IdentityLinked):
                told.append(Edge(*key, ends[0], ends[1], at, event.payload.confirmed))
            elif len(ends) == 2 and not isinstance(
                rows.answers.get(key) or event.payload, RefusedEvent | IdentityRevoked
            ):
                passing.append(Edge(*key, ends[0], ends[1], at))
        touched = identity.link(connection, told) + identity.seen_together(connection, passing)
        for event in batch:
            if isinstance(event.payload, IdentityRevoked):
                touched += self._revoke(connection, event, event.payload, ids, rows)
        identity.regroup(connection, touched, self.limits)

    def _revoke(
        self, connection: Connection, event: Event, told: IdentityRevoked, ids: Ids, rows: Rows
    ) -> Sequence[int]:
        """Gives the ends of what was taken back."""
        at = to_ms(event.at)
        if told.linked_id:
            ends = edges.revoke_named(connection, event.source, told.linked_id, at)
            if ends:
                rows.whose[event.key] = ends[0]
            return ends
        a, b = (ids[name] for name in named(event))
        ends = identity.revoke_between(connection, event.source, (a, b), at)
        if not ends:
            rows.answers[event.key] = RefusedEvent("this source made no such link")
        return ends

    def _row(self, event: Event, digest: bytes, whose: int | None) -> EventRow:
        at = to_ms(event.at)
        if isinstance(event.payload, StoreCheckedIn) or (whose and isinstance(event.payload, ShelfScanned)):
            at -= at % HOUR_MS  # nor may the list of events say it more finely
        return EventRow(event.source, event.event_id, type(event.payload).__name__, at, digest, whose)


def _refusal(event: Event, known: Collection[str], now: datetime) -> RefusedEvent | None:
    try:
        check(event, known, now)
    except RefusedEvent as refused:
        return refused
    return None


def _answer_copies(batch: Sequence[Event], answers: list[Answer], fresh: Collection[int]) -> None:
    """A copy of what was refused in the same batch is no duplicate, and a correction no conflict: nothing of it is kept."""
    refused = {batch[place].key: said for place in fresh if isinstance(said := answers[place], RefusedEvent)}
    for place, event in enumerate(batch):
        if event.key in refused and (
            answers[place] is Outcome.DUPLICATE or isinstance(answers[place], ConflictingEvent)
        ):
            answers[place] = refused[event.key]


def _known_products(connection: Connection, batch: Sequence[Event]) -> Collection[str]:
    told = {gtin for event in batch if (gtin := getattr(event.payload, "gtin", ""))}
    told |= {p.gtin for event in batch if isinstance(event.payload, OrderCompleted) for p in event.payload.products}
    return products.known_among(connection, [gtin for gtin in told if is_gtin14(gtin)])
