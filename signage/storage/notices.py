"""The camera notice of each store: until it is complete, no camera of that store can be switched on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select, update

from signage.domain.clock import from_millis, millis
from signage.storage.audit import note
from signage.storage.engine import write
from signage.storage.schema import notices


@dataclass(frozen=True, slots=True)
class Notice:
    """What the poster and `/privacy/camera` say besides the fixed words: who, what for, whom to ask."""

    store_id: str
    operator: str
    purpose_ja: str
    purpose_en: str
    contact: str
    updated_at: datetime

    @property
    def complete(self) -> bool:
        return all(text.strip() for text in (self.operator, self.purpose_ja, self.purpose_en, self.contact))


class Notices:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, store_id: str) -> Notice | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(notices).where(notices.c.store_id == store_id)).first()
        if row is None:
            return None
        return Notice(
            row.store_id, row.operator, row.purpose_ja, row.purpose_en, row.contact, from_millis(row.updated_at)
        )

    def complete(self, store_id: str) -> bool:
        """May a camera of this store be switched on?"""
        notice = self.get(store_id)
        return notice is not None and notice.complete

    def save(self, notice: Notice, by: str) -> None:
        """Add the store's notice, or overwrite it."""
        values = {
            "operator": notice.operator, "purpose_ja": notice.purpose_ja, "purpose_en": notice.purpose_en,
            "contact": notice.contact, "updated_at": millis(notice.updated_at),
        }  # fmt: skip

        def work(connection: Connection) -> None:
            here = notices.c.store_id == notice.store_id
            if not connection.execute(update(notices).where(here).values(values)).rowcount:
                connection.execute(insert(notices).values(store_id=notice.store_id, **values))
            note(connection, notice.updated_at, by, "notice_saved", notice.store_id)

        write(self._engine, work)
