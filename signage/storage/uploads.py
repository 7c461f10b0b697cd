"""Uploads that are not whole yet: what a person said of each file. Its bytes are in media/incoming."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, Select, delete, func, insert, select
from sqlalchemy.engine import Row

from signage.domain.clock import millis
from signage.domain.errors import Conflict, NotFound
from signage.storage.engine import write
from signage.storage.schema import uploads

MOST = 20  # that one person may have begun
UNFINISHED = timedelta(hours=24)  # kept for so long, row and bytes


@dataclass(frozen=True, slots=True)
class Announced:
    """What the browser says of a file. `sha256` "" where it can't tell; `modified` in ms, 0 = unknown."""

    name: str
    size: int
    sha256: str = ""
    modified: int = 0


@dataclass(frozen=True, slots=True)
class Upload:
    upload_id: str
    announced: Announced


class Uploads:
    """Everybody sees their own only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, announced: Announced, user_id: str, now: datetime) -> Upload:
        """The same file announced again is the same upload. Conflict when this person has begun too many."""
        facts = asdict(announced)

        def work(connection: Connection) -> str:
            mine = uploads.c.user_id == user_id
            if known := connection.execute(_same(announced, user_id)).scalar():
                return str(known)
            if connection.execute(select(func.count()).where(mine)).scalar_one() >= MOST:
                raise Conflict(
                    "uploads_too_many",
                    f"{MOST} files are being uploaded already. Finish or cancel some of them first.",
                    f"アップロード中のファイルが{MOST}件あります。終わるのを待つか、いくつかやめてください。",
                )
            upload_id = str(uuid4())
            connection.execute(insert(uploads).values(id=upload_id, user_id=user_id, created_at=millis(now), **facts))
            return upload_id

        return Upload(write(self._engine, work), announced)

    def begun(self, announced: Announced, user_id: str) -> str | None:
        """The upload that this person has begun of that file."""
        with self._engine.connect() as connection:
            known = connection.execute(_same(announced, user_id)).scalar()
        return str(known) if known else None

    def get(self, upload_id: str, user_id: str) -> Upload:
        """NotFound also for somebody else's."""
        query = select(uploads).where(uploads.c.id == upload_id, uploads.c.user_id == user_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NotFound(
                "upload_unknown",
                "There is no such upload. Choose the file again.",
                "そのアップロードは見つかりません。ファイルをもう一度選んでください。",
            )
        return _upload(row)

    def mine(self, user_id: str) -> list[Upload]:
        """Those this person has begun, oldest first."""
        query = select(uploads).where(uploads.c.user_id == user_id).order_by(uploads.c.created_at, uploads.c.id)
        with self._engine.connect() as connection:
            return [_upload(row) for row in connection.execute(query)]

    def drop(self, upload_id: str) -> None:
        write(self._engine, lambda connection: connection.execute(delete(uploads).where(uploads.c.id == upload_id)))


def _same(announced: Announced, user_id: str) -> Select[Any]:
    facts = (uploads.c[name] == value for name, value in asdict(announced).items())
    return select(uploads.c.id).where(uploads.c.user_id == user_id, *facts)


def _upload(row: Row[Any]) -> Upload:
    return Upload(row.id, Announced(row.name, row.size, row.sha256, row.modified))
