"""The schema from empty, and the ways a database can be in the way."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, Integer, LargeBinary, inspect, text
from sqlalchemy.exc import DBAPIError

from recommender.domain.errors import RecommenderUnreachable
from recommender.storage import migrate, offers, products
from recommender.storage.engine import open_engine, write
from recommender.storage.migrate import VERSION_TABLE, upgrade
from recommender.storage.schema import metadata
from recommender.storage.stores import put_stores, store_codes


def test_from_empty_the_database_is_what_the_schema_says(blank: Engine) -> None:
    with blank.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert set(inspect(blank).get_table_names()) == {*metadata.tables, VERSION_TABLE}


def test_upgrading_again_changes_nothing(blank: Engine) -> None:
    upgrade(blank)
    with blank.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {VERSION_TABLE}")).scalar() == 1


def test_what_the_release_before_kept_is_still_there(empty_url: str) -> None:
    engine = open_engine(empty_url)
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))

    def _before(connection: object) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")

    write(engine, _before)
    rows = (
        "INSERT INTO categories VALUES ('DAIRY', '乳製品', '乳製品', 'Dairy', 'dairy', '', 'each', 8, 'none', 1)",
        "INSERT INTO products (gtin, name_ja, name_en, short_ja, brand, size, category, maker, words)"
        " VALUES (2000000000015, '牛乳', 'Milk', '', 'private', '1 L', 'DAIRY', '', 'milk')",
        "INSERT INTO stock (gtin, store_id, quantity, as_of) VALUES (2000000000015, 'elm', 3, 1795219200000)",
    )
    for row in rows:
        write(engine, lambda connection, row=row: connection.exec_driver_sql(row))
    upgrade(engine)
    gtin = "02000000000015"
    product, stock = products.by_gtin(engine, [gtin])[gtin], offers.offers(engine, "elm", [gtin])[gtin].stock
    assert (product.name_ja, product.origin_ja, product.sample_facts) == ("牛乳", "", False)
    assert stock is not None and (stock.quantity, stock.next_delivery) == (3, None)
    engine.dispose()


def test_a_migration_is_all_or_nothing(empty_url: str) -> None:
    engine = open_engine(empty_url)
    write(
        engine, lambda connection: connection.exec_driver_sql("CREATE TABLE sessions (x INTEGER)")
    )  # in the way of the last tables
    with pytest.raises(DBAPIError, match="already exists"):
        upgrade(engine)
    assert inspect(engine).get_table_names() == ["sessions"]
    engine.dispose()


def test_history_keeps_no_identifier_as_it_was_told(blank: Engine) -> None:
    columns = {c["name"]: c["type"].as_generic() for c in inspect(blank).get_columns("identifiers")}
    assert set(columns) == {"id", "namespace", "value_hash", "profile_id", "changed"}
    assert [name for name, kind in columns.items() if not isinstance(kind, Integer)] == ["namespace", "value_hash"]
    assert isinstance(columns["value_hash"], LargeBinary)


def test_a_writer_waits_for_another_writer(blank: Engine) -> None:
    holding, release = threading.Event(), threading.Event()

    def _hold(connection: object) -> None:
        holding.set()
        release.wait(5)

    other = threading.Thread(target=write, args=(blank, _hold))
    other.start()
    holding.wait(5)
    threading.Timer(0.2, release.set).start()
    write(blank, lambda c: c.exec_driver_sql("INSERT INTO stores (store_id, zone) VALUES ('elm', 'UTC')"))
    other.join()
    with blank.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM stores").scalar() == 1


def test_a_writer_gives_up_at_its_deadline(blank: Engine) -> None:
    with (
        blank.connect().execution_options(immediate=True) as other,
        other.begin(),
        pytest.raises(RecommenderUnreachable, match=r"locked|lock timeout"),
    ):
        write(blank, lambda c: c.exec_driver_sql("DELETE FROM stores"), deadline_s=0.1)


def test_what_fails_leaves_nothing_behind(blank: Engine) -> None:
    def _half(connection: object) -> None:
        connection.exec_driver_sql("INSERT INTO stores (store_id, zone) VALUES ('elm', 'UTC')")  # type: ignore[attr-defined]
        raise ValueError("power cut")

    with pytest.raises(ValueError, match="power cut"):
        write(blank, _half)
    with blank.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM stores").scalar() == 0


def test_who_looks_before_writing_may_believe_what_it_saw(blank: Engine) -> None:
    def first(connection: Connection) -> bool:
        if connection.exec_driver_sql("SELECT count(*) FROM stores").scalar():
            return False
        time.sleep(0.05)  # long enough for the other to look
        connection.exec_driver_sql("INSERT INTO stores (store_id, zone) VALUES ('elm', 'UTC')")
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: write(blank, first), range(4))) == [False, False, False, True]


def test_any_text_is_kept(blank: Engine) -> None:
    write(blank, lambda c: put_stores(c, [{"store_id": "elm\0", "zone": "UTC"}]))
    assert list(store_codes(blank)) in (["elm\0"], ["elm\ufffd"])  # PostgreSQL's texts have no NUL


def test_a_database_that_is_not_there_is_the_recommender_unreachable() -> None:
    nowhere = open_engine("postgresql:///nothing?host=/nowhere")
    with pytest.raises(RecommenderUnreachable):
        write(nowhere, lambda c: put_stores(c, []))
