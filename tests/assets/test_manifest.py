"""The list of fetched files against the tables that use them, and against what set-up brought."""

import csv
import re
import time
from pathlib import Path

from signage.bundle.find import path
from signage.bundle.manifest import Package, read_manifest
from signage.bundle.pull import pull

DEMO_BUTTONS = {"person-walking", "identification-card", "mobile-phone", "package", "electric-plug", "alarm-clock"}


def never(package: Package, scratch: Path) -> Path:
    raise AssertionError(f"{package.name} was fetched again")


def targets() -> set[str]:
    manifest = read_manifest(path("assets", "manifest.toml"))
    return {item.target for package in manifest.packages for item in package.files}


def test_every_pictogram_in_use_is_fetched_and_no_other() -> None:
    with path("assets", "categories.csv").open(encoding="utf-8", newline="") as file:
        used = {row["pictogram"] for row in csv.DictReader(file)} - {""}
    listed = {Path(target).stem for target in targets() if target.startswith("pictograms/")}
    lines = [
        f'{{ member = "package/icons.json#{name}", target = "pictograms/{name}.svg", sha256 = "(pull prints it)" }},'
        for name in sorted((used | DEMO_BUTTONS) - listed)
    ]
    assert lines == [], "\n".join(["add to the manifest:", *lines])
    assert listed == used | DEMO_BUTTONS


def test_what_is_fetched_is_pinned_and_free_to_ship() -> None:
    for package in read_manifest(path("assets", "manifest.toml")).packages:
        assert re.fullmatch(r"\d+\.\d+\.\d+", package.version)
        assert package.licence in {"OFL-1.1", "MIT", "LicenseRef-public-domain"}
        assert path("assets", *package.notice.split("/")).stat().st_size > 100
        for digest in (package.sha256, *(item.sha256 for item in package.files)):
            assert re.fullmatch(r"[0-9a-f]{64}", digest)


def test_set_up_brought_everything_and_a_second_pull_does_nothing_quickly() -> None:
    took = []
    for _ in range(3):
        start = time.perf_counter()
        assert pull(lambda *_: None, fetch=never) == 0
        took.append(time.perf_counter() - start)
    assert min(took) < 0.2


def test_the_stylesheet_covers_the_words_we_show_and_loads_only_files_beside_it() -> None:
    css = path("assets", "ready", "fonts", "fonts.css").read_text(encoding="utf-8")
    files = set(re.findall(r"url\(([^)]*)\)", css))
    assert {f"fonts/{name}" for name in files} == {target for target in targets() if target.endswith(".woff2")}
    assert set(re.findall(r'font-family:"([^"]*)"', css)) == {"Noto Sans JP", "Barlow Semi Condensed"}
    assert css.count("font-display:swap") == css.count("@font-face") == len(files)
    words = "".join(path("assets", name).read_text(encoding="utf-8") for name in ("categories.csv", "types.csv"))
    noto = "".join(rule for rule in css.splitlines() if "Noto Sans JP" in rule)
    ranges = [tuple(int(end, 16) for end in r.split("-")) for r in re.findall(r"U\+([0-9A-Fa-f-]+)", noto)]
    lacking = {c for c in set(words) - {"\n"} if not any(r[0] <= ord(c) <= r[-1] for r in ranges)}
    assert lacking == set()


def test_pictograms_are_whole_svg_files_without_scripts_or_links() -> None:
    folder = path("assets", "ready", "pictograms")
    for name in sorted(Path(target).name for target in targets() if target.startswith("pictograms/")):
        text = (folder / name).read_text(encoding="utf-8")
        assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'), name
        assert text.endswith("</svg>\n"), name
        assert not re.search(r"<script|<foreignObject|href=[\"'](?!#)|\son\w+=", text), name
