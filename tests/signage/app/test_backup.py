"""Backup and restore: all of it, of one moment, from an older release too; a bad archive changes nothing."""

import hashlib
import json
import os
import sqlite3
import stat
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from click.testing import CliRunner

from recommender.storage import engine as history_engine
from recommender.storage import migrate as history_migrate
from signage.app import backup as room
from signage.cli import main
from signage.processes.alone import InUse, alone, share
from signage.settings import Settings
from signage.storage.engine import open_engine
from signage.storage.migrate import current, newest, upgrade

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
PICTURE = hashlib.sha256(b"a picture").hexdigest()
FILES = {
    "history.key": b"k" * 32, "keys/secret": b"s", "tls/ca.key": b"t", f"media/served/{PICTURE}": b"a picture",
    f"media/uploads/{PICTURE}": b"as sent", "artifacts/CURRENT": b"000001", "artifacts/000001/als/factors.npy": b"n",
}  # fmt: skip
LEFT_OUT = ("logs/web.log", "valkey/x", "media/work/tmp1", "artifacts/.staging/x", "artifacts/.lock", "demo/clip.mkv")
STORE = "INSERT INTO stores (id, name_ja, name_en, zone, currency) VALUES ('ekimae', '駅前店', 'Front', 'Asia/Tokyo', 'JPY')"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory as the oldest release left it: a store in both databases, keys, media, models."""
    folder = tmp_path / "shop" / "data"
    for name, content in (FILES | dict.fromkeys(LEFT_OUT, b"-")).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    engine = open_engine(f"sqlite:///{folder / 'signage.db'}")
    upgrade(engine, "0001")
    engine.dispose()
    _oldest_history(folder / "history.db")
    execute(folder / "signage.db", STORE)
    execute(folder / "history.db", "INSERT INTO stores (store_id, zone) VALUES ('elm', 'America/Chicago')")
    for name in ("SHELFCAST_DATABASE_URL", "SHELFCAST_HISTORY_URL", "RECOMMENDER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHELFCAST_DATA_DIR", str(folder))
    return folder


def _oldest_history(file: Path) -> None:
    engine = history_engine.open_engine(f"sqlite:///{file}")
    config = Config()
    config.set_main_option("script_location", str(history_migrate.MIGRATIONS))

    def run(connection: object) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")

    history_engine.write(engine, run)
    engine.dispose()


def execute(file: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as connection, connection:
        return connection.execute(sql).fetchall()


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def put_back(source: Path, *, replace: bool = True, most_bytes: int = 1 << 30) -> room.Restored:
    return room.restore(Settings(), source, NOW, replace=replace, most_bytes=most_bytes)


def test_what_the_oldest_release_had_is_there_after_an_upgrade(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = CliRunner().invoke(main, ["backup", str(data / "b.zip")])
    assert said.exit_code == 0 and f"{len(FILES) + 2} files" in said.output, said.output
    assert stat.S_IMODE((data / "b.zip").stat().st_mode) == 0o600, "the keys are in it"
    assert not list(data.glob(".backup-*"))
    fresh = data.parent / "fresh"
    monkeypatch.setenv("SHELFCAST_DATA_DIR", str(fresh))
    said = CliRunner().invoke(main, ["restore", str(data / "b.zip")])
    assert said.exit_code == 0, said.output
    there = tree(fresh)
    assert {name: there[name] for name in FILES} == FILES
    assert set(there) == {*FILES, "signage.db", "history.db"}
    assert stat.S_IMODE((fresh / "history.key").stat().st_mode) == 0o600
    assert execute(fresh / "signage.db", "SELECT id, name_ja FROM stores") == [("ekimae", "駅前店")]
    assert execute(fresh / "history.db", "SELECT store_id, zone FROM stores") == [("elm", "America/Chicago")]
    engine = open_engine(f"sqlite:///{fresh / 'signage.db'}")
    assert current(engine) == newest()
    engine.dispose()
    assert execute(fresh / "history.db", "SELECT version_num FROM recommender_version") == [(history_migrate.newest(),)]


def test_a_copy_is_of_one_moment_while_others_write(data: Path) -> None:
    file, stop = data / "signage.db", threading.Event()
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    execute(file, "CREATE TABLE pairs (a INTEGER, b INTEGER)")
    execute(file, "INSERT INTO pairs VALUES (0, 0)")
    began = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with engine.connect().execution_options(writes=True) as connection, connection.begin():
                connection.exec_driver_sql("UPDATE pairs SET a = a + 1")
                connection.exec_driver_sql("UPDATE pairs SET b = b + 1")
            began.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert began.wait(20)
    room.backup(Settings(), data.parent / "b.zip", NOW)
    stop.set()
    writer.join()
    engine.dispose()
    execute(file, "DROP TABLE pairs")
    put_back(data.parent / "b.zip")
    [(a, b)] = execute(data / "signage.db", "SELECT a, b FROM pairs")
    assert a == b > 0


def test_the_models_that_are_pointed_at_are_in_it_while_others_are_published(data: Path) -> None:
    held: dict[str, str] = {}
    for name, path in room._files(data):
        held[name] = path.read_bytes().decode("latin-1")
        if name.startswith("artifacts/") and not (data / "artifacts" / "000002").exists():
            (data / "artifacts" / "000002").mkdir()
            (data / "artifacts" / "000002" / "manifest.json").write_text("{}")
            (data / "artifacts" / "CURRENT").write_text("000002")
    version = held["artifacts/CURRENT"]
    assert any(name.startswith(f"artifacts/{version}/") for name in held), sorted(held)


def test_a_link_is_neither_followed_out_nor_made(data: Path) -> None:
    elsewhere = data.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "shadow").write_text("not ours")
    (data / "keys" / "link").symlink_to(elsewhere / "shadow")
    (data / "keys" / "folder").symlink_to(elsewhere)
    source = data.parent / "b.zip"
    made = room.backup(Settings(), source, NOW)
    assert not {name for name in made.members if "link" in name or "folder" in name}
    with zipfile.ZipFile(source) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    target = str(elsewhere / "shadow").encode()
    told = json.loads(files["manifest.json"])
    told["members"]["keys/secret"] = {"size": len(target), "sha256": hashlib.sha256(target).hexdigest()}
    with zipfile.ZipFile(source, "w") as archive:
        for name, content in (files | {"manifest.json": json.dumps(told).encode(), "keys/secret": target}).items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16 if name == "keys/secret" else 0
            archive.writestr(info, content)
    put_back(source)
    assert not (data / "keys" / "secret").is_symlink() and (data / "keys" / "secret").read_bytes() == target


def test_a_directory_that_is_not_empty_is_put_aside_only_when_asked(data: Path) -> None:
    room.backup(Settings(), data.parent / "b.zip", NOW)
    execute(data / "signage.db", "UPDATE stores SET name_ja = '後の名'")
    before = tree(data)
    with pytest.raises(room.CantRestore, match="--replace"):
        put_back(data.parent / "b.zip", replace=False)
    assert tree(data) == before
    aside = put_back(data.parent / "b.zip").aside
    assert aside is not None and tree(aside) == before
    assert execute(data / "signage.db", "SELECT name_ja FROM stores") == [("駅前店",)]


def test_nothing_is_restored_under_a_running_store(data: Path) -> None:
    room.backup(Settings(), data.parent / "b.zip", NOW)
    held = share(data)
    said = CliRunner().invoke(main, ["restore", "--replace", str(data.parent / "b.zip")])
    assert said.exit_code == 1 and "Stop it first" in said.output
    os.close(held)
    with alone(data), pytest.raises(InUse, match="being restored"):
        share(data)


@pytest.mark.parametrize("variable", ["SHELFCAST_DATABASE_URL", "SHELFCAST_HISTORY_URL"])
def test_postgresql_is_refused_in_words_that_help(data: Path, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    room.backup(Settings(), data.parent / "b.zip", NOW)
    monkeypatch.setenv(variable, "postgresql+psycopg://u:secret@db/shelfcast")
    said = CliRunner().invoke(main, ["backup", str(data.parent / "c.zip")]).output
    assert "pg_dump" in said and variable in said and "secret" not in said
    assert not (data.parent / "c.zip").exists()
    assert "must be empty" in CliRunner().invoke(main, ["restore", "--replace", str(data.parent / "b.zip")]).output


def test_a_backup_is_never_written_over(data: Path) -> None:
    room.backup(Settings(), data.parent / "b.zip", NOW)
    with pytest.raises(room.CantBackUp, match="there already"):
        room.backup(Settings(), data.parent / "b.zip", NOW)


Change = Callable[[dict[str, bytes], dict[str, Any]], object]


def forge(source: Path, change: Change) -> None:
    """The archive again, after `change` of (its files, its manifest)."""
    with zipfile.ZipFile(source) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    change(files, manifest)
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps(manifest))


def named(name: str) -> Change:
    """A whole and true member of that name."""

    def change(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
        files[name] = b"x"
        manifest["members"][name] = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}

    return change


def bomb(files: dict[str, bytes], _manifest: dict[str, Any]) -> None:
    files["keys/secret"] = bytes(50 << 20)


def shape(name: str, sql: str) -> Change:
    """A database that came out of this SQL."""

    def change(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(files[name])
            connection.executescript(sql)
            files[name] = connection.serialize()
        digest = hashlib.sha256(files[name]).hexdigest()
        manifest["members"][name] = {"size": len(files[name]), "sha256": digest}

    return change


STRANGE = [
    "../evil", "keys/../../evil", "/etc/evil", "C:/evil", "keys\\..\\evil", "keys/.hidden", "media/served/../x", "evil",
    "keys/a/b/c/d", "media/work/x", "logs/web.log", "keys/" + "a" * 101, "keys/駅", "keys/a\n", "keys//a", "keys/",
]  # fmt: skip
BAD: list[tuple[Change, str]] = [
    *((named(name), "no file of a backup|can't be read") for name in STRANGE),
    (bomb, "keys/secret is not what"),
    (lambda files, told: files.update({"keys/secret": b"S"}), "keys/secret is not what"),
    (lambda files, told: files.update({"keys/other": b"S"}), "not those that"),
    (lambda files, told: files.pop("keys/secret"), "not those that"),
    (lambda files, told: told["members"]["keys/secret"].update(size=-1), "can't be read"),
    (lambda files, told: told["members"]["keys/secret"].update(size=1 << 60), "at most"),
    (lambda files, told: told.update(format=2), "this release reads 1"),
    (lambda files, told: told.update(members=[]), "can't be read"),
    (lambda files, told: (files.pop("signage.db"), told["members"].pop("signage.db")), "no signage.db"),
    (shape("signage.db", "UPDATE alembic_version SET version_num = '9999'"), "this one knows"),
    (shape("signage.db", "UPDATE alembic_version SET version_num = 'x'"), "this one knows"),
    (shape("signage.db", "DROP TABLE alembic_version"), "this one knows"),
    (shape("history.db", "UPDATE recommender_version SET version_num = '9999'"), "this release knows"),
    (shape("signage.db", "CREATE TRIGGER t AFTER INSERT ON stores BEGIN DELETE FROM stores; END"), "triggers"),
]


def test_a_bad_archive_changes_nothing(data: Path) -> None:
    source = data.parent / "b.zip"
    room.backup(Settings(), source, NOW)
    good, before = source.read_bytes(), tree(data.parent)
    for change, says in BAD:
        source.write_bytes(good)
        forge(source, change)
        with pytest.raises(room.CantRestore, match=says):
            put_back(source)
        source.write_bytes(good)
        assert tree(data.parent) == before, says


@pytest.mark.parametrize("content", [b"", b"PK\3\4 no archive", b"\0" * 1000])
def test_what_is_no_archive_is_refused(data: Path, content: bytes) -> None:
    source = data.parent / "b.zip"
    source.write_bytes(content)
    with pytest.raises(room.CantRestore, match="can't be read"):
        put_back(source)
    assert tree(data)["history.key"] == FILES["history.key"]


def test_a_torn_archive_is_refused(data: Path) -> None:
    source = data.parent / "b.zip"
    room.backup(Settings(), source, NOW)
    whole = source.read_bytes()
    source.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(room.CantRestore, match="can't be read"):
        put_back(source)
    source.write_bytes(whole.replace(b"a picture", b"A picture"))
    with pytest.raises(room.CantRestore, match=r"can't be read|is not what"):
        put_back(source)
