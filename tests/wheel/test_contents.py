"""The wheel carries everything that runs, what set-up fetches and its notices; and no test, no document, no leftover."""

import hashlib
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from signage.bundle.manifest import read_manifest
from tests.wheel.conftest import ROOT

BUNDLED = "signage/_bundled/"
MAX_MB = 40


@pytest.fixture(scope="module")
def files(wheel: Path) -> dict[str, str]:
    """SHA-256 by name."""
    with ZipFile(wheel) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


def shipped(*folders: str) -> set[str]:
    """Files of this checkout under these folders, without what Python and an earlier set-up leave behind."""
    every = (file for folder in folders for file in (ROOT / folder).rglob("*") if file.is_file())
    names = {file.relative_to(ROOT).as_posix() for file in every if "__pycache__" not in file.parts}
    return {name for name in names if not name.startswith(BUNDLED) and "/ready/" not in name}


def test_everything_that_set_up_fetches_is_in_it_unchanged_and_nothing_else(files: dict[str, str]) -> None:
    assets = read_manifest(ROOT / "assets" / "manifest.toml")
    models = tomllib.loads((ROOT / "models" / "manifest.toml").read_text())["model"]
    wanted = {f"assets/ready/{item.target}": item.sha256 for package in assets.packages for item in package.files}
    wanted |= {f"assets/ready/{assets.stylesheet.target}": assets.stylesheet.sha256}
    wanted |= {f"models/ready/{model['file']}": model["sha256_ready"] for model in models}
    carried = {name.removeprefix(BUNDLED): digest for name, digest in files.items() if "/ready/" in name}
    assert carried == wanted


def test_each_part_of_others_comes_with_its_notice(files: dict[str, str]) -> None:
    assets = read_manifest(ROOT / "assets" / "manifest.toml")
    models = tomllib.loads((ROOT / "models" / "manifest.toml").read_text())["model"]
    wanted = {f"{BUNDLED}assets/{package.notice}" for package in assets.packages}
    wanted |= {f"{BUNDLED}models/{model['card']}" for model in models}
    wanted |= {f"{BUNDLED}models/notices/{model['name']}.txt" for model in models if model["licence"] == "MIT"}
    wanted |= {f"{folder}/licenses/{name}" for folder in dist_info(files) for name in ("LICENSE", "NOTICE")}
    assert wanted - files.keys() == set()


def dist_info(files: dict[str, str]) -> set[str]:
    return {name.split("/")[0] for name in files if name.split("/")[0].endswith(".dist-info")}


def test_it_is_the_two_packages_with_what_they_serve_and_nothing_else(files: dict[str, str]) -> None:
    code = shipped("signage", "recommender")
    plain = {BUNDLED + name for name in shipped("player", "models", "assets")}
    own = {name for name in files if "/ready/" not in name and ".dist-info/" not in name}
    assert own == code | plain
    assert len(dist_info(files)) == 1


def test_it_is_not_too_heavy(wheel: Path) -> None:
    assert wheel.stat().st_size < MAX_MB * 2**20
