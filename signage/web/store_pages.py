"""Stores: what has to be there before a screen can be connected. Headquarters adds them; a store's own edits its own."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from zoneinfo import available_timezones

from babel.core import get_global
from babel.numbers import get_territory_currencies
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, NumberRange, Regexp, ValidationError

from recommender.domain.text import one_line
from signage.domain.campaign import WHOLE
from signage.domain.errors import Forbidden, NotFound
from signage.domain.place import Position, Store
from signage.storage.users import Role
from signage.web.guard import me, needs
from signage.web.language import lang
from signage.web.ports import ports, tell_screens

COMMON_ZONES = (
    "Asia/Tokyo", "Asia/Seoul", "Asia/Taipei", "Asia/Shanghai", "Asia/Singapore", "Asia/Bangkok", "Australia/Sydney",
    "Europe/London", "Europe/Paris", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "UTC",
)  # fmt: skip
COMMON_CURRENCIES = ("JPY", "USD", "EUR", "GBP", "KRW", "TWD", "CNY", "SGD", "THB", "AUD")
_NAME = [DataRequired(_l("Enter a name.")), Length(max=40, message=_l("Use at most 40 characters."))]


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/stores", "stores", stores)
    pages.add_url_rule("/studio/stores", "add_store", add_store, methods=["POST"])
    pages.add_url_rule("/studio/stores/<store_id>", "store", store)
    pages.add_url_rule("/studio/stores/<store_id>", "edit_store", edit_store, methods=["POST"])


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _upper(text: str | None) -> str:
    return _stripped(text).upper()


def _text(label: str, checks: list[object], clean: Callable[[str | None], str] = _stripped, **more: str) -> StringField:
    return StringField(label, checks, filters=[clean], default=more.pop("default", ""), render_kw=more)


class PositionField(StringField):  # type: ignore[misc]
    """A Position, or None where nothing is written."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self._written = _stripped("".join(valuelist))
        try:
            self.data = Position.read(self._written) if self._written else None
        except ValueError as error:
            raise ValueError(
                _("Write it like 35.681236, 139.767125: latitude −90 to 90, then longitude −180 to 180.")
            ) from error

    def _value(self) -> str:
        return str(self.data) if self.data else getattr(self, "_written", "")


class StoreForm(Form):  # type: ignore[misc]
    """Field names are those of the domain's Store."""

    store_id = _text(
        _l("Store ID"),
        [
            DataRequired(_l("Enter an ID.")),
            Regexp(r"\A[A-Za-z0-9_-]{1,64}\Z", message=_l("Use letters a to z, digits, - and _, at most 64.")),
        ],
        maxlength="64", autocapitalize="none", spellcheck="false", autocomplete="off",
    )  # fmt: skip
    name_ja = _text(_l("Name (Japanese)"), _NAME, lang="ja")
    name_en = _text(_l("Name (English)"), _NAME, lang="en")
    zone = _text(_l("Time zone"), [DataRequired(_l("Enter a time zone."))], default="Asia/Tokyo", list="known-zones")
    currency = _text(
        _l("Currency"), [DataRequired(_l("Enter a currency."))], _upper,
        default="JPY", list="known-currencies", maxlength="3",
    )  # fmt: skip
    language = SelectField(
        _l("Language of its screens"), [AnyOf(("ja", "en"), message=_l("Choose a language."))],
        choices=[SelectChoice("ja", "日本語"), SelectChoice("en", "English")], validate_choice=False,
    )  # fmt: skip
    restricted_without_camera = BooleanField(_l("Show restricted campaigns also where ages are unknown"))
    contact = _text(
        _l("Whom to call about a screen"), [Length(max=100, message=_l("Use at most 100 characters."))], maxlength="100"
    )
    position = PositionField(
        _l("Where it is (latitude, longitude)"), render_kw={"maxlength": "60", "inputmode": "text"}
    )
    own_percent = IntegerField(
        _l("The store’s own share (%)"), [NumberRange(0, WHOLE, _l("Enter 0 to 100."))], default=WHOLE
    )
    own_approval = BooleanField(_l("Headquarters approves what the store posts"), default=True)

    def validate_name_ja(self, field: StringField) -> None:
        if not one_line(field.data):
            raise ValidationError(_l("Use letters, digits and signs on one line."))

    validate_name_en = validate_name_ja
    validate_contact = validate_name_ja

    def validate_zone(self, field: StringField) -> None:
        if field.data not in ports().offload(_zones):
            raise ValidationError(_l("There is no such time zone. Write it like Asia/Tokyo."))

    def validate_currency(self, field: StringField) -> None:
        today = ports().clock().date()
        lands = get_global("territory_currencies")
        if not any(field.data in get_territory_currencies(land, today, today) for land in lands):
            raise ValidationError(_l("There is no such currency. Write its three letters, such as JPY."))


@needs(Role.ADMIN)
def stores() -> str:
    return _list(StoreForm())


@needs(Role.ADMIN)
def add_store() -> Response | tuple[str, int]:
    """Headquarters only. 422 with the form when something is missing or the ID is taken."""
    if me().scope is not None:
        raise Forbidden(
            "headquarters_only", "Only headquarters can do this.", "本部の管理者だけができます。"
        )  # fmt: skip
    form = StoreForm(request.form)
    if not form.validate():
        return _list(form), 422
    if ports().storage.screens.store(form.store_id.data) is not None:
        form.store_id.errors = [_("There is a store with this ID already.")]
        return _list(form), 422
    made = Store(**form.data)
    _save(made, "store_added")
    flash(_("%(name)s has been added. Its screens can be connected now.", name=_name(made)))
    return redirect(url_for("studio.stores"))


@needs(Role.ADMIN)
def store(store_id: str) -> str:
    one = _mine(store_id)
    return _page(_edit_form(one), one)


@needs(Role.ADMIN)
def edit_store(store_id: str) -> Response | tuple[str, int]:
    """Everything but the ID; its screens follow at once."""
    one = _mine(store_id)
    form = _edit_form(one)
    if not form.validate():
        return _page(form, one), 422
    _save(replace(one, **form.data), "store_edited")
    flash(_("Saved."))
    return redirect(url_for("studio.stores"))


def _list(form: StoreForm) -> str:
    screens = ports().storage.screens
    mine = [(one, len(screens.screens(one.store_id))) for one in screens.stores() if me().scope in {None, one.store_id}]
    return render_template("studio/stores.html", stores=mine, form=form, **_lists())


def _page(form: StoreForm, one: Store) -> str:
    return render_template("studio/store.html", one=one, form=form, **_lists())


def _lists() -> dict[str, tuple[str, ...]]:
    return {"zones": COMMON_ZONES, "currencies": COMMON_CURRENCIES}


def _edit_form(one: Store) -> StoreForm:
    form = StoreForm(request.form if request.method == "POST" else None, obj=one)
    del form.store_id  # order lines, screens and campaigns go by it
    if me().scope is not None:  # what headquarters gives
        del form.own_percent, form.own_approval
    return form


def _save(one: Store, verb: str) -> None:
    now = ports().clock()
    ports().storage.screens.save_store(one)
    ports().storage.audit.add(
        now, me().user_id, verb, one.store_id, detail=f"{one.name_ja}, {one.zone}, {one.currency}"
    )
    tell_screens([one.store_id])


def _mine(store_id: str) -> Store:
    """NotFound also for another store's login."""
    one = ports().storage.screens.store(store_id)
    if one is None or me().scope not in {None, store_id}:
        raise NotFound("store_unknown", "There is no such store.", "その店舗は見つかりません。")
    return one


def _name(one: Store) -> str:
    return one.name_en if lang() == "en" else one.name_ja


@cache
def _zones() -> frozenset[str]:
    """Every IANA zone; "localtime" is this machine's, and no name of one."""
    return frozenset(available_timezones()) - {"localtime", "Factory"}
