"""docs/errors.md has every code that can be answered, with its status, and no other."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from werkzeug.http import HTTP_STATUS_CODES

from recommender.domain.member import Refusal
from signage import http
from signage.domain import errors
from signage.media.refusals import CODES

ROOT = Path(__file__).parents[2]
TEXT, OF_RECOMMENDER = (ROOT / "docs" / "errors.md").read_text().split("\n## The recommender's service\n")
ROW = re.compile(r"^\| `(\w+)` \| ([\d, –]+) \|", re.M)
KINDS = {kind.__name__: status for kind, status in http.STATUS.items()}
ON_SOCKET = {"ProtocolError", "Refused"}
CODE_AT = dict.fromkeys({*KINDS, *ON_SOCKET}, 0) | {"problem": 1, "error_page": 1}
# The only places where a code is passed on instead of named; a new one has to be looked at.
PASSED_ON = {
    "channel/letting_in.py", "channel/session.py", "http.py", "media/process.py", "media/refusals.py", "web/studio.py",
}  # fmt: skip


def calls(package: str) -> Iterator[tuple[str, str, ast.expr | None, ast.Call]]:
    """(file, what is called, where its code stands, the call) of all that makes an error."""
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in CODE_AT:
                at = CODE_AT[name]
                by_name = next((keyword.value for keyword in node.keywords if keyword.arg == "code"), None)
                code = node.args[at] if len(node.args) > at else by_name
                yield path.relative_to(ROOT / package).as_posix(), name, code, node


def statuses(call: ast.Call, name: str) -> set[str]:
    if name in ON_SOCKET:
        return {"–"}
    if name in KINDS:
        return {str(KINDS[name])}
    first = call.args[0]
    return {str(first.value)} if isinstance(first, ast.Constant) else set()


def documented(text: str) -> dict[str, set[str]]:
    return {code: set(told.split(", ")) for code, told in ROW.findall(text)}


def test_every_code_is_documented_with_its_status_and_no_other() -> None:
    answered: dict[str, set[str]] = defaultdict(set)
    for file, name, code, call in calls("signage"):
        if isinstance(code, ast.Constant):
            answered[str(code.value)] |= statuses(call, name)
        else:
            assert file in PASSED_ON, f"{file}:{call.lineno} names no code"
    answered |= {f"file_{code}": {str(http.STATUS[errors.RefusedFile])} for code in CODES}
    answered |= {HTTP_STATUS_CODES[n].lower().replace(" ", "_"): {str(n)} for n in http.WORDS}
    answered["registration_over"].add("410")  # a polling player's answer: letting_in.py passes the code on
    assert documented(TEXT) == answered


def test_the_recommenders_codes_too() -> None:
    found = {
        str(code.value): statuses(call, name)
        for _file, name, code, call in calls("recommender")
        if name == "problem" and isinstance(code, ast.Constant)
    }
    assert len(found) > 5
    assert documented(OF_RECOMMENDER) == found


def test_every_reason_to_refuse_a_member_code() -> None:
    told = OF_RECOMMENDER.split("### Why a member code is refused")[1]
    assert set(re.findall(r"^\| `(\w+)` \|", told, re.M)) == {why.value for why in Refusal}


def test_no_code_stands_twice_and_each_says_what_it_means() -> None:
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", TEXT, re.M)
    assert len({code for code, _ in rows}) == len(rows)
    assert all(len(row.split("|")[1].strip()) > 3 for _, row in rows)
