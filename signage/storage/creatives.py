"""Creatives in and out of the database. The store scope is part of every query."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, insert, select, true, update
from sqlalchemy.engine import Row

from signage.domain.clock import from_millis, millis
from signage.domain.content import MediaKind
from signage.domain.errors import NotFound
from signage.storage.audit import note
from signage.storage.engine import write
from signage.storage.schema import creatives


class CreativeState(StrEnum):
    UPLOADED = "uploaded"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Creative:
    """`name` is what the uploader called it: text to show, never a path. `store_id` "" = headquarters'."""

    creative_id: str
    name: str
    kind: MediaKind
    state: CreativeState
    store_id: str
    created_at: datetime
    upload_sha256: str
    error_ja: str = ""
    error_en: str = ""
    sha256: str = ""
    mime: str = ""
    size: int = 0
    width: int = 0
    height: int = 0
    duration_ms: int = 0
    poster_sha256: str = ""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Served:
    """What processing made of an upload."""

    sha256: str
    mime: str
    size: int
    width: int
    height: int
    duration_ms: int
    poster_sha256: str


class Creatives:
    """`scope` is the one store that the asker may see, None = every store's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, creative: Creative, by: str) -> None:
        """A new upload, before processing."""

        def work(connection: Connection) -> None:
            connection.execute(
                insert(creatives).values(
                    id=creative.creative_id, name=creative.name, kind=creative.kind, state=creative.state,
                    store_id=creative.store_id or None, created_at=millis(creative.created_at), size=creative.size,
                    upload_sha256=creative.upload_sha256,
                )
            )  # fmt: skip
            note(connection, creative.created_at, by, "creative_uploaded", creative.creative_id, detail=creative.name)

        write(self._engine, work)

    def get(self, creative_id: str, scope: str | None) -> Creative:
        """NotFound also for another store's."""
        query = select(creatives).where(creatives.c.id == creative_id, _within(scope))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise _unknown()
        return _creative(row)

    def all(self, scope: str | None, limit: int = 500) -> list[Creative]:
        """Those not deleted, newest first."""
        query = (
            select(creatives)
            .where(creatives.c.deleted_at.is_(None), _within(scope))
            .order_by(creatives.c.created_at.desc(), creatives.c.id)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [_creative(row) for row in connection.execute(query)]

    def processing(self, creative_id: str) -> None:
        self._set(creative_id, state=CreativeState.PROCESSING)

    def ready(self, creative_id: str, served: Served) -> None:
        self._set(
            creative_id, state=CreativeState.READY, error_ja="", error_en="", sha256=served.sha256, mime=served.mime,
            size=served.size, width=served.width, height=served.height, duration_ms=served.duration_ms,
            poster_sha256=served.poster_sha256,
        )  # fmt: skip

    def failed(self, creative_id: str, ja: str, en: str) -> None:
        self._set(creative_id, state=CreativeState.FAILED, error_ja=ja, error_en=en)

    def delete(self, creative_id: str, scope: str | None, by: str, now: datetime) -> None:
        """Hide it; plays keep its name and hash, and `restore` brings it back. NotFound."""
        self._change(creative_id, scope, by, now, "creative_deleted", deleted_at=millis(now))

    def restore(self, creative_id: str, scope: str | None, by: str, now: datetime) -> None:
        self._change(creative_id, scope, by, now, "creative_restored", deleted_at=None)

    def _set(self, creative_id: str, **values: object) -> None:
        write(
            self._engine,
            lambda connection: connection.execute(
                update(creatives).where(creatives.c.id == creative_id).values(values)
            ),
        )

    def _change(self, creative_id: str, scope: str | None, by: str, now: datetime, verb: str, **values: object) -> None:
        def work(connection: Connection) -> None:
            mine = update(creatives).where(creatives.c.id == creative_id, _within(scope))
            if not connection.execute(mine.values(values)).rowcount:
                raise _unknown()
            note(connection, now, by, verb, creative_id)

        write(self._engine, work)


def _within(scope: str | None) -> ColumnElement[bool]:
    return true() if scope is None else creatives.c.store_id == scope


def _unknown() -> NotFound:
    return NotFound("creative_unknown", "There is no such creative.", "その素材は見つかりません。")


def _creative(row: Row[Any]) -> Creative:
    return Creative(
        creative_id=row.id, name=row.name, kind=MediaKind(row.kind), state=CreativeState(row.state),
        store_id=row.store_id or "", created_at=from_millis(row.created_at), upload_sha256=row.upload_sha256,
        error_ja=row.error_ja, error_en=row.error_en, sha256=row.sha256, mime=row.mime, size=row.size,
        width=row.width, height=row.height, duration_ms=row.duration_ms, poster_sha256=row.poster_sha256,
        deleted=row.deleted_at is not None,
    )  # fmt: skip
