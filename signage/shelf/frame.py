"""What every page of the phone shares: its language, links that keep it, headers, and the page that says what is wrong."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, render_template, request, url_for
from markupsafe import Markup

from signage.domain.words import Words
from signage.http import language
from signage.shelf import texts, texts_find

LANGUAGES = ("ja", "en")
AGAIN_S = 300  # an attempt is counted for so long
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Action = tuple[Words, str]  # words of the button, where it leads


def asked() -> str:
    """The language that the address asks for, "" for none. It is kept in links: these pages have no cookie for it."""
    wanted = request.args.get("lang", "")
    return wanted if wanted in LANGUAGES else ""


def lang() -> str:
    """ "ja" or "en": by the address, else by the browser."""
    return asked() or language()


def say(words: Words, /, **values: object) -> str:
    """The text in this request's language with its figures filled in."""
    text = words.say(lang())
    return text.format(**values) if values else text


def url(endpoint: str, **values: str) -> str:
    """Address of another page of this room, in the language that was asked for."""
    kept: dict[str, Any] = values | {"lang": asked()} if asked() else dict(values)
    return url_for(f".{endpoint}", **kept)


def day(date: date) -> str:
    """2026年11月23日, 23 Nov 2026."""
    if lang() == "en":
        return f"{date.day} {MONTHS[date.month - 1]} {date.year}"
    return f"{date.year}年{date.month}月{date.day}日"


def switched() -> str:
    """This page in the other language: an address that has only a query, so no path of a request is ever repeated."""
    kept = {name: request.args[name][:100] for name in ("s", "lot", "q") if name in request.args}
    return "?" + urlencode(kept | {"lang": "ja" if lang() == "en" else "en"})


def page(template: str, status: int = 200, **values: object) -> Response:
    """One of our templates as a response that nobody keeps: prices and stock are true now."""
    html = render_template(f"shelf/{template}.html", **values)
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = lang()
    response.vary.add("Accept-Language")
    return response


def message(
    title: Words,
    lines: Sequence[str],
    status: int,
    *,
    code: str = "",
    actions: Sequence[Action] = (),
    by_hand: bool = False,
    linked_data: Markup | None = None,
) -> Response:
    """What happened and what to do, with buttons that lead on, and with `by_hand` a field to find a product by oneself.

    `code` is shown as it was read, cut to what is readable.
    """
    return page(
        "message", status, title=title, lines=lines, code=code[:24], actions=actions, by_hand=by_hand, linked_data=linked_data
    )  # fmt: skip


def again_later(response: Response) -> Response:
    """The answer to somebody who has tried too often."""
    response.headers["Retry-After"] = str(AGAIN_S)
    return response


def context() -> dict[str, object]:
    """Names that all templates know."""
    return {
        "lang": lang(),
        "say": say,
        "T": texts,
        "F": texts_find,
        "asked": asked(),
        "url": url,
        "switched": switched() if request.method == "GET" else "",
    }
