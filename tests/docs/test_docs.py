"""What can be set, called or typed is documented, and what is documented exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic_settings import BaseSettings

import recommender.cli
import recommender.settings
import signage.cli
import signage.settings

DOCS = Path(__file__).parents[2] / "docs"


def variables(settings: type[BaseSettings]) -> Iterator[str]:
    for name, field in settings.model_fields.items():
        alias = field.validation_alias
        yield alias if isinstance(alias, str) else f"SHELFCAST_{name.upper()}"


def test_every_setting_is_documented_and_nothing_else() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)`", (DOCS / "configuration.md").read_text(), re.M))
    assert documented == {*variables(signage.settings.Settings), *variables(recommender.settings.Settings)}


def test_every_setting_says_what_it_is() -> None:
    for settings in (signage.settings.Settings, recommender.settings.Settings):
        assert all(field.description for field in settings.model_fields.values())


def verbs(command: click.Command, words: str) -> Iterator[str]:
    """`shelfcast demo till` and every option as `shelfcast demo till --x`."""
    yield words
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name not in ("help", "version"):
            yield f"{words} {parameter.opts[0]}"
    if isinstance(command, click.Group):
        for name, sub in command.commands.items():
            yield from verbs(sub, f"{words} {name}")


@pytest.mark.parametrize(("name", "group"), [("shelfcast", signage.cli.main), ("recommender", recommender.cli.main)])
def test_every_verb_and_option_is_documented(name: str, group: click.Group) -> None:
    text = (DOCS / "cli.md").read_text()
    sections = dict(re.findall(r"^## `([^`]+)`\n(.*?)(?=^## |\Z)", text, re.M | re.S))
    wanted = list(verbs(group, name))
    missing = []
    for words in wanted:
        verb, _, option = words.partition(" --")
        if verb not in sections or (option and f"--{option}" not in sections[verb]):
            missing.append(words)
    assert missing == []
    stale = [verb for verb in sections if verb.split()[0] == name and verb not in wanted]
    assert stale == []
