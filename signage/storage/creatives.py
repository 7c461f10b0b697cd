"""Creatives in and out of the database. The store scope is part of every query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Connection, Engine, case, func, insert, or_, select, true, update
from sqlalchemy.engine import Row

from signage.domain.campaign import CampaignState
from signage.domain.clock import from_millis, millis
from signage.domain.content import PLAIN, Frame, Framing, MediaKind
from signage.domain.errors import Conflict, NotFound
from signage.storage.audit import note
from signage.storage.creative_search import Sought, conditions
from signage.storage.engine import write
from signage.storage.schema import campaigns, creatives, spots


class CreativeState(StrEnum):
    UPLOADED = "uploaded"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Creative:
    """`name` is what the uploader called it: text to show, never a path. `store_id` "" = headquarters'.

    `variant_of`: the creative that this is a further file of, for another shape or language of screens. `language`: of what
    is written on it, "" = for every screen. From `expires_at` on no screen shows it. `page`: of the PDF that was uploaded.
    """

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
    framing: Framing = PLAIN
    expires_at: datetime | None = None
    variant_of: str = ""
    language: str = ""
    page: int = 1

    def expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    @property
    def at_work(self) -> bool:
        """Not yet ready, and not refused."""
        return self.state in (CreativeState.UPLOADED, CreativeState.PROCESSING)


@dataclass(frozen=True, slots=True)
class Use:
    """A campaign that shows a creative. `store_id` "" = headquarters'."""

    campaign_id: str
    name: str
    state: CampaignState
    store_id: str


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
                    upload_sha256=creative.upload_sha256, variant_of=creative.variant_of, language=creative.language,
                )
            )  # fmt: skip
            verb = "creative_variant_added" if creative.variant_of else "creative_uploaded"
            about = creative.variant_of or creative.creative_id
            note(connection, creative.created_at, by, verb, about, detail=creative.name)

        write(self._engine, work)

    def get(self, creative_id: str, scope: str | None) -> Creative:
        """NotFound also for another store's."""
        query = select(creatives).where(creatives.c.id == creative_id, _within(scope))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise _unknown()
        return _creative(row)

    def editable(self, creative_id: str, scope: str | None) -> Creative:
        """As `get`; Conflict while it is deleted."""
        one = self.get(creative_id, scope)
        if one.deleted:
            raise Conflict(
                "creative_deleted", "This creative has been deleted. Restore it first.",
                "この素材は削除されています。先に元に戻してください。",
            )  # fmt: skip
        return one

    def all(self, scope: str | None, limit: int = 500) -> list[Creative]:
        """Those not deleted, newest first; variants are found at what they are variants of."""
        return self._some(_within(scope), creatives.c.variant_of == "", limit=limit)

    def found(
        self, scope: str | None, sought: Sought, now: datetime, start: int, count: int
    ) -> tuple[list[Creative], int]:
        """Of those that match, newest first, `count` from `start` on; and how many match."""
        which = creatives.c.deleted_at.is_(None), _within(scope), creatives.c.variant_of == "", *conditions(sought, now)
        with self._engine.connect() as connection:
            total = connection.execute(select(func.count()).select_from(creatives).where(*which)).scalar_one()
        return self._some(*which, limit=count, start=start), total

    def pickable(self, scope: str | None, named: Collection[str], limit: int = 500) -> list[Creative]:
        """What a campaign may show: the newest that are ready, and of those `named` all."""
        ready = creatives.c.state == CreativeState.READY, creatives.c.variant_of == "", _within(scope)
        newest = self._some(*ready, limit=limit)
        there = {one.creative_id for one in newest}
        return newest + self._some(*ready, creatives.c.id.in_(set(named) - there))

    def these(self, creative_ids: Sequence[str], scope: str | None) -> list[Creative]:
        """Those of these ids that are there, variants too."""
        return self._some(creatives.c.id.in_(creative_ids), _within(scope))

    def variants(self, creative_id: str) -> list[Creative]:
        """Its further files, newest first."""
        return self._some(creatives.c.variant_of == creative_id)

    def known(self, upload_sha256: str, store_id: str, of: str = "") -> Creative | None:
        """This owner's newest creative of the very same file, unless it can't be used. `of`: only this one, or its variants."""
        same = creatives.c.upload_sha256 == upload_sha256
        owned = creatives.c.store_id == store_id if store_id else creatives.c.store_id.is_(None)
        usable = creatives.c.state != CreativeState.FAILED
        among = or_(creatives.c.id == of, creatives.c.variant_of == of) if of else creatives.c.variant_of == ""
        return next(iter(self._some(same, owned, usable, among, creatives.c.page == 1, limit=1)), None)

    def _some(self, *which: ColumnElement[bool], limit: int = 500, start: int = 0) -> list[Creative]:
        query = (
            select(creatives)
            .where(creatives.c.deleted_at.is_(None), *which)
            .order_by(creatives.c.created_at.desc(), creatives.c.id)
            .limit(limit)
            .offset(start)
        )
        with self._engine.connect() as connection:
            return [_creative(row) for row in connection.execute(query)]

    def processing(self, creative_id: str) -> None:
        self._set(creative_id, state=CreativeState.PROCESSING)

    def ready(self, creative_id: str, served: Served, framing: Framing = PLAIN) -> None:
        """`framing`: what it was made for. Of a frame that somebody changed meanwhile nothing is taken: that one's job comes."""
        same = creatives.c.frame == framing.frame, creatives.c.safe_percent == framing.safe_percent
        self._set(creative_id, *same, **_ready(served))

    def laid(self, creative_id: str, served: Served, framing: Framing) -> None:
        """It is in another frame now."""
        self._set(creative_id, frame=framing.frame, safe_percent=framing.safe_percent, **_ready(served))

    def further_pages(self, first: Creative, pages: Sequence[Served]) -> None:
        """Page 2 and on of the PDF that `first` is page 1 of: a creative each, once, however often this is called."""

        def work(connection: Connection) -> None:
            ids = {number: str(uuid5(UUID(first.creative_id), str(number))) for number in range(2, len(pages) + 2)}
            there = set(connection.scalars(select(creatives.c.id).where(creatives.c.id.in_(ids.values()))))
            new = [
                {
                    "id": ids[number], "name": f"{first.name} ({number}/{len(pages) + 1})", "kind": first.kind,
                    "store_id": first.store_id or None, "created_at": millis(first.created_at), "page": number,
                    "upload_sha256": first.upload_sha256, "variant_of": first.variant_of, "language": first.language,
                    "frame": first.framing.frame, "safe_percent": first.framing.safe_percent, **_ready(served),
                }
                for number, served in enumerate(pages, 2)
                if ids[number] not in there
            ]  # fmt: skip
            if new:
                connection.execute(insert(creatives), new)

        write(self._engine, work)

    def failed(self, creative_id: str, ja: str, en: str) -> None:
        """What screens show already they go on showing: it was another frame of it that couldn't be made."""
        ready = creatives.c.state == CreativeState.READY
        state = case((ready, CreativeState.READY), else_=CreativeState.FAILED)
        self._set(creative_id, state=state, error_ja=ja, error_en=en)

    def describe(
        self, creative_id: str, scope: str | None, by: str, now: datetime, *, name: str, language: str,
        expires_at: datetime | None, framing: Framing | None = None,
    ) -> None:  # fmt: skip
        """What people say of it. NotFound. `framing`: what it is to be made for, while nothing is made yet."""
        expires = None if expires_at is None else millis(expires_at)
        self._change(
            creative_id, scope, by, now, "creative_edited", name=name, language=language,
            expires_at=expires, **({"frame": framing.frame, "safe_percent": framing.safe_percent} if framing else {}),
        )  # fmt: skip

    def delete(self, creative_id: str, scope: str | None, by: str, now: datetime) -> Creative:
        """Hide it -> what it was; plays keep its name and hash, and `restore` brings it back. Twice is once. NotFound."""
        one = self.get(creative_id, scope)
        return (
            one
            if one.deleted
            else self._change(creative_id, scope, by, now, "creative_deleted", deleted_at=millis(now))
        )

    def restore(self, creative_id: str, scope: str | None, by: str, now: datetime) -> Creative:
        """Twice is once, too. NotFound."""
        one = self.get(creative_id, scope)
        return self._change(creative_id, scope, by, now, "creative_restored", deleted_at=None) if one.deleted else one

    def removed(self, scope: str | None, limit: int = 20) -> list[Creative]:
        """Those deleted last, to be brought back."""
        gone = creatives.c.deleted_at.is_not(None)
        query = select(creatives).where(gone, _within(scope)).order_by(creatives.c.deleted_at.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [_creative(row) for row in connection.execute(query)]

    def used_in(self, creative_id: str) -> list[Use]:
        """Campaigns that show it, whoever's they are, by id."""
        query = (
            select(campaigns.c.id, campaigns.c.name, campaigns.c.state, campaigns.c.store_id)
            .join(spots, spots.c.campaign_id == campaigns.c.id)
            .where(spots.c.creative_id == creative_id)
            .distinct()
            .order_by(campaigns.c.id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query)
            return [Use(row.id, row.name, CampaignState(row.state), row.store_id or "") for row in rows]

    def _set(self, creative_id: str, *which: ColumnElement[bool], **values: object) -> None:
        change = update(creatives).where(creatives.c.id == creative_id, *which).values(values)
        write(self._engine, lambda connection: connection.execute(change))

    def _change(
        self, creative_id: str, scope: str | None, by: str, now: datetime, verb: str, **values: object
    ) -> Creative:
        def work(connection: Connection) -> Creative:
            which = creatives.c.id == creative_id, _within(scope)
            if not connection.execute(update(creatives).where(*which).values(values)).rowcount:
                raise _unknown()
            changed = _creative(connection.execute(select(creatives).where(*which)).one())
            note(connection, now, by, verb, creative_id, detail=changed.name)
            return changed

        return write(self._engine, work)


def _ready(served: Served) -> dict[str, object]:
    return {
        "state": CreativeState.READY, "error_ja": "", "error_en": "", "sha256": served.sha256, "mime": served.mime,
        "size": served.size, "width": served.width, "height": served.height, "duration_ms": served.duration_ms,
        "poster_sha256": served.poster_sha256,
    }  # fmt: skip


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
        deleted=row.deleted_at is not None, framing=Framing(Frame(row.frame), row.safe_percent),
        expires_at=None if row.expires_at is None else from_millis(row.expires_at), variant_of=row.variant_of,
        language=row.language, page=row.page,
    )  # fmt: skip
