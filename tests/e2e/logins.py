"""Logins of a shop that starts: headquarters' administrator and the manager of its store."""

from datetime import UTC, datetime

from signage.storage.engine import open_engine
from signage.storage.users import Role, Users
from signage.web.passwords import hashed
from tests.e2e.marketer import EMAIL, NAME, PASSWORD
from tests.e2e.shop import STORE, Shop

MANAGER = "satou@example.jp"


def add_logins(shop: Shop) -> None:
    """Both with `PASSWORD`."""
    engine, now = open_engine(f"sqlite:///{shop.data / 'signage.db'}", busy_ms=5_000), datetime.now(UTC)
    users, secret = Users(engine), hashed(PASSWORD)
    first = users.add_first(email=EMAIL, name=NAME, password_hash=secret, now=now)
    users.add(
        email=MANAGER, name="佐藤", role=Role.MANAGER, store_id=STORE, password_hash=secret, by=first.user_id, now=now
    )
    engine.dispose()
