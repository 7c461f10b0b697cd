"""Engine in, database at the newest revision out. Alembic runs from inside the package; there is no ini file."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from signage.storage.engine import write


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to `revision`; harmless when it is there already. One transaction: all of it or nothing."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))

    def run(connection: object) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    write(engine, run)


def current(engine: Engine) -> str | None:
    """The revision that the database stands at, None before the first `upgrade`."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
