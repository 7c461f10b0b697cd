"""The finder: a checkout reads itself, an installed wheel reads what it carries and what was fetched later."""

from pathlib import Path

import pytest

from signage.bundle import find
from signage.bundle.packages import BundleError


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder as a wheel lays it out, with a stale or shipped copy in _bundled."""
    package = tmp_path / "site-packages" / "signage"
    (package / "_bundled" / "assets").mkdir(parents=True)
    (package / "_bundled" / "assets" / "families.csv").write_text("bundled")
    monkeypatch.setattr(find, "PACKAGE", package)
    monkeypatch.setenv("SHELFCAST_DATA_DIR", str(tmp_path / "data"))
    return package


def test_a_wheel_reads_what_it_carries(installed: Path) -> None:
    assert find.path("assets", "families.csv").read_text() == "bundled"


def test_a_checkout_never_reads_the_copy_that_a_build_left(installed: Path) -> None:
    repo = installed.parent
    (repo / "pyproject.toml").touch()
    (repo / "assets").mkdir()
    with pytest.raises(find.MissingFile):
        find.path("assets", "families.csv")
    (repo / "assets" / "families.csv").write_text("checkout")
    assert find.path("assets", "families.csv").read_text() == "checkout"
    assert find.ready("models") == repo / "models" / "ready"


def test_a_read_only_install_keeps_what_is_fetched_in_the_data_directory(installed: Path, tmp_path: Path) -> None:
    folder = find.ready("models")
    assert folder == tmp_path / "data" / "bundled" / "models" / "ready"
    folder.mkdir(parents=True)
    (folder / "face.onnx").write_text("fetched")
    assert find.path("models", "ready", "face.onnx").read_text() == "fetched"


def test_folders_are_found_too() -> None:
    assert find.path("assets").is_dir()


@pytest.mark.parametrize(
    ("parts", "remedy"),
    [(("assets", "no.csv"), "Install it again"), (("models", "ready", "no.onnx"), "shelfcast models pull")],
)
def test_a_missing_file_says_where_it_was_sought_and_what_to_do(parts: tuple[str, ...], remedy: str) -> None:
    with pytest.raises(find.MissingFile, match=remedy) as caught:
        find.path(*parts)
    assert isinstance(caught.value, FileNotFoundError) and isinstance(caught.value, BundleError)
    assert "/".join(parts) in str(caught.value)


@pytest.mark.parametrize("parts", [("assets", "..", "pyproject.toml"), ("/etc/passwd",), ("assets", "/etc/passwd")])
def test_no_name_leads_outside(parts: tuple[str, ...]) -> None:
    with pytest.raises(find.MissingFile):
        find.path(*parts)
