"""Where shipped files are: the parts of a name in, a path under player/, models/ or assets/ out."""

from __future__ import annotations

from pathlib import Path

from signage.bundle.packages import BundleError
from signage.settings import Settings

PACKAGE = Path(__file__).resolve().parents[1]


class MissingFile(BundleError, FileNotFoundError):
    """A file that the product ships or that set-up fetches is in none of the places where it may be."""


def roots() -> tuple[Path, ...]:
    """Folders that hold player/, models/ and assets/, in the order they are searched; the last one may be written.

    A checkout (pyproject.toml beside the package) is its own only root: an editable install never reads the stale copy
    that an earlier build may have left in `_bundled`. An installed wheel may be read-only, so what is fetched later
    goes to the data directory.
    """
    if (PACKAGE.parent / "pyproject.toml").is_file():
        return (PACKAGE.parent,)
    return (PACKAGE / "_bundled", Settings().data_dir.resolve() / "bundled")


def path(*parts: str) -> Path:
    """`path("assets", "categories.csv")` -> the file or folder; MissingFile when there is none or it lies outside."""
    searched = roots()
    for root in searched:
        found = root.joinpath(*parts)
        if ".." not in found.parts and found.is_relative_to(root) and found.exists():
            return found
    remedy = "Run `shelfcast assets pull` or `shelfcast models pull`." if "ready" in parts else "Install it again."
    raise MissingFile(f"{'/'.join(parts)} is not in {' or '.join(map(str, searched))}. {remedy}")


def ready(kind: str) -> Path:
    """Folder into which set-up extracts what it fetches for `kind` ("assets" or "models"); it may not exist yet."""
    return roots()[-1] / kind / "ready"
