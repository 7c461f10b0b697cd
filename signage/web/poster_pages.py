"""The camera notice as a sheet of A4 in both languages: to be hung up where people come in, before a camera is switched on."""

from dataclasses import dataclass
from unicodedata import east_asian_width

from flask import Blueprint, render_template, request
from flask_babel import force_locale
from markupsafe import Markup

from signage.channel.greeting import CAMERA_WORDS
from signage.channel.qr import qr_path
from signage.domain.errors import Conflict
from signage.domain.place import CameraMode
from signage.storage.notices import Notice
from signage.storage.users import Role
from signage.web.guard import needs
from signage.web.language import LANGUAGES, lang
from signage.web.notice_pages import kept, modes_of, my_store
from signage.web.ports import ports

ROOMY, TIGHT = 160, 400  # half-width letters of what people typed
_SHOWN = (CameraMode.PRESENCE, CameraMode.DEMOGRAPHICS)  # the more it does the later


@dataclass(frozen=True, slots=True)
class Side:
    """The sheet's words in one language."""

    language: str
    text: Markup


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/notices/<store_id>/poster", "notice_poster", notice_poster)


@needs(Role.VIEWER)
def notice_poster(store_id: str) -> str:
    """`?mode=`: for which cameras; else as the store's are set. Conflict while the notice is incomplete."""
    store = my_store(store_id)
    notice = ports().storage.notices.get(store_id)
    if notice is None or not notice.complete:
        raise Conflict(
            "notice_incomplete",
            "The camera notice isn't complete, so there is no poster yet. Fill in all its fields and save it.",
            "「カメラ利用のお知らせ」に未記入の項目があるため、掲示物を作れません。すべて記入して保存してください。",
        )
    modes = modes_of(store)
    asked = request.args.get("mode", "")
    mode = CameraMode(asked) if asked in _SHOWN else max(modes, key=_SHOWN.index, default=CameraMode.PRESENCE)
    url = f"{ports().base_url}/privacy/camera?store={store_id}"
    first = lang()
    sides = []
    for language in (first, *(other for other in LANGUAGES if other != first)):
        with force_locale(language):
            text = render_template(
                "studio/poster_side.html", store=store, notice=notice, lang=language, kept=kept(),
                demographics=mode is CameraMode.DEMOGRAPHICS, mark=CAMERA_WORDS[mode, language],
            )  # fmt: skip
        sides.append(Side(language, Markup(text)))  # rendered by Jinja, which has escaped what people typed
    return render_template(
        "studio/poster.html", store=store, sides=sides, qr=qr_path(url), url=url, mode=mode, fit=_fit(notice)
    )  # fmt: skip


def _fit(notice: Notice) -> str:
    """How small the letters must be for one page: "", "long" or "longest"."""
    texts = (notice.operator, max(notice.purpose_ja, notice.purpose_en, key=len), notice.contact)
    cells = sum(2 if east_asian_width(letter) in "WF" else 1 for text in texts for letter in text)
    cells += 60 * sum(text.count("\n") for text in texts)
    return "" if cells <= ROOMY else "long" if cells <= TIGHT else "longest"
