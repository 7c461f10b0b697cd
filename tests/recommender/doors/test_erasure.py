"""Erasure leaves nothing: no row, no byte in the files, no line for the next training."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from redis import Redis
from sqlalchemy import Engine

from recommender.app import open_doors, open_importer
from recommender.artifacts import Store
from recommender.domain.event import Event, IdentityLinked
from recommender.domain.instant import to_ms
from recommender.domain.member import Purpose
from recommender.history.desk import Desk
from recommender.history.identity import hashed, history_key
from recommender.live import Live
from recommender.personal import LocalPersonal
from recommender.serving.rules import live_rules
from recommender.serving.tally import Tally
from recommender.settings import Settings
from recommender.storage.engine import scrub, write
from recommender.storage.interactions import training_lines
from tests.recommender.shop import ADA, EKIMAE, NOW, UNKNOWN, lines, write_lines


def held(folder: Path, needle: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()]


def test_nothing_is_left_of_a_member(settings: Settings, history: Engine, tmp_path: Path) -> None:
    importer = open_importer(settings, lambda: NOW)
    unknown = [("ada-11", 9, ADA, EKIMAE, NOW.isoformat(), UNKNOWN, 1, 100, "JPY", "")]
    assert importer.run(write_lines(tmp_path / "late.csv", unknown), "lines", lambda _: None).rejected == 1
    importer.engine.dispose()
    key = history_key(settings.data_dir)
    desk = Desk(history, key, lambda: NOW, secrets.token_bytes)
    doors = open_doors(settings, lambda: NOW)
    ada = desk.find("retailer", ADA)
    assert ada is not None
    desk.consent_to_all(ada)
    session = desk.session(ada)
    doors.personal.code(session, NOW)
    doors.record.record(Event("crm", "crm-event-1", NOW, IdentityLinked("retailer", ADA, "app", "ada-phone-77")))
    needles = [b"ada-11", hashed(key, "retailer", ADA), hashed(key, "app", "ada-phone-77"), b"crm-event-1"]
    assert all(held(settings.data_dir, needle) for needle in needles)  # there to be found, before
    history.dispose()

    doors.personal.erase(session, NOW)
    assert [held(settings.data_dir, needle) for needle in needles] == [
        [],
        [],
        [],
        [],
    ]  # nor in the log of a running server
    doors.close()
    with history.connect() as connection:
        tables = ("consents", "sessions", "sign_in_links", "member_aliases", "identity_edges", "events")
        assert [connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() for table in tables] == [0] * 6
        assert connection.exec_driver_sql("SELECT at, lines FROM erasures").all() == [(to_ms(NOW), 28)]
    left = sum(len(batch.gtin) for batch in training_lines(history))
    assert left == sum(row[2] != ADA and row[0] != "fuel" for row in lines())


def test_other_members_keep_everything(settings: Settings, history: Engine) -> None:
    desk = Desk(history, history_key(settings.data_dir), lambda: NOW, secrets.token_bytes)
    doors = open_doors(settings, lambda: NOW)
    ada, house = desk.find("retailer", ADA), desk.find("retailer", "hh2")
    assert ada is not None and house is not None
    profile = np.concatenate([b.gtin[b.profile == house] for b in training_lines(history)])
    doors.personal.erase(desk.session(ada), NOW)
    after = np.concatenate([b.gtin[b.profile == house] for b in training_lines(history)])
    doors.close()
    assert after.tolist() == profile.tolist()
    assert desk.find("retailer", "hh2") == house


def test_no_identifier_is_readable_in_the_files(settings: Settings) -> None:
    assert held(settings.data_dir, b"hh11") == []


def test_a_reader_in_the_way_is_waited_for(history: Engine) -> None:
    with history.connect() as reader, reader.begin():
        reader.exec_driver_sql("SELECT count(*) FROM order_lines").scalar()
        write(history, lambda connection: connection.exec_driver_sql("DELETE FROM order_lines"))
        assert not scrub(history, deadline_s=0.05)
        done = ThreadPoolExecutor(1).submit(scrub, history, deadline_s=20)
    assert done.result(20)
    assert held(Path(str(history.url.database)).parent, b"ada-11") == []


@pytest.mark.parametrize("end", ["erase", "consent"])
def test_who_goes_while_their_list_is_made_is_forgotten_all_the_same(
    settings: Settings, history: Engine, redis_url: str, end: str
) -> None:
    desk = Desk(history, history_key(settings.data_dir), lambda: NOW, secrets.token_bytes)
    ada = desk.find("retailer", ADA)
    assert ada is not None
    desk.consent_to_all(ada)
    session = desk.session(ada)

    class Slow(Live):
        """In the midst of keeping a member, the member goes."""

        def remember(self, name: str, state: bytes, ttl_s: int) -> None:
            if end == "erase":
                personal.erase(session, NOW)
            else:
                personal.consent(session, Purpose.RECOMMEND_PHONE, False, NOW)
            super().remember(name, state, ttl_s)

    live, store = Slow(redis_url), Store(settings.artifacts)
    personal = LocalPersonal(history, live, store, live_rules(history), Tally(), lambda: NOW, secrets.token_bytes)
    personal.picks(session, EKIMAE, NOW, 3)
    live.close()
    with Redis.from_url(redis_url) as redis:
        assert redis.keys("rec:recent:*") == []
