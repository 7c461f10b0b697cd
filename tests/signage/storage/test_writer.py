"""Group commit: acknowledged means on disk, one bad write spoils nobody else's, another process' lock is waited for."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, RootTransaction, event, func, insert, select

from signage.domain.errors import Unavailable
from signage.storage.engine import open_engine, ping, write
from signage.storage.schema import audit
from signage.storage.writer import GroupWriter


def _add(subject: str) -> Callable[[Connection], str]:
    def work(connection: Connection) -> str:
        connection.execute(insert(audit).values(at=0, verb="test", subject=subject))
        return subject

    return work


def _subjects(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(audit.c.subject).order_by(audit.c.id)))


def test_an_answer_means_that_everybody_else_can_read_it(
    engine: Engine, writer: GroupWriter, database_url: str
) -> None:
    assert writer.submit(_add("a")) == "a"
    elsewhere = open_engine(database_url)
    assert _subjects(elsewhere) == ["a"]
    elsewhere.dispose()


def test_a_bad_write_does_not_spoil_its_group(engine: Engine, writer: GroupWriter, database_url: str) -> None:
    def bad(connection: Connection) -> None:
        connection.execute(insert(audit).values(at=0, verb="test", subject="half"))
        raise KeyError("bad")

    hold = _hold_lock(database_url)  # so that the three end up in one group
    answers: dict[str, object] = {}
    threads = [threading.Thread(target=_ask, args=(writer, name, work, answers))
               for name, work in {"a": _add("a"), "bad": bad, "b": _add("b")}.items()]  # fmt: skip
    for thread in threads:
        thread.start()
    _let_go(hold)
    for thread in threads:
        thread.join()
    assert answers["a"] == "a"
    assert answers["b"] == "b"
    assert isinstance(answers["bad"], KeyError)
    assert sorted(_subjects(engine)) == ["a", "b"]


def _ask(writer: GroupWriter, name: str, work: Callable[[Connection], object], answers: dict[str, object]) -> None:
    try:
        answers[name] = writer.submit(work)
    except KeyError as error:
        answers[name] = error


def _hold_lock(url: str) -> RootTransaction:
    """As a writer in another process does."""
    return open_engine(url).connect().execution_options(writes=True).begin()


def _let_go(hold: RootTransaction) -> None:
    hold.rollback()
    hold.connection.close()
    hold.connection.engine.dispose()


def test_any_text_is_kept(engine: Engine, writer: GroupWriter) -> None:
    writer.submit(_add("牛\0乳 🥛"))
    assert _subjects(engine) in (["牛\0乳 🥛"], ["牛\ufffd乳 🥛"])  # PostgreSQL's texts have no NUL


def test_many_threads_share_few_commits_and_lose_nothing(engine: Engine, writer: GroupWriter) -> None:
    names = [f"{i:03}" for i in range(300)]
    threads = [threading.Thread(target=writer.submit, args=(_add(name),)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(_subjects(engine)) == names


def test_close_flushes_what_was_sent_and_refuses_what_comes_later(engine: Engine, writer: GroupWriter) -> None:
    for i in range(500):
        writer.send(_add(f"{i:03}"))
    writer.close()
    assert _subjects(engine) == [f"{i:03}" for i in range(500)]
    with pytest.raises(Unavailable, match="database_busy"):
        writer.submit(_add("late"))


def test_what_nobody_waits_for_is_committed_with_what_comes_after_it(engine: Engine) -> None:
    commits: list[object] = []
    event.listen(engine, "commit", commits.append)
    writer = GroupWriter(engine, gather_s=600)
    for name in ("a", "b"):
        writer.send(_add(name))
    assert writer.submit(_add("c")) == "c"  # it ends the gathering, and does not wait itself
    assert len(commits) == 1
    assert _subjects(engine) == ["a", "b", "c"]
    writer.send(_add("d"))
    writer.close()  # so does the end
    assert _subjects(engine) == ["a", "b", "c", "d"]


def test_a_lock_that_is_never_given_up_ends_in_a_clear_error(engine: Engine, database_url: str) -> None:
    hold = _hold_lock(database_url)
    writer = GroupWriter(engine, deadline_s=1.0)
    with pytest.raises(Unavailable, match="database_busy"):
        writer.submit(_add("a"))
    with pytest.raises(Unavailable, match="database_busy"):
        write(engine, _add("b"), deadline_s=0.1)
    _let_go(hold)
    assert writer.submit(_add("c")) == "c"
    writer.close()
    assert _subjects(engine) == ["c"]


WRITES_UNTIL_KILLED = r"""
import sys
if sys.argv[2] == "gevent":
    from gevent.monkey import patch_all
    patch_all()
import os
import threading
from sqlalchemy import insert
from signage.storage.engine import open_engine
from signage.storage.schema import audit
from signage.storage.writer import GroupWriter

writer = GroupWriter(open_engine(sys.argv[1]))

def work(lane):
    for i in range(100_000):
        name = f"{lane}-{i}"
        writer.submit(lambda c: c.execute(insert(audit).values(at=0, verb="test", subject=name)).rowcount)
        os.write(1, f"{name}\n".encode())

for lane in range(8):
    threading.Thread(target=work, args=(lane,)).start()
"""


@pytest.mark.parametrize("kind", ["threads", "gevent"])
def test_nothing_acknowledged_is_lost_by_kill_9(engine: Engine, database_url: str, kind: str) -> None:
    command = [sys.executable, "-c", WRITES_UNTIL_KILLED, database_url, kind]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
    acknowledged = [process.stdout.readline().strip() for _ in range(200)]
    os.kill(process.pid, signal.SIGKILL)
    acknowledged += process.stdout.read().split("\n")[:-1]
    process.stdout.close()
    process.wait()
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(audit)) >= 200
    assert set(acknowledged) <= set(_subjects(engine))


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_database_that_goes_away_is_unavailable_until_it_is_back(
    engine: Engine, writer: GroupWriter, database_url: str
) -> None:
    assert writer.submit(_add("a")) == "a"
    nowhere = open_engine(database_url.replace("host=", "host=/nowhere"))
    with pytest.raises(Unavailable, match="database_busy"):
        ping(nowhere)
    with pytest.raises(Unavailable, match="database_busy"):
        write(nowhere, _add("b"))
    with engine.connect() as connection, pytest.raises(Unavailable, match="database_busy"):
        connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    assert writer.submit(_add("c")) == "c"  # a new connection, without a word
    assert _subjects(engine) == ["a", "c"]


def test_who_looks_before_writing_may_believe_what_it_saw(engine: Engine, database_url: str) -> None:
    """Two processes set the system up at once: one of them is the first."""

    def first(connection: Connection) -> bool:
        if connection.execute(select(audit.c.id).limit(1)).first() is not None:
            return False
        time.sleep(0.05)  # long enough for the other to look
        return bool(_add("first")(connection))

    others = [open_engine(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda other: write(other, first), others)) == [False, False, False, True]
    assert _subjects(engine) == ["first"]
    for other in others:
        other.dispose()


def test_writers_of_one_process_never_meet_inside_the_database(engine: Engine, writer: GroupWriter) -> None:
    """There they would wait in C for up to 50 ms each, and with them every other greenlet, the lock's holder included."""
    locked: list[object] = []
    event.listen(engine, "handle_error", locked.append)
    holding, enough = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        _add("slow")(connection)
        holding.set()
        enough.wait(5)

    threads = [threading.Thread(target=writer.submit, args=(slow,))]
    threads += [threading.Thread(target=write, args=(engine, _add(str(n)))) for n in range(5)]
    threads[0].start()
    holding.wait(5)
    for thread in threads[1:]:
        thread.start()
    threads[1].join(0.2)  # four times as long as SQLite itself would wait
    enough.set()
    for thread in threads:
        thread.join()
    assert locked == []
    assert sorted(_subjects(engine)) == [*map(str, range(5)), "slow"]
