"""docs/privacy.md names code, tests and contracts that there are, and figures that are the code's own."""

import ast
import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

import recommender.artifacts
import recommender.personal
import recommender.sales
import signage.live
from recommender.history import account, passkeys
from signage.audience import people, seccomp, snapshot, track
from signage.audience.landlock import TCP_FROM_ABI
from signage.controller import pushing
from signage.domain.guest import GUEST_LASTS
from signage.proof import report
from signage.settings import Settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "privacy.md").read_text()
RULES = re.findall(r"^### (\d+)\. .*?\n(.*?)(?=^##)", TEXT, re.M | re.S)
TESTS = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)
FILES = re.findall(r"`((?:signage|recommender|player|models|assets)/[\w/.-]+\.\w+)`", TEXT)


def test_the_rules_are_there_each_with_its_code_and_tests() -> None:
    assert [int(number) for number, _ in RULES] == list(range(1, len(RULES) + 1))
    assert len(RULES) >= 9
    for number, rule in RULES:
        assert "- Code: `" in rule and "- Test" in rule, number
        assert TESTS and re.search(r"::\w+`", rule), number


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_each_test_exists_and_can_fail(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text())
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name]
    assert len(found) == 1
    assert any(isinstance(node, (ast.Assert, ast.With)) for node in ast.walk(found[0])), "it asserts nothing"
    marks = [ast.unparse(mark) for mark in found[0].decorator_list]
    assert not [mark for mark in marks if "skip" in mark or "xfail" in mark]


def test_each_file_exists() -> None:
    assert len(FILES) > 20
    assert [file for file in FILES if not (ROOT / file).is_file()] == []


def test_each_contract_exists() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    lines = re.findall(r"^- Contracts?: (.*)$", TEXT, re.M)
    named = [name for line in lines for name in re.findall(r'"([^"]+)"', line)]
    assert len(named) >= 4
    assert set(named) <= {contract["name"] for contract in contracts}


def test_the_figures_are_the_codes_own() -> None:
    assert report.LEAST_PEOPLE == recommender.sales.FEWEST_BASKETS == 10 and "fewer than ten people" in TEXT
    assert timedelta(seconds=60) == GUEST_LASTS and "an end after 60 seconds" in TEXT
    assert snapshot.LARGEST_BYTES == 1024 and "at most 1 KB twice a second" in TEXT and snapshot.EVERY_S == 0.5
    forgotten_s = max(track.GONE_AFTER_S, people.BODY_GONE_AFTER_S, people.BODY_HIDDEN_FOR_S)
    assert f"forgotten at most {forgotten_s} seconds after" in TEXT
    assert pushing.CAMERA_NOTICE_EVERY_S < 600 and "at least every ten minutes" in TEXT
    assert account.SESSION_LIFE.days == 30 and timedelta(minutes=15) == account.LINK_LIFE
    assert recommender.personal.USED_FOR_S == 120 and "| Redis `rec:used:*` | 2 minutes |" in TEXT
    assert passkeys.CHALLENGE_S == 300 and "| Redis `rec:challenge:*` | 5 minutes, or until used |" in TEXT
    assert signage.live.SNAPSHOT_TTL_S == 10 and "| Redis `sig:snapshot:*` | 10 seconds |" in TEXT
    assert recommender.artifacts.KEPT == 3 and "| the newest three versions |" in TEXT
    for name in ("decision_days", "sample_hours", "audience_days", "play_days", "audit_days", "log_days"):
        assert f"`SHELFCAST_{name.upper()}` ({Settings.model_fields[name].default})" in TEXT
    assert TCP_FROM_ABI == 4 and "(its version 4)" in TEXT
    assert set(seccomp._CALLS) == {"x86_64", "aarch64"} and "x86-64 and ARM64 only" in TEXT
