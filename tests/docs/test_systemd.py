"""The systemd units say what systemd understands, and start verbs that there are."""

import re
from configparser import ConfigParser
from pathlib import Path

import pytest

from signage.cli import main

FOLDER = Path(__file__).parents[2] / "docs" / "systemd"
UNITS = sorted(FOLDER.iterdir())
SECTIONS = {".service": {"Unit", "Service", "Install"}, ".timer": {"Unit", "Timer", "Install"}}


def read(unit: Path) -> ConfigParser:
    parser = ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names of settings keep their case
    parser.read_string(unit.read_text())
    return parser


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_whole(unit: Path) -> None:
    parsed = read(unit)
    assert set(parsed.sections()) <= SECTIONS[unit.suffix] and parsed["Unit"]["Description"]
    assert all(re.fullmatch(r"[A-Z][A-Za-z]+", name) for section in parsed.sections() for name in parsed[section])
    if unit.suffix == ".timer":
        assert unit.with_suffix(".service") in UNITS and parsed["Timer"]["OnCalendar"]
        return
    started = parsed["Service"]["ExecStart"]
    assert started.startswith("/") and parsed["Service"]["User"] != "root"
    for verb, options in re.findall(r"/shelfcast (\w+)((?: --[\w-]+)*)", started):
        known = {name for option in main.commands[verb].params for name in option.opts}
        assert set(re.findall(r"--[\w-]+", options)) <= known


def test_each_is_told_of_in_a_document() -> None:
    told = (FOLDER.parent / "operations.md").read_text() + (FOLDER.parent / "kiosk.md").read_text()
    assert len(UNITS) == 4 and not [unit.name for unit in UNITS if f"systemd/{unit.name}" not in told]
