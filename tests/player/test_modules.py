"""The player's source: its modules' own tests run, and it stays within what the weakest promised browser understands."""

import gzip
import re
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import pytest

ROOT = Path(__file__).parents[2]
PLAYER = ROOT / "player"
HERE = Path(__file__).parent
PLAYING = sorted(PLAYER.glob("*.js"))
REGISTERING = sorted((PLAYER / "register").glob("*.js"))  # loaded by a device that nobody has let in yet
SOURCES = PLAYING + REGISTERING
PAGE = [*PLAYING, *sorted(PLAYER.glob("*.css")), PLAYER / "index.html", PLAYER / "icon.svg"]
REGISTRATION = [*REGISTERING, *sorted((PLAYER / "register").glob("*.css"))]
SHIPPED = PAGE + REGISTRATION
MAX_GZIPPED = {"page": 30 * 1024, "registration": 4 * 1024}
# newer than ES2020 or than browsers of its day; the syntax is checked by a parser
TOO_NEW = re.compile(
    r"\.at\(|\.replaceAll\(|structuredClone|Object\.hasOwn|Promise\.any|\.findLast|WeakRef|\.toSorted|\.groupBy|randomUUID"
    r"|AbortSignal\.timeout|scheduler\."
)
PARSE = """
const { parse } = require('internal/deps/acorn/acorn/dist/acorn');
const { readFileSync } = require('node:fs');
let bad = 0;
for (const file of process.argv.slice(1)) {
  try { parse(readFileSync(file, 'utf8'), { ecmaVersion: 2020, sourceType: 'module' }); }
  catch (error) { bad = 1; console.log(file, error.message); }
}
process.exitCode = bad;
"""


def code(path: Path) -> str:
    """A source without its comments."""
    return re.sub(r"/\*.*?\*/|^ *//.*?$| // .*?$", "", path.read_text(), flags=re.S | re.M)


def parsed(*files: Path) -> subprocess.CompletedProcess[str]:
    """Read the files with node's own acorn as ES2020 modules."""
    command = ["node", "--expose-internals", "-e", PARSE, *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("suite", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_module_suite(suite: Path) -> None:
    done = subprocess.run(["node", "--test", str(suite)], capture_output=True, text=True, timeout=120, check=False)
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.M)
    assert done.returncode == 0, done.stdout
    assert passed and int(passed[1]) > 0


def test_syntax_is_at_most_es2020() -> None:
    done = parsed(*SOURCES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_parser_would_notice_newer_syntax(tmp_path: Path) -> None:
    newer = tmp_path / "newer.js"
    for line in ("let a; a ??= 1;", "class A { #b = 1 }", "await 1;", "const n = 1_000;"):
        newer.write_text(line)
        assert parsed(newer).returncode == 1, line


def test_no_interface_newer_than_the_syntax() -> None:
    found = [f"{path.name}: {match[0]}" for path in SOURCES for match in TOO_NEW.finditer(code(path))]
    assert found == []


def test_nothing_that_the_content_security_policy_refuses() -> None:
    html = (PLAYER / "index.html").read_text()
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)", html)
    for path in SOURCES:
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", path.read_text()
        ), path.name
    for path in SHIPPED:
        others = re.findall(r"https?://[^\s'\"]+", path.read_text())
        assert [url for url in others if "www.w3.org" not in url] == [], path.name


def test_it_stays_small() -> None:
    for name, files in (("page", PAGE), ("registration", REGISTRATION)):
        text = "".join(map(code, files)).encode()  # what a browser has to understand; comments are for us
        assert len(gzip.compress(text, 9, mtime=0)) <= MAX_GZIPPED[name], name
    longest = max(SOURCES, key=lambda path: len(path.read_text().splitlines()))
    assert len(longest.read_text().splitlines()) <= 250, longest.name


def test_the_service_worker_would_find_every_file_of_the_page() -> None:
    (pattern,) = re.findall(r"^const NAMED = /(.*)/g;$", (PLAYER / "sw.js").read_text(), re.M)
    found, todo = set(), ["/player"]
    while todo:
        path = todo.pop()
        if path in found or path.startswith("/assets/"):
            continue
        found.add(path)
        file = PLAYER / ("index.html" if path == "/player" else path.removeprefix("/player/"))
        if file.suffix in (".html", ".js"):
            todo += [urljoin(path, name) for name in re.findall(pattern, file.read_text())]
    shipped = {f"/player/{path.relative_to(PLAYER)}" for path in SHIPPED if path.name not in ("index.html", "sw.js")}
    assert found == shipped | {"/player"}


@pytest.mark.parametrize("folder", [PLAYER, PLAYER / "register"], ids=["page", "registration"])
def test_ja_and_en_say_the_same_things(folder: Path) -> None:
    words = (folder / "words.js").read_text()
    ja, en = words.split("const JA = ")[1].split("const EN = ")
    keys = [re.findall(r"^  (\w+):", part, re.M) for part in (ja, en)]
    assert keys[0] == keys[1] and len(keys[0]) > 7
    used = "".join(path.read_text() for path in folder.glob("*.js") if path.name != "words.js")
    assert [key for key in keys[0] if not re.search(rf"[wW]ords(Of)?(\(\w*\))?\.{key}\b", used)] == []


def test_no_standing_animation_frame_loop() -> None:
    uses = {path.name: path.read_text().count("requestAnimationFrame(") for path in SOURCES}
    assert {name: count for name, count in uses.items() if count} == {"stage.js": 2}  # two frames after a swap, no more
