"""Japanese or English for one person: their choice, else their browser's, else Japanese. And dates as each writes them."""

from datetime import date, datetime
from pathlib import Path

from flask import Flask, request, session
from flask_babel import Babel, get_locale

from signage.domain.clock import local

LANGUAGES = ("ja", "en")
_TRANSLATIONS = Path(__file__).parent / "translations"
_DAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def choose() -> str:
    """Of this request: `?lang=` (kept for the session), the session's, the browser's, Japanese."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES and session.get("lang") != asked:
        session["lang"] = asked
    kept = session.get("lang")
    return kept if kept in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "ja")


def install(app: Flask) -> None:
    """Flask-Babel with our catalogues; English is in the code, Japanese in translations/ja."""
    Babel(
        app, default_locale="ja", default_translation_directories=str(_TRANSLATIONS), locale_selector=choose
    )  # fmt: skip


def lang() -> str:
    """ "ja" or "en" for this request."""
    return "en" if str(get_locale()) == "en" else "ja"


def day(at: date, language: str) -> str:
    """11月21日(土) / Sat 21 Nov."""
    if language == "en":
        return f"{_DAYS['en'][at.weekday()]} {at.day} {_MONTHS[at.month - 1]}"
    return f"{at.month}月{at.day}日({_DAYS['ja'][at.weekday()]})"


def moment(at: datetime, zone: str, language: str) -> str:
    """11月21日(土) 15:02 / Sat 21 Nov 15:02 on the store's wall clock."""
    there = local(at, zone)
    return f"{day(there, language)} {there:%H:%M}"
