"""Versions on the disk: what is published comes back, what is damaged is never served, nobody waits for a swap."""

import gc
import json
import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from structlog.testing import capture_logs

from recommender.artifacts import EMPTY, KEPT, Artifacts, BadArtifact, Store, StoreStatus


@dataclass(frozen=True, slots=True)
class Toy:
    """A model of any shape."""

    weights: NDArray[np.float32]
    names: NDArray[np.str_]
    size: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Other:
    nothing: NDArray[np.float32]


def toy(value: float = 1.0) -> Toy:
    return Toy(np.full((50, 2), value, np.float32), np.array(["駅前", "elm"]), np.array(7))


class Time:
    """A monotonic clock that stands still."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def value(artifacts: Artifacts) -> float:
    model = artifacts.get(Toy)
    return -1.0 if model is None else float(model.weights[0, 0])


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def store(tmp_path: Path, time: Time) -> Store:
    return Store(tmp_path / "artifacts", time)


def test_before_the_first_one_there_is_an_empty_one(store: Store) -> None:
    assert store.current() is EMPTY
    assert store.current().version == "none"
    assert store.current().get(Toy) is None


def test_what_is_published_comes_back_from_the_disk(store: Store) -> None:
    store.publish([toy(), Other(np.zeros(0, np.float32))], {"items": 50, "last_day": "2026-11-16"})
    current = store.current()
    model = current.get(Toy)
    assert model is not None
    np.testing.assert_array_equal(model.weights, toy().weights)
    assert model.names.tolist() == ["駅前", "elm"]
    assert int(model.size) == 7
    assert current.get(Toy) is model
    assert len(current.get(Other).nothing) == 0  # type: ignore[union-attr]
    assert current.facts == {"items": 50, "last_day": "2026-11-16"}


def test_arrays_are_mapped_and_can_not_be_changed(store: Store) -> None:
    store.publish([toy()], {})
    model = store.current().get(Toy)
    assert model is not None
    with pytest.raises(ValueError, match="read-only"):
        model.weights[0, 0] = 2
    assert not model.weights.flags.owndata


def test_a_running_server_swaps_within_a_second_and_looks_only_once(store: Store, time: Time, tmp_path: Path) -> None:
    store.publish([toy(1)], {})
    assert value(store.current()) == 1
    Store(tmp_path / "artifacts").publish([toy(2)], {})  # another process
    time.now = 0.99
    assert value(store.current()) == 1
    time.now = 1.0
    assert value(store.current()) == 2


def test_nothing_new_keeps_the_opened_one(store: Store, time: Time) -> None:
    store.publish([toy()], {})
    opened = store.current()
    time.now = 5
    assert store.current() is opened


def test_the_old_one_is_let_go_when_nobody_uses_it(store: Store, time: Time) -> None:
    store.publish([toy(1)], {})
    in_use = store.current()
    old = weakref.ref(in_use)
    for n in range(2, 2 + KEPT + 1):
        store.publish([toy(n)], {})
    time.now = 2
    assert value(store.current()) == KEPT + 2
    assert value(in_use) == 1  # its folder is gone by now
    del in_use
    gc.collect()
    assert old() is None


def test_the_newest_three_are_kept(store: Store, tmp_path: Path) -> None:
    names = [store.publish([toy(n)], {}) for n in range(5)]
    assert store.versions() == names[-KEPT:]
    assert (tmp_path / "artifacts" / "CURRENT").read_text() == names[-1]


def _cut_short(version: Path) -> None:
    path = version / "toy" / "weights.npy"
    path.write_bytes(path.read_bytes()[:-9])


def _flip_a_byte(version: Path) -> None:
    path = version / "toy" / "weights.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def _lose_a_file(version: Path) -> None:
    (version / "toy" / "names.npy").unlink()


def _lose_the_manifest(version: Path) -> None:
    (version / "manifest.json").unlink()


def _other_format(version: Path) -> None:
    _edit(version, lambda m: m | {"format": 0})


def _climb_out(version: Path) -> None:
    _edit(version, lambda m: m | {"files": {"../toy/weights": {"bytes": 1, "sha256": ""}}})


def _no_json(version: Path) -> None:
    (version / "manifest.json").write_bytes(b"\x00\xff not json")


def _a_list(version: Path) -> None:
    (version / "manifest.json").write_text("[]")


def _pickle(version: Path) -> None:
    np.save(version / "toy" / "names.npy", np.array([{"a": 1}], object), allow_pickle=True)


def _edit(version: Path, change: Callable[[dict[str, object]], dict[str, object]]) -> None:
    path = version / "manifest.json"
    path.write_text(json.dumps(change(json.loads(path.read_text()))))


@pytest.mark.parametrize(
    "damage",
    [_cut_short, _flip_a_byte, _lose_a_file, _lose_the_manifest, _other_format, _climb_out, _no_json, _a_list, _pickle],
)
def test_a_damaged_version_is_refused_and_the_one_before_serves(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    folder = tmp_path / "artifacts"
    Store(folder).publish([toy(1)], {})
    bad = Store(folder).publish([toy(2)], {})
    damage(folder / bad)
    with capture_logs() as logs:
        fresh = Store(folder)
        assert value(fresh.current()) == 1
    assert [(entry["event"], entry["version"]) for entry in logs] == [("artifact_refused", bad)]


def test_a_server_keeps_what_it_serves_when_the_new_one_is_bad(store: Store, time: Time, tmp_path: Path) -> None:
    store.publish([toy(1)], {})
    serving = store.current()
    _flip_a_byte(tmp_path / "artifacts" / store.publish([toy(2)], {}))
    time.now = 2
    with capture_logs() as logs:
        assert store.current() is serving
        time.now = 4
        assert store.current() is serving
    assert len(logs) == 1  # said once, not every second


@pytest.mark.parametrize("pointer", ["", "999999", "../../etc", "\x00\x00", "banana"])
def test_a_pointer_to_nowhere_serves_the_newest(tmp_path: Path, pointer: str) -> None:
    folder = tmp_path / "artifacts"
    Store(folder).publish([toy(1)], {})
    (folder / "CURRENT").write_text(pointer)
    assert value(Store(folder).current()) == 1


def test_the_pointer_goes_back_too(tmp_path: Path) -> None:
    folder = tmp_path / "artifacts"
    first = Store(folder).publish([toy(1)], {})
    Store(folder).publish([toy(2)], {})
    (folder / "CURRENT").write_text(first)
    assert value(Store(folder).current()) == 1


def test_all_of_them_damaged_serves_the_empty_one(tmp_path: Path) -> None:
    folder = tmp_path / "artifacts"
    _flip_a_byte(folder / Store(folder).publish([toy(1)], {}))
    with capture_logs() as logs:
        assert Store(folder).current() is EMPTY
    assert logs[-1]["event"] == "no_artifact_opens"


DYING = """
import os, signal, sys
from pathlib import Path
from recommender.artifacts import Store
from tests.recommender.artifacts.test_artifacts import toy
def models():
    yield toy(2)
    os.kill(os.getpid(), signal.SIGKILL)
Store(Path(sys.argv[1])).publish(models(), {})
"""


def test_training_killed_half_way_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "artifacts"
    Store(folder).publish([toy(1)], {})
    died = subprocess.run([sys.executable, "-c", DYING, str(folder)], check=False)
    assert died.returncode == -signal.SIGKILL
    assert (folder / ".staging").exists()
    assert value(Store(folder).current()) == 1
    Store(folder).publish([toy(3)], {})
    assert value(Store(folder).current()) == 3
    assert not (folder / ".staging").exists()


def test_training_that_fails_changes_nothing(store: Store) -> None:
    def broken() -> Iterator[object]:
        yield toy(2)
        raise MemoryError

    store.publish([toy(1)], {})
    with pytest.raises(MemoryError):
        store.publish(broken(), {})
    assert value(store.current()) == 1
    assert len(store.versions()) == 1


MANY = """
import sys
from pathlib import Path
from recommender.artifacts import Store
from tests.recommender.artifacts.test_artifacts import toy
for n in range(5):
    Store(Path(sys.argv[1])).publish([toy(n)], {})
"""


def test_two_publishers_take_turns(tmp_path: Path) -> None:
    """Two processes publish five each while this one keeps reading: ten versions, every one of them good."""
    folder = tmp_path / "artifacts"
    with capture_logs() as logs:
        running = [subprocess.Popen([sys.executable, "-c", MANY, str(folder)], cwd=os.getcwd()) for _ in range(2)]
        while any(process.poll() is None for process in running):
            Store(folder).current()
    assert [process.returncode for process in running] == [0, 0]
    assert Store(folder).current().version == "000010"
    assert not [entry for entry in logs if entry["event"] == "no_artifact_opens"]


def test_rolled_back_to_the_version_before(store: Store, time: Time, tmp_path: Path) -> None:
    for number in (1.0, 2.0, 3.0):
        store.publish([toy(number)], {})
    assert value(store.current()) == 3
    assert store.rollback() == "000002"
    time.now += 2
    assert value(store.current()) == 2
    assert store.rollback() == "000001"
    with pytest.raises(BadArtifact, match="no earlier version"):
        store.rollback()
    assert store.publish([toy(4.0)], {}) == "000004"  # a number never comes twice
    time.now += 2
    assert value(store.current()) == 4


def test_a_damaged_version_is_not_rolled_back_to(store: Store, time: Time, tmp_path: Path) -> None:
    for number in (1.0, 2.0, 3.0):
        store.publish([toy(number)], {})
    damaged = next(tmp_path.rglob("000002/toy/weights.npy"))
    damaged.write_bytes(damaged.read_bytes()[:-1])
    assert store.rollback() == "000001"
    time.now += 2
    assert value(store.current()) == 1


def _picky(artifacts: Artifacts) -> None:
    if value(artifacts) == 2:
        raise TypeError("Toy() got an unexpected keyword argument 'old'")


def test_a_version_that_cannot_be_used_is_refused_and_said(tmp_path: Path, time: Time) -> None:
    store = Store(tmp_path, time, prepare=_picky)
    assert store.status() == StoreStatus("none", None, "", {})
    good = store.publish([toy(1)], {})
    time.now = 2
    first = store.status()
    assert (first.version, first.wanted, first.refused) == (good, good, {})
    assert first.made_at is not None
    bad = store.publish([toy(2)], {})
    time.now = 4
    with capture_logs():
        told = store.status()
    assert (told.version, told.wanted) == (good, bad)
    assert "unexpected keyword" in told.refused[bad]
    better = store.publish([toy(3)], {})
    time.now = 6
    assert (store.status().version, store.status().refused) == (better, {})


def test_nobody_waits_for_a_newer_version(tmp_path: Path, time: Time) -> None:
    waiting: list[Callable[[], None]] = []
    store = Store(tmp_path, time, apart=waiting.append)
    store.publish([toy(1)], {})
    assert value(store.current()) == 1  # the first one is waited for
    store.publish([toy(2)], {})
    for time.now in (2.0, 4.0, 6.0):
        assert value(store.current()) == 1
    (work,) = waiting  # opened once, however often it was asked
    work()
    assert value(store.current()) == 2
    store.rollback()
    time.now = 8
    assert value(store.current()) == 2
    waiting[1]()
    assert value(store.current()) == 1
