"""The catalogue of sentences: both languages whole, and templates that ask for nothing else."""

import re
from collections.abc import Iterator
from string import Formatter

from recommender.domain.member import Purpose, Refusal
from signage.bundle.find import path
from signage.domain.digital_link import BadLink, parse
from signage.domain.families import Families, Family
from signage.domain.words import Words
from signage.shelf import routes, texts, texts_find
from signage.shelf.look import families_css, load_families

TEMPLATES = sorted((routes.STATIC.parent / "templates" / "shelf").glob("*.html"))


def words_in(value: object) -> Iterator[Words]:
    if isinstance(value, Words):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from words_in(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from words_in(inner)


SAID = {name: value for room in (texts, texts_find) for name, value in vars(room).items() if name.isupper()}
ALL = {name: both for name, value in SAID.items() if (both := list(words_in(value)))}


def fields(text: str) -> set[str | None]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def test_each_text_is_whole_in_both_languages() -> None:
    assert sum(map(len, ALL.values())) > 90
    for name, both in ALL.items():
        for words in both if name != "SWITCH" else []:
            assert words.ja.strip() and words.en.strip(), name
            assert fields(words.ja) == fields(words.en), name
            assert re.search(r"[ぁ-んァ-ヶ一-龥]", words.ja), name
            assert not re.search(r"[ぁ-んァ-ヶ一-龥]", words.en), name
            assert "!" not in words.ja + words.en and "あなた" not in words.ja, name


def test_templates_ask_for_texts_that_there_are_and_say_nothing_themselves() -> None:
    asked = set()
    for template in TEMPLATES:
        source = template.read_text("utf-8")
        asked |= set(re.findall(r"\b[TF]\.([A-Z_]+)", source))
        spoken = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
        spoken = re.sub(r"<[^>]*>", "", spoken).replace("Shelfcast", "").replace("円", "")
        assert not re.search(r"[A-Za-zぁ-んァ-ヶ一-龥]", spoken), template.name
    assert asked <= ALL.keys()


def test_every_text_is_used() -> None:
    files = [*routes.STATIC.parent.glob("*.py"), *TEMPLATES]
    used = set(
        re.findall(r"\b(?:[TF]|texts|texts_find)\.([A-Z_]+)", "\n".join(file.read_text("utf-8") for file in files))
    )
    assert ALL.keys() <= used


def test_each_reason_and_purpose_has_its_words() -> None:
    assert texts.REFUSED.keys() == set(Refusal)
    assert texts.PURPOSES.keys() == texts.PURPOSE_TEXTS.keys() == set(Purpose)
    for link, why in (("x", "digits"), ("1", "length"), ("12345678", "check"), ("12345670/1", "qualifier")):
        try:
            parse(link)
        except BadLink as refused:
            assert refused.why == why and why in texts_find.WHY_BAD_CODE


def test_the_tiles_colours_are_the_tables() -> None:
    css = families_css(load_families())
    rows = path("assets", "families.csv").read_text("utf-8").splitlines()[1:]
    assert css.count(".tile-") == len(rows)
    assert ".tile-frozen { background: #E3EEFB; color: #1E3F8A; }" in css


def test_a_hostile_table_adds_no_rule() -> None:
    bad = Family("x} body{display:none", "", "", "#E3EEFB", "#1E3F8A", "", "")
    worse = Family("x", "", "", "url(//evil)", "#1E3F8A", "", "")
    assert families_css(Families({"a": bad, "b": worse})) == families_css(Families())
