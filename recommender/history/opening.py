"""Settings -> the history as every process opens it. Apart from the doors, so that a migration need not load their libraries."""

from recommender.history.identity import history_key
from recommender.settings import Settings
from recommender.storage.engine import Engine, open_engine
from recommender.storage.migrate import upgrade


def open_history(settings: Settings) -> tuple[Engine, bytes]:
    """The migrated database and the key that identifiers are hashed under. Raises ValueError for a damaged key,
    LaterRelease."""
    engine = open_engine(settings.database)
    upgrade(engine)
    return engine, history_key(settings.data_dir)
