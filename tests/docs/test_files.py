"""Links lead somewhere; rooms, benches, the steps for a display and the notices are as the documents say."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from signage.processes.ca import steps

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """The names that a heading can be linked by."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(page.read_text()):
        name, _, anchor = link.partition("#")
        if name.startswith("https:"):
            continue
        target = page.parent / name if name else page
        if not target.is_file() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_document_is_found_from_the_readme() -> None:
    found, unread = set[Path](), [ROOT / "README.md"]
    while unread:
        page = unread.pop()
        if page in found or page.suffix != ".md":
            continue
        found.add(page)
        unread += [(page.parent / link.partition("#")[0]).resolve() for link in LINK.findall(page.read_text())
                   if not link.startswith(("https:", "#"))]  # fmt: skip
    assert set(DOCS.glob("*.md")) <= found


@pytest.mark.parametrize("package", ["signage", "recommender"])
def test_the_table_of_rooms_is_the_tree(package: str) -> None:
    text = (DOCS / "architecture.md").read_text()
    table = re.search(rf"^### {package}, from top to bottom\n(.*?)(?=^##)", text, re.M | re.S)
    assert table is not None
    told = {
        name.strip("/").removesuffix(".py")
        for cell in re.findall(r"^\| (`.*?) \|", table[1], re.M)
        for quoted in re.findall(r"`([^`]+)`", cell)
        for name in quoted.split()
    }
    there = {
        path.stem for path in (ROOT / package).iterdir() if path.suffix == ".py" and not path.stem.startswith("__")
    }
    there |= {path.parent.name for path in (ROOT / package).glob("*/__init__.py")}
    assert told == there


def test_every_key_of_a_bench_is_explained_and_no_other() -> None:
    text = (DOCS / "benchmarks.md").read_text()
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##)", text, re.M | re.S))
    assert set(sections) == {"decide", "recommend", "identity", "camera", "fanout", "sight", "scan", "player", "shelf"}
    for bench, section in sections.items():
        told = {key for cell in re.findall(r"^\| (`.*?) \|", section, re.M) for key in re.findall(r"`(\w+)`", cell)}
        assert told == printed(bench, told), bench


def printed(bench: str, hint: set[str]) -> set[str]:
    """The keys of every dictionary in the bench's source that has one of `hint`."""
    tree = ast.parse((ROOT / "tests" / "bench" / f"{bench}.py").read_text())
    all_keys = [keys_of(node) for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    return {key for some in all_keys if some & hint for key in some}


def keys_of(node: ast.Dict) -> set[str]:
    """`{"a": …, **{f"b{n}": … for n in (1, 2)}}` -> a, b1, b2."""
    keys = {str(key.value) for key in node.keys if isinstance(key, ast.Constant)}
    for part in node.values:
        if isinstance(part, ast.DictComp) and isinstance(part.generators[0].iter, ast.Tuple):
            name, key = ast.unparse(part.generators[0].target), compile(ast.Expression(part.key), "", "eval")
            keys |= {str(eval(key, {name: value})) for value in ast.literal_eval(part.generators[0].iter)}
    return keys


def test_a_display_is_set_up_as_the_command_says() -> None:
    text = (DOCS / "kiosk.md").read_text()
    commands = re.findall(r"(sudo cp .*|certutil .*)", steps(Path("ca.pem"), ""))
    assert len(set(commands)) == 2
    for command in commands:
        assert command in text


def test_everything_that_is_fetched_is_in_the_notice() -> None:
    notice = (ROOT / "NOTICE").read_text()
    packages = tomllib.loads((ROOT / "assets" / "manifest.toml").read_text())["package"]
    models = tomllib.loads((ROOT / "models" / "manifest.toml").read_text())["model"]
    assert [p["name"] for p in packages if f"{p['name']} {p['version']}" not in notice] == []
    assert [p["name"] for p in packages if f"assets/{p['notice']}" not in notice] == []
    for model in models:
        entry = re.search(rf"^  {model['name']}: .*\n( {{4}}.*\n)+", notice, re.M)
        assert entry is not None, model["name"]
        assert f"{model['package']} {model['version']}" in entry[0] and model["licence"] in entry[0]
