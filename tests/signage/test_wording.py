"""Every text that a person reads, wherever it stands in the code: both languages whole, and in the glossary's words."""

import ast
import csv
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from signage.domain.words import Words

ROOT = Path(__file__).parents[2]
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥々]")
PYTHON = sorted((ROOT / "signage").rglob("*.py"))
PAGES = sorted(
    file
    for folder in ("signage", "player")
    for kind in ("*.html", "*.js")
    for file in (ROOT / folder).rglob(kind)
    if "protocol" not in file.parts
)
CATALOGUE = ROOT / "signage/web/translations/ja/LC_MESSAGES/messages.po"

# What the glossary says not to write; in brackets what it is no matter of.
NEVER = re.compile(
    r"スクリーン|モニター|プレイヤー|選手|会場|(?<!レ)ストア|本社|(?<!タイム)ゾーン|クリエイティブ|創造物|スロット|フライト|デイパート"
    r"|再生|プレイの証拠|カバレッジ|音声共有|発言権|ペーシング|歩調|(?<!ス)キャップ|競争分離|乗っ取り|買収"
    r"|(?<!リ)リース|賃貸|ホールドアウト|持ち上げ|決断|判決|適格|探索|冒険|傾向|性向|観客|聴衆|視聴者|スナップショット|顔の数|見た人数"
    r"|リーチ|印象|群衆|老人|高齢者|監視|撮影中|録画|買い物客|メンバー|トークン|スキャンしてください|リプレイ|不正な|ようこそ|おかえり"
    r"|推薦|推奨|購入の歴史|合併|アンマージ|忘れられる権利|棚ラベル|棚の端|ジャン(?!ル)|有効期限|国民的|税金含|込み込み|定価|元の価格"
    r"|割引|重量で|在庫切れ|残り\d+個|時点で|保留|予約|ピックアップ|償還|ペアリング|結婚|交換デバイス|死んだ|生きている|丸太|安全地帯"
    r"|肖像|フェイク|ダミー|キャンセル|輸出|フィルター[すし]|データなし|N/A|あなた|[!！]"
)
EXPIRED_PAGE = "ページの有効期限が切れました"  # of a form, not of food
STAFF_ONLY = re.compile(r"ユーザー|\b[Uu]sers?\b")  # a user is somebody who logs in to the studio
NOBODYS_CLAIM = re.compile(r"\b(unique viewers?|unique visitors?|reach of|total reach|viewers reached)\b", re.I)


def literals(file: Path) -> Iterator[str]:
    """String constants of a module, docstrings left out."""
    tree = ast.parse(file.read_text("utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def shown_by_page(file: Path) -> Iterator[str]:
    """What stands in Japanese between the quotes and tags of a template or script, comments left out."""
    source = re.sub(
        r"\{#.*?#\}|<!--.*?-->|/\*.*?\*/|(?<![:\w])//[^\n]*", "", file.read_text("utf-8"), flags=re.S | re.A
    )
    yield from (text for text in re.findall(r"[^'\"`<>{}\n]+", source) if JAPANESE.search(text))


def japanese() -> Iterator[tuple[str, str]]:
    """(where, text) of every Japanese text."""
    for file in PYTHON:
        yield from ((str(file.relative_to(ROOT)), text) for text in literals(file) if JAPANESE.search(text))
    for file in PAGES:
        yield from ((str(file.relative_to(ROOT)), text) for text in shown_by_page(file))
    with CATALOGUE.open("rb") as po:
        for message in read_po(po, locale="ja"):
            said = message.string if isinstance(message.string, tuple) else (message.string,)
            yield from ((CATALOGUE.name, str(text)) for text in said if message.id)
    for name in ("categories", "types", "types_by_category", "families"):
        with (ROOT / "assets" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield from ((f"{name}.csv", value) for key, value in row.items() if key.endswith("_ja"))
    samples = (ROOT / "assets" / "sample_facts.jsonl").read_text("utf-8")
    yield from (("sample_facts.jsonl", text) for text in re.findall(r'"([^"]*)"', samples) if JAPANESE.search(text))


def words_in(value: object) -> Iterator[Words]:
    if isinstance(value, Words):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from words_in(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from words_in(inner)


def catalogues() -> Iterator[tuple[str, str, Words]]:
    """(module, name, words) of all that modules of signage hold in both languages."""
    for file in PYTHON:
        if "Words(" in file.read_text("utf-8"):
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            for constant, value in vars(import_module(name)).items():
                yield from ((name, constant, words) for words in words_in(value) if constant.isupper())


def test_nothing_is_called_what_the_glossary_forbids() -> None:
    texts = list(japanese())
    assert len(texts) > 1500
    wrong = [
        (where, found[0], text) for where, text in texts if (found := NEVER.search(text.replace(EXPIRED_PAGE, "")))
    ]
    assert wrong == []


def test_a_user_is_somebody_who_logs_in_to_the_studio() -> None:
    staff = ("signage/web/", "signage/storage/users.py", CATALOGUE.name)
    assert [found for found in japanese() if "ユーザー" in found[1] and not found[0].startswith(staff)] == []
    said = [(module, words.en) for module, _, words in catalogues() if ".web." not in module]
    assert [found for found in said if STAFF_ONLY.search(found[1])] == []


def test_nobody_claims_reach_or_unique_viewers() -> None:
    for file in PYTHON:
        assert [text for text in literals(file) if NOBODYS_CLAIM.search(text)] == [], file


def test_every_text_is_whole_in_both_languages() -> None:
    found = list(catalogues())
    assert len(found) > 300
    for module, name, words in found:
        if words.ja == words.en == "" or name == "SWITCH" or words.en == "日本語":
            continue  # nothing is said; or the name of the other language, in that language
        assert words.ja.strip() and words.en.strip(), (module, name, words)
        assert not JAPANESE.search(words.en), (module, name, words)
        fields = [sorted(re.findall(r"\{(\w*)\}", text)) for text in (words.ja, words.en)]
        assert fields[0] == fields[1], (module, name, words)


@pytest.mark.parametrize("file", ["player/words.js", "player/register/words.js"])
def test_the_players_words_have_the_same_keys(file: str) -> None:
    source = (ROOT / file).read_text("utf-8")
    parts = [re.search(rf"const {lang} = \{{\n(.*?)\n\}};", source, re.S) for lang in ("JA", "EN")]
    keys = [re.findall(r"^  (\w+):", part[1], re.M) for part in parts if part]
    assert len(keys[0]) > 7 and keys[0] == keys[1]


def test_only_a_proved_price_can_be_struck_through() -> None:
    """One place in the player and one in the pages strike through, both only `usual`, which only its proof fills; the
    words for it stand beside `price_words`, and nobody counts per cent."""
    staff = ("signage/web/", CATALOGUE.name)
    struck = re.compile(r"<(?:del|s|strike)\b.*|line-through.*|h\('(?:del|s|strike)'.*")
    style = [*(ROOT / "player").rglob("*.css"), *(ROOT / "signage").rglob("*.css")]
    found = {(f.name, line) for f in (*PAGES, *style) for line in struck.findall(f.read_text("utf-8"))}
    assert {name for name, _ in found} == {"cards-product.js", "parts.html"} and len(found) == 2, found
    assert all(line.startswith(("h('s', null, item.price.usual)", "<s>{{ p.usual }}</s>")) for _, line in found), found
    said = [(where, text) for where, text in japanese() if not where.endswith(".csv")]
    shoppers = [one for one in said if not one[0].startswith((*staff, "signage/decide/texts.py"))]
    assert {where for where, text in shoppers if "通常価格" in text} == {"signage/domain/price.py"}
    assert not [text for _, text in said if re.search(r"\d%\s*(OFF|引き)|半額", text)]
