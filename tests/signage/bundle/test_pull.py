"""The puller, on a small package made here: what it writes, that it is content with what is there, what it refuses."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from signage.bundle.manifest import Package, read_manifest
from signage.bundle.packages import BundleError
from signage.bundle.pull import pull

ICONS = json.dumps({"width": 32, "height": 32, "icons": {"leek": {"body": "<path/>"}, "yam": {"body": "<g/>"}}})
FONT = """
@font-face { font-family: 'Plain Variable'; font-style: normal; font-display: swap; font-weight: 100 900;
  src: url(./files/plain-0.woff2) format('woff2-variations'); unicode-range: U+0-FF; }
@font-face { font-family: 'Plain Variable'; font-style: normal; font-display: swap; font-weight: 100 900;
  src: url(./files/plain-1.woff2) format('woff2-variations'); unicode-range: U+100-1FF; }
"""
RULE = (
    '@font-face{font-family:"Plain";font-style:normal;font-weight:100 900;font-display:swap;'
    'src:url(plain-0.woff2) format("woff2");unicode-range:U+0-FF}\n'
)
LEEK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path/></svg>\n'
MEMBERS = {"package/icons.json": ICONS, "package/index.css": FONT, "package/files/plain-0.woff2": "font"}
WRITTEN = {
    ("package/icons.json#leek", "pictograms/leek.svg"): LEEK,
    ("package/index.css", "fonts/plain.css"): RULE,
    ("package/files/plain-0.woff2", "fonts/plain-0.woff2"): "font",
}


def digest(text: str | bytes) -> str:
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()


class Registry:
    """Serves one archive and counts how often it was asked."""

    def __init__(self, archive: Path) -> None:
        self.archive, self.asked = archive, 0

    def __call__(self, package: Package, scratch: Path) -> Path:
        self.asked += 1
        return self.archive


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    file = tmp_path / "plain-1.0.0.tgz"
    with tarfile.open(file, "w:gz") as tar:
        for name, text in MEMBERS.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
    return Registry(file)


@pytest.fixture
def assets(tmp_path: Path, registry: Registry) -> Path:
    """An assets/ folder whose manifest names the registry's archive."""
    lines = [
        f'{{ member = "{member}", target = "{target}", sha256 = "{digest(text)}" }},'
        for (member, target), text in WRITTEN.items()
    ]
    folder = tmp_path / "assets"
    folder.mkdir()
    (folder / "manifest.toml").write_text(
        f'[[package]]\nregistry = "npm"\nname = "plain"\nversion = "1.0.0"\nlicence = "MIT"\nnotice = "plain.txt"\n'
        f'sha256 = "{digest(registry.archive.read_bytes())}"\nfiles = [\n{"".join(lines)}\n]\n'
        f'[stylesheet]\ntarget = "fonts/fonts.css"\nsha256 = "{digest(RULE)}"\nparts = ["fonts/plain.css"]\n'
    )
    return folder


def silent(*_: object) -> None:
    pass


def test_everything_is_brought_once(assets: Path, registry: Registry) -> None:
    said: list[tuple[str, int, int]] = []
    assert pull(lambda *step: said.append(step), assets=[assets], fetch=registry) == 4
    for (_, target), text in WRITTEN.items():
        assert (assets / "ready" / target).read_text() == text
    assert (assets / "ready" / "fonts" / "fonts.css").read_text() == RULE
    assert said == [("plain 1.0.0", 0, 4), ("ready", 4, 4)]
    assert pull(silent, assets=[assets], fetch=registry) == 0
    assert registry.asked == 1


@pytest.mark.parametrize("target", ["pictograms/leek.svg", "fonts/plain-0.woff2", "fonts/fonts.css"])
@pytest.mark.parametrize("broken", [True, False])
def test_a_file_that_is_missing_or_damaged_is_brought_again(
    target: str, broken: bool, assets: Path, registry: Registry
) -> None:
    pull(silent, assets=[assets], fetch=registry)
    before = (assets / "ready" / target).read_bytes()
    if broken:
        (assets / "ready" / target).write_bytes(b"half")
    else:
        (assets / "ready" / target).unlink()
    assert pull(silent, assets=[assets], fetch=registry) == 1
    assert (assets / "ready" / target).read_bytes() == before


def test_what_an_installed_wheel_carries_is_not_fetched(assets: Path, registry: Registry, tmp_path: Path) -> None:
    pull(silent, assets=[assets], fetch=registry)
    later = tmp_path / "data" / "assets"
    assert pull(silent, assets=[assets, later], fetch=registry) == 0
    (assets / "ready" / "pictograms" / "leek.svg").unlink()
    assert pull(silent, assets=[assets, later], fetch=registry) == 1
    assert (later / "ready" / "pictograms" / "leek.svg").read_text() == LEEK
    assert not (assets / "ready" / "pictograms" / "leek.svg").exists()


def test_an_archive_that_was_changed_on_the_way_is_refused(assets: Path, registry: Registry) -> None:
    registry.archive.write_bytes(registry.archive.read_bytes() + b"\0")
    with pytest.raises(BundleError, match=r"plain-1\.0\.0\.tgz is not the file that the manifest names"):
        pull(silent, assets=[assets], fetch=registry)
    assert not (assets / "ready").exists()


def test_a_file_with_another_hash_is_refused(assets: Path, registry: Registry) -> None:
    manifest = assets / "manifest.toml"
    manifest.write_text(manifest.read_text().replace(digest(LEEK), "0" * 64))
    with pytest.raises(BundleError, match=r"leek\.svg is not the file"):
        pull(silent, assets=[assets], fetch=registry)
    assert not (assets / "ready").exists()


def test_a_pictogram_that_the_set_lacks_is_named(assets: Path, registry: Registry) -> None:
    manifest = assets / "manifest.toml"
    manifest.write_text(manifest.read_text().replace("#leek", "#leak"))
    with pytest.raises(BundleError, match=r"pictogram leak is not in the icon set"):
        pull(silent, assets=[assets], fetch=registry)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pictograms/leek.svg", "../../leek.svg", "outside"),
        ("pictograms/leek.svg", "/etc/leek.svg", "outside"),
        ("pictograms/leek.svg", "fonts/plain.css", "twice"),
        ('registry = "npm"', 'registry = "ftp"', "unknown registry ftp"),
        ('version = "1.0.0"', "", "version"),
        ("[[package]]", "[[package", "can't be used"),
    ],
)
def test_a_manifest_that_is_wrong_is_refused(old: str, new: str, said: str, assets: Path) -> None:
    manifest = assets / "manifest.toml"
    manifest.write_text(manifest.read_text().replace(old, new))
    with pytest.raises(BundleError, match=rf"{said}.*Restore it from the release"):
        read_manifest(manifest)
