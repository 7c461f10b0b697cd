"""A file -> the history: streaming, idempotent, a bad line never stops the rest and is never silently dropped."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from recommender.domain.event import Change, Event, Outcome, PartlyRecorded, RefusedEvent
from recommender.domain.imported import PRODUCT_COLUMNS, PRODUCT_OPTIONAL, Reject, product_columns
from recommender.domain.instant import to_ms
from recommender.history import catalogue, plan
from recommender.history.event_lines import read_events
from recommender.history.events import Intake
from recommender.history.fact_lines import read_facts
from recommender.history.files import Chunk, read_chunks
from recommender.history.identity import RETAILER, resolve
from recommender.history.order_lines import OPTIONAL, REQUIRED, TIMES, BadLine, Parsed, Rules, parse_chunk, raw_text
from recommender.history.textlines import BLOCK_BYTES
from recommender.storage import facts, imports, products, promotions
from recommender.storage.engine import Connection, Engine, write
from recommender.storage.lines import add_lines, count_sold, differing
from recommender.storage.stores import add_missing, put_stores

KINDS = ("lines", "products", "categories", "stores", "events", "facts", "plan")
DIFFERS = "differs from the line imported before"
Clock = Callable[[], datetime]
Put = Callable[[Connection, Sequence[Any]], int]  # gives how many rows it changed
Tell = Callable[[Sequence[Change]], None]


@dataclass(frozen=True, slots=True)
class Step:
    """How far an import is: `done` is 0-1 of the file; `known` lines were there already. Of products, `changed` among the
    `added` took the place of others. `rejects` are those of the last chunk."""

    run_id: int
    file: str
    kind: str
    done: float = 0.0
    lines: int = 0
    added: int = 0
    known: int = 0
    rejected: int = 0
    changed: int = 0
    rejects: Sequence[Reject] = ()


@dataclass(frozen=True, slots=True)
class _Stored:
    """What came of storing a batch: rows that were new, what storing found to be wrong, and what to tell others."""

    added: int
    refused: Sequence[Reject] = ()
    changes: Sequence[Change] = ()
    changed: int = 0


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one chunk comes to: how to store it, how many rows that is, and what was not taken."""

    store: Callable[[Connection], _Stored]
    rows: int
    rejects: Sequence[Reject]
    done: float


Keep = Callable[[Sequence[Any], Connection], _Stored]  # rows of one kind


@dataclass(frozen=True, slots=True)
class Importer:
    """`intake` knows how to hash member ids and what zone stores get that are not listed; `clock` says what is in the
    future; `tell` is given the changes of stock and prices after their commit; `block`: bytes of a table
    that one transaction takes."""

    engine: Engine
    intake: Intake
    clock: Clock
    tell: Tell
    block: int = BLOCK_BYTES

    def run(self, path: Path, kind: str, progress: Callable[[Step], None]) -> Step:
        """`kind`: one of KINDS. Raises WrongFile, before anything is stored when the columns are wrong."""
        step = self._take_in(path, kind, progress)
        if kind == "lines" and step.added:
            count_sold(self.engine)
        write(self.engine, partial(imports.end_run, run_id=step.run_id, ended_at=to_ms(self.clock())))
        return replace(step, done=1.0)

    def look_over(self, path: Path, progress: Callable[[Step], None]) -> Step:
        """What `run` would count of a file of products. Nothing is written, and no writer waits."""
        step, tried = Step(0, path.name, "products"), dict[str, products.Values]()
        with self.engine.connect() as connection:
            for batch in self._records(path, "products", partial(_try_products, tried)):
                step = _counted(step, batch, batch.store(connection))
                progress(step)
        return replace(step, done=1.0)

    def _take_in(self, path: Path, kind: str, progress: Callable[[Step], None]) -> Step:
        special = {"lines": self._lines, "events": self._events, "facts": self._facts}
        batches = special.get(kind, partial(self._records, kind=kind))(path)
        first = next(batches, None)  # wrong columns show here
        begin = partial(imports.start_run, file=path.name, kind=kind, started_at=to_ms(self.clock()))
        step = Step(write(self.engine, begin), path.name, kind)
        while first is not None:
            step, changes = write(self.engine, partial(self._store, step, first))
            self.tell(changes)
            progress(step)
            first = next(batches, None)
        return step

    def _store(self, step: Step, batch: _Batch, connection: Connection) -> tuple[Step, Sequence[Change]]:
        stored = batch.store(connection)
        now = _counted(step, batch, stored)
        imports.add_rejects(connection, step.run_id, [(r.line, r.reason, r.raw) for r in now.rejects])
        counts = {"lines": now.lines, "added": now.added, "known": now.known, "rejected": now.rejected}
        imports.set_counts(connection, step.run_id, **counts)
        return now, stored.changes

    def _lines(self, path: Path) -> Iterator[_Batch]:
        with self.engine.connect() as connection:
            rules = Rules.make(products.known_gtins(connection), self.clock())
        for chunk in read_chunks(path, REQUIRED, OPTIONAL, TIMES, self.block):
            parsed, rejects = parse_chunk(chunk, rules)
            yield _Batch(partial(self._store_lines, chunk, parsed, rejects), len(parsed), rejects, chunk.done)

    def _store_lines(
        self, chunk: Chunk, parsed: Sequence[Parsed], rejects: Sequence[Reject], connection: Connection
    ) -> _Stored:
        ids: dict[str, int | None] = {"": None}
        ids.update(resolve(connection, self.intake.key, RETAILER, {row[2] for row in parsed} - {""}))
        add_missing(connection, {row[3] for row in parsed}, self.intake.zone)
        rows = [(*row[:2], ids[row[2]], *row[3:]) for row in parsed]
        added = add_lines(connection, rows)
        if added == len(rows):
            return _Stored(added)
        bad = {reject.line for reject in rejects}
        places = [place for place, number in enumerate(chunk.numbers) if number not in bad]  # of `rows` in the chunk
        others = [places[i] for i in differing(connection, rows)]
        return _Stored(added, [Reject(chunk.numbers[p], DIFFERS, raw_text(chunk.record(p))) for p in others])

    def _records(self, path: Path, kind: str, keep: Keep | None = None) -> Iterator[_Batch]:
        """`keep`: what to do with the rows instead of storing them."""
        with self.engine.connect() as connection:
            categories = products.known_categories(connection)
            gtins = products.known_gtins(connection) if kind == "plan" else ()
        kinds: dict[str, tuple[Sequence[str], Sequence[str], catalogue.Parse, Keep]] = {
            "products": (PRODUCT_COLUMNS, PRODUCT_OPTIONAL, catalogue.product_parser(categories), _put_products),
            "categories": (catalogue.CATEGORIES, (), catalogue.parse_category, partial(_put, products.put_categories)),
            "stores": (catalogue.STORES, (), catalogue.parse_store, partial(_put, put_stores)),
            "plan": (plan.REQUIRED, (), plan.parser(gtins, self.clock()), partial(_put, promotions.put)),
        }
        required, optional, parse, store = kinds[kind]
        meant = product_columns if kind == "products" else list
        for chunk in read_chunks(path, required, optional, block=self.block, meant=meant):
            rows, rejects = _parse_records(chunk, parse)
            yield _Batch(partial(keep or store, rows), len(rows), rejects, chunk.done)

    def _events(self, path: Path) -> Iterator[_Batch]:
        for events, rejects, done in read_events(path):
            yield _Batch(partial(self._store_events, events), len(events), rejects, done)

    def _facts(self, path: Path) -> Iterator[_Batch]:
        with self.engine.connect() as connection:
            known = products.known_gtins(connection)
        for rows, rejects, done in read_facts(path, known, self.clock().date()):
            yield _Batch(partial(_put, facts.put, rows), len(rows), rejects, done)

    def _store_events(self, read: Sequence[tuple[int, Event]], connection: Connection) -> _Stored:
        answers, changes = self.intake.apply(connection, [event for _, event in read], self.clock())
        refused = [
            Reject(number, _why(answer), type(event.payload).__name__)
            for (number, event), answer in zip(read, answers, strict=True)
            if isinstance(answer, RefusedEvent | PartlyRecorded)
        ]
        added = sum(answer is Outcome.RECORDED for answer in answers)
        return _Stored(added, refused, changes)


def _why(answer: RefusedEvent | PartlyRecorded) -> str:
    if isinstance(answer, RefusedEvent):
        return str(answer)
    return "but for " + "; ".join(f"line {line.line_id}: {line.reason}" for line in answer.left_out)[:1000]


def _put(put: Put, rows: Sequence[Any], connection: Connection) -> _Stored:
    return _Stored(put(connection, rows))


def _put_products(rows: Sequence[Any], connection: Connection) -> _Stored:
    before = products.count(connection)
    added = products.put_products(connection, rows)
    return _Stored(added, changed=added - (products.count(connection) - before))


def _try_products(tried: dict[str, products.Values], rows: Sequence[Any], connection: Connection) -> _Stored:
    added, changed = products.against(connection, rows, tried)
    return _Stored(added + changed, changed=changed)


def _counted(step: Step, batch: _Batch, stored: _Stored) -> Step:
    """The step with this batch in it."""
    rejects = [*batch.rejects, *stored.refused]
    return replace(
        step,
        done=batch.done,
        lines=step.lines + batch.rows + len(batch.rejects),
        added=step.added + stored.added,
        known=step.known + batch.rows - stored.added - len(stored.refused),
        rejected=step.rejected + len(rejects),
        changed=step.changed + stored.changed,
        rejects=rejects,
    )


def _parse_records(chunk: Chunk, parse: catalogue.Parse) -> tuple[list[Any], list[Reject]]:
    rows, rejects = [], list(chunk.broken)
    names = list(chunk.columns)
    for number, values in zip(
        chunk.numbers, zip(*(c.to_pylist() for c in chunk.columns.values()), strict=True), strict=True
    ):
        record = dict(zip(names, values, strict=True))
        try:
            rows.append(parse(record))
        except BadLine as bad:
            rejects.append(Reject(number, str(bad), raw_text(record)))
    return rows, rejects
