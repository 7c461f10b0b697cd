"""The example files in player/protocol are the contract: Python reads and writes exactly them."""

import json
from pathlib import Path

import pytest

from signage.channel.protocol import TYPES, dump, parse, read

FOLDER = Path(__file__).parents[3] / "player" / "protocol"
EXAMPLES = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "manifest")  # fetched, not a message


def test_every_message_has_an_example_and_every_example_a_message() -> None:
    assert sorted(TYPES) == EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_read_and_written_exactly(name: str) -> None:
    body = json.loads((FOLDER / f"{name}.json").read_text())
    message = read(body)
    assert type(message) is TYPES[name]
    assert json.loads(dump(message)) == body
    assert parse(dump(message)) == message


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_field_of_a_later_version_is_ignored(name: str) -> None:
    body = json.loads((FOLDER / f"{name}.json").read_text())
    assert read(body | {"from_the_future": [1]}) == read(body)
