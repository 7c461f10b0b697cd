"""The catalogues are complete and in step with the pages, and no page shows a word of the wrong language."""

import io
import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from signage.media.refusals import CODES, refused
from signage.storage.users import Role
from tests.signage.web.conftest import Studio

WEB = Path("signage/web")
CATALOGUE = WEB / "translations/ja/LC_MESSAGES"
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def catalogue() -> dict[object, object]:
    with (CATALOGUE / "messages.po").open("rb") as po:
        return {message.id: message.string for message in read_po(po, locale="ja") if message.id}


def test_every_message_has_its_japanese_and_nothing_else() -> None:
    keywords = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    methods = [("templates/**.html", "jinja2"), ("**.py", "python")]
    used = {found[2] for found in extract_from_dir(str(WEB), method_map=methods, keywords=keywords)}
    assert used == set(catalogue())


def test_every_message_says_something_with_the_same_figures() -> None:
    for message, text in catalogue().items():
        said = text[0] if isinstance(text, tuple) else text
        asked = message[0] if isinstance(message, tuple) else message
        assert JAPANESE.search(str(said)), message
        assert set(re.findall(r"%\(\w+\)s", str(said))) == set(re.findall(r"%\(\w+\)s", str(asked))), message


def test_the_compiled_catalogue_is_the_source_compiled() -> None:
    """If this fails: pybabel compile -d signage/web/translations."""
    compiled = io.BytesIO()
    with (CATALOGUE / "messages.po").open("rb") as po:
        write_mo(compiled, read_po(po, locale="ja"))
    assert compiled.getvalue() == (CATALOGUE / "messages.mo").read_bytes()


def test_refusals_speak_both_languages() -> None:
    figures = {
        "limit_mb": 5, "claimed": "PNG", "actual": "MP4", "actual_lower": "mp4", "extension": "png", "width": 9, "height": 9,
        "pages": 60, "most": 50,
    }  # fmt: skip
    for code in CODES:
        error = refused(code, **figures)
        assert JAPANESE.search(error.ja) and error.ja.endswith("ください。"), code
        assert not JAPANESE.search(error.en) and error.en.endswith("."), code


def test_glossary_sentence_for_a_video_named_png() -> None:
    error = refused("name_says_image", claimed="PNG", actual="MP4", actual_lower="mp4", extension="png")
    assert error.ja == "PNGという名前ですが、中身は動画です。MP4として保存し直してください。"
    assert error.en == "This file is named .png but is a video. Save it as .mp4 and try again."


def test_pages_keep_to_one_language(studio_app: Studio) -> None:
    paths = ["/studio", "/studio/creatives", "/studio/campaigns", "/studio/campaigns/new", "/studio/screens",
             "/studio/review", "/studio/timetable",
             "/studio/labels", "/studio/alerts", "/studio/reports", "/studio/evaluation", "/studio/notices",
             "/studio/stores", "/studio/stores/elm", "/studio/users", "/studio/history", "/studio/password"]  # fmt: skip
    client = studio_app.logged_in(Role.ADMIN, lang="en-GB,en;q=0.9")
    names = re.compile(r"入口1?|3番通路・?左?|レジ前|飲料棚|日本語")  # of the test world, and the switch itself
    for path in paths:
        text = re.sub(r"<[^>]*>", " ", client.get(path).text)
        assert not JAPANESE.search(names.sub("", text)), path
        assert 'lang="ja"' in client.get(path + "?lang=ja").text
        assert 'lang="ja"' in client.get("/studio").text, "the choice lasts"
        client.get("/studio?lang=en")


def test_japanese_is_the_default(studio_app: Studio) -> None:
    studio_app.person(Role.ADMIN)
    client = studio_app.app.test_client()
    assert '<html lang="ja">' in client.get("/login").text
    assert '<html lang="en">' in client.get("/login", headers={"Accept-Language": "en"}).text
