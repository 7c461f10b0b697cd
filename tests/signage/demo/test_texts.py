"""The demo page's words: every one that the page asks for is there, and both languages carry the same figures."""

import re
from pathlib import Path

import signage.demo
from signage.demo import texts, texts_data, texts_dock, texts_tour
from signage.demo.texts import EVERY

ROOM = Path(signage.demo.__file__).parent
FIGURE = re.compile(r"\{\w+\}")


def test_both_languages_say_the_same_figures() -> None:
    for key, words in EVERY.items():
        assert words.ja and words.en, key
        assert set(FIGURE.findall(words.ja)) == set(FIGURE.findall(words.en)), key


def test_every_word_that_the_page_asks_for_is_there() -> None:
    asked = {
        key for script in (ROOM / "static").glob("*.js") for key in re.findall(r'\bsay\(\s*"(\w+)"', script.read_text())
    } | {
        key
        for page in (ROOM / "templates" / "demo").iterdir()
        for key in re.findall(r"\bt\.([a-z]\w*)", page.read_text())
    }
    assert len(asked) > 100
    assert asked <= EVERY.keys(), asked - EVERY.keys()


def test_no_room_of_words_hides_another() -> None:
    assert len(EVERY) == sum(len(room.TEXTS) for room in (texts, texts_dock, texts_tour, texts_data))
