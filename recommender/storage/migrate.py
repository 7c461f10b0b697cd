"""Database -> the newest schema, forward only; runs Alembic without an ini file."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from recommender.storage.engine import write

VERSION_TABLE = "recommender_version"  # both databases may live in one PostgreSQL


def upgrade(engine: Engine) -> None:
    """Applies what is missing; nothing when the database is up to date. All in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))

    def _run(connection: object) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    write(engine, _run)
