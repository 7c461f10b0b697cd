"""docs/security.md names tests that there are, and each file of the tests' own room."""

import re
from pathlib import Path

from recommender.history import passkeys
from signage.channel import crowding
from signage.web import access

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text()
ROWS = [line.split(" | ") for line in re.findall(r"^\| (?!class|-)(.*) \|$", TEXT, re.M)]


def test_each_class_has_a_defence_and_tests_that_exist() -> None:
    assert len(ROWS) >= 18 and all(len(row) == 3 for row in ROWS)
    for what, _defence, tests in ROWS:
        named = re.findall(r"`(tests/[\w/]+\.py)`", tests)
        assert named, what
        assert [file for file in named if not (ROOT / file).is_file()] == [], what


def test_each_test_of_the_room_is_named() -> None:
    assert [
        file.name
        for file in (ROOT / "tests" / "security").glob("test_*.py")
        if f"`tests/security/{file.name}`" not in TEXT
    ] == []


def test_the_figures_are_the_codes_own() -> None:
    assert access._PER_LOGIN == "10 per 5 minutes" and access._PER_ADDRESS == "30 per 5 minutes"
    assert (
        "10 attempts per login and 30 per address in 5 minutes" in TEXT
        and "30 passkey challenges and 30 sign-in links per address" in TEXT
    )
    assert crowding.MOST_OF_ONE == 10 and "ten registration codes per address" in TEXT
    assert passkeys.MOST == 20 and "at most 20 passkeys a member" in TEXT
