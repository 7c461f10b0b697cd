"""Engine in, database at the newest revision out. Alembic runs from inside the package, without an ini file, and only where
something is missing."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from signage.storage.engine import write

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"


class LaterRelease(ValueError):
    """A later release made this database. str() says what to do."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to `revision`; harmless when it is there already. One transaction: all of it or nothing. Raises
    LaterRelease, and touches nothing."""
    there = current(engine)
    if there == (newest() if revision == "head" else revision):
        return
    if there is not None and there > newest():
        raise LaterRelease(
            f"A later release of Shelfcast brought signage's database to shape {there}; this one knows {newest()}. "
            "Install that release again, or restore the backup that was made before the upgrade."
        )
    from alembic import command  # noqa: PLC0415 - every start asks, and hardly any has something to change
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))

    def run(connection: object) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    write(engine, run)


def current(engine: Engine) -> str | None:
    """The revision that the database stands at, None before the first `upgrade`."""
    if not inspect(engine).has_table(VERSION_TABLE):
        return None
    with engine.connect() as connection:
        return str(connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")))


def newest() -> str:
    """The last revision that this release knows: their files are named by them, in order."""
    return max(file.name for file in (MIGRATIONS / "versions").glob("[0-9]*.py")).split("_")[0]
