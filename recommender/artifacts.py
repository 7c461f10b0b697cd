"""Trained models on disk: frozen dataclasses of arrays in, versioned and memory-mapped out; a bad version is never served.

    CURRENT             the version to serve; replaced by a rename, so a reader sees the old one or the new one
    000012/manifest.json    format, facts, and size and SHA-256 of every file
    000012/als/factors.npy  one file per field of a model; the folder is the class' name

A version is written beside its place and renamed into it when all of it is on the disk. The newest three are kept.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from structlog import get_logger

FORMAT = 3  # grows with every change to the fields of a model: a version of another format is trained anew
KEPT = 3
CHECK_EVERY_S = 1.0
UNTRAINED_S = 60.0
NONE = "none"

Fact = str | int | float
T = TypeVar("T")
log = get_logger(__name__)


class BadArtifact(Exception):
    """This version can't be served. str() says why."""


class Artifacts:
    """One opened version. Its files stay readable while this object lives, also after the folder is gone."""

    def __init__(
        self,
        version: str,
        facts: Mapping[str, Fact],
        arrays: Mapping[str, Mapping[str, np.ndarray]],
        made_at: datetime | None = None,
    ) -> None:
        self.version = version
        self.facts = facts
        self.made_at = made_at
        self._arrays = arrays
        self._models: dict[type, Any] = {}

    def get(self, kind: type[T]) -> T | None:
        """The model of that class, None when this version has none."""
        if kind not in self._models:
            arrays = self._arrays.get(kind.__name__.lower())
            self._models[kind] = None if arrays is None else kind(**arrays)
        model: T | None = self._models[kind]
        return model


EMPTY = Artifacts(NONE, {}, {})


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """version: what is served, "none" before the first. made_at: when it was published, None before. wanted: what the
    pointer names, "" before the first. refused: the versions that didn't open when last looked for, with the reason."""

    version: str
    made_at: datetime | None
    wanted: str
    refused: Mapping[str, str]


class Store:
    """The folder of versions. `current` is cheap enough for every request and is safe in many threads and processes.

    `prepare` sees each version before it is served, so that nobody's request waits for what it makes ready; what it raises
    refuses the version. `apart` runs the opening of a newer version away from the request that noticed it. `instead` gives
    what is served while there is no version that opens; it is asked at most once in UNTRAINED_S.
    """

    def __init__(
        self,
        path: Path,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        prepare: Callable[[Artifacts], None] = lambda artifacts: None,
        apart: Callable[[Callable[[], None]], object] = lambda work: work(),
        instead: Callable[[], "Artifacts"] = lambda: EMPTY,
    ) -> None:
        self._path = path
        self._monotonic = monotonic
        self._prepare = prepare
        self._apart = apart
        self._instead = instead
        self._untrained, self._untrained_at = EMPTY, -UNTRAINED_S
        self._pointer = path / "CURRENT"
        self._looked = -CHECK_EVERY_S
        self._stamp: tuple[int, int] | None = None
        self._current = EMPTY
        self._refused: dict[str, str] = {}
        self._opening = False

    def current(self) -> Artifacts:
        """The version to serve; before the first one what stands in for it. Looks at the pointer at most once a second, or
        at each call until there is a version. The first one is waited for, a newer one is served as soon as it stands."""
        now = self._monotonic()
        if (now - self._looked >= CHECK_EVERY_S or self._current is EMPTY) and not self._opening:
            self._looked = now
            stamp = self._read_stamp()
            if stamp != self._stamp:
                if self._current is EMPTY:
                    self._swap(stamp)
                else:
                    self._opening = True
                    self._apart(partial(self._swap, stamp))
        return self._without() if self._current is EMPTY else self._current

    def _without(self) -> Artifacts:
        if self._monotonic() - self._untrained_at >= UNTRAINED_S:
            self._untrained, self._untrained_at = self._instead(), self._monotonic()
        return self._untrained

    def status(self) -> StoreStatus:
        serving = self.current()
        return StoreStatus(serving.version, serving.made_at, self._read_pointer() or "", dict(self._refused))

    def _swap(self, stamp: tuple[int, int] | None) -> None:
        try:
            self._current, self._stamp = self._newest_good(), stamp
        finally:
            self._opening = False

    def publish(self, models: Iterable[object], facts: Mapping[str, Fact]) -> str:
        """Saves `models` as the next version and points at it; gives its name. Killed half way, it changes nothing."""
        with self._locked():
            version = f"{max((int(v) for v in self.versions()), default=0) + 1:06d}"
            staging = self._path / ".staging"
            shutil.rmtree(staging, ignore_errors=True)  # the lock is ours: what stands here was killed
            _write(staging, models, facts)
            staging.rename(self._path / version)
            self._point_at(version)
            for old in self.versions()[:-KEPT]:
                shutil.rmtree(self._path / old, ignore_errors=True)
        return version

    def rollback(self) -> str:
        """Points at the newest version that is older than the one pointed at and can be served; gives its name. The newer
        ones stay until the next training. Raises BadArtifact when there is none."""
        with self._locked():
            wanted = self._read_pointer() or ""
            for version in [v for v in self.versions()[::-1] if v < wanted]:
                try:
                    self._ready(version)
                except BadArtifact as error:
                    log.error("artifact_refused", version=version, why=str(error))
                    continue
                self._point_at(version)
                return version
        raise BadArtifact("there is no earlier version that opens")

    def _point_at(self, version: str) -> None:
        _write_durably(self._path / ".next", version.encode())
        (self._path / ".next").rename(self._pointer)
        _sync(self._path)

    def versions(self) -> list[str]:
        """Names of the versions on the disk, oldest first."""
        return sorted(p.name for p in self._path.glob("*") if re.fullmatch(r"\d{6}", p.name))

    def _read_stamp(self) -> tuple[int, int] | None:
        try:
            seen = self._pointer.stat()
        except OSError:
            return None
        return seen.st_ino, seen.st_mtime_ns

    def _newest_good(self) -> Artifacts:
        """What the pointer names; else the newest older one that opens, else what is being served."""
        wanted = self._read_pointer()
        while wanted is not None:
            self._refused = {}
            for version in self._versions_to_try(wanted):
                if version == self._current.version:
                    return self._current
                try:
                    return self._ready(version)
                except BadArtifact as error:
                    self._refused[version] = str(error)
                    log.error("artifact_refused", version=version, why=str(error))
            again = self._read_pointer()
            if again == wanted:  # else newer ones came and these went while they were read
                log.error("no_artifact_opens", wanted=wanted[:20], serving=self._current.version)
                return self._current
            wanted = again
        return EMPTY

    def _ready(self, version: str) -> Artifacts:
        """Raises BadArtifact, also for models of another release: their fields or their contents aren't what ours need."""
        opened = _open(self._path / version)
        try:
            self._prepare(opened)
        except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, RuntimeError) as error:
            raise BadArtifact(f"its models can't be used: {type(error).__name__}: {error}") from error
        return opened

    def _read_pointer(self) -> str | None:
        try:
            return self._pointer.read_text(errors="replace").strip()
        except OSError:
            return None

    def _versions_to_try(self, wanted: str) -> list[str]:
        """Newest first; none that is newer than the pointer says, as long as it says anything."""
        known = self.versions()[::-1]
        return [v for v in known if v <= wanted] if re.fullmatch(r"\d{6}", wanted) else known

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.mkdir(parents=True, exist_ok=True)
        with (self._path / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # released when the file closes, also by a crash
            yield


def _write(folder: Path, models: Iterable[object], facts: Mapping[str, Fact]) -> None:
    files: dict[str, dict[str, int | str]] = {}
    for model in models:
        name = type(model).__name__.lower()
        (folder / name).mkdir(parents=True)
        for part in fields(model):  # type: ignore[arg-type]  # any dataclass of arrays
            path = folder / name / f"{part.name}.npy"
            with path.open("wb") as file:
                np.save(file, getattr(model, part.name), allow_pickle=False)
                file.flush()
                os.fsync(file.fileno())
            files[f"{name}/{part.name}"] = {"bytes": path.stat().st_size, "sha256": _sha256(path)}
        _sync(folder / name)
    manifest = {"format": FORMAT, "facts": dict(facts), "files": files}
    _write_durably(folder / "manifest.json", json.dumps(manifest, indent=1).encode())
    _sync(folder)


def _open(folder: Path) -> Artifacts:
    """Raises BadArtifact for anything that isn't exactly what was published."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        if manifest["format"] != FORMAT:
            raise BadArtifact(f"format {manifest['format']!r}, this release reads {FORMAT}")
        arrays: dict[str, dict[str, np.ndarray]] = {}
        for name, told in manifest["files"].items():
            kind, part = re.fullmatch(r"([a-z0-9_]+)/([a-z0-9_]+)", name).groups()  # type: ignore[union-attr]  # caught below
            arrays.setdefault(kind, {})[part] = _map(folder / kind / f"{part}.npy", told)
        made_at = datetime.fromtimestamp((folder / "manifest.json").stat().st_mtime, UTC)
        return Artifacts(folder.name, manifest["facts"], arrays, made_at)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadArtifact(f"{type(error).__name__}: {error}") from error


def _map(path: Path, told: Mapping[str, Any]) -> np.ndarray:
    if path.stat().st_size != told["bytes"]:
        raise BadArtifact(f"{path.name} has {path.stat().st_size} bytes, {told['bytes']} were published")
    if _sha256(path) != told["sha256"]:
        raise BadArtifact(f"{path.name} is not what was published")
    mapped: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
    return mapped.view(np.ndarray)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """A rename is on the disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
