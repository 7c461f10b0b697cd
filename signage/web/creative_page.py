"""One creative: how it is laid, until when it runs, its variants for other screens, the campaigns that show it, its history."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateTimeLocalField, Form, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from recommender.domain.text import one_line
from signage.decide.files import shapes
from signage.domain.clock import local
from signage.domain.content import SAFE_PERCENT, Frame, Framing, Media
from signage.domain.place import Orientation
from signage.storage import wishes
from signage.storage.creatives import Creative, CreativeState
from signage.storage.users import Role
from signage.web.creative_pages import just_deleted
from signage.web.days import YEARS
from signage.web.guard import me, needs, takes_files
from signage.web.library import LANGUAGES, NAME_MAX, destination, facts, here_already, take_one
from signage.web.ports import ports, tell_screens
from signage.web.show import LANGUAGE_WORDS, zone_of

_LOCAL = "%Y-%m-%dT%H:%M"


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/creatives/<creative_id>", "creative", creative)
    pages.add_url_rule("/studio/creatives/<creative_id>", "edit_creative", edit_creative, methods=["POST"])
    pages.add_url_rule("/studio/creatives/<creative_id>/variants", "add_variant", add_variant, methods=["POST"])


class CreativeForm(Form):  # type: ignore[misc]
    """What people say of a creative. `expires` is on the clock of its store."""

    name = StringField(
        _l("Name"),
        [InputRequired(_l("Enter a name.")), Length(max=NAME_MAX, message=_l("Use at most 200 characters."))],
    )
    frame = RadioField(_l("On screens of another shape"), choices=[frame.value for frame in Frame])
    safe_percent = SelectField(
        _l("Free space at each side"),
        choices=[SelectChoice(percent, f"{percent} %") for percent in SAFE_PERCENT],
        coerce=int,
    )
    language = SelectField(_l("Language of what is written on it"), choices=list(LANGUAGES))
    expires = DateTimeLocalField(_l("Not shown from"), [Optional()], format=_LOCAL)

    def validate_name(self, field: StringField) -> None:
        if not one_line(field.data) or not field.data.strip():
            raise ValidationError(_l("Use letters, digits and signs on one line."))

    def validate_expires(self, field: DateTimeLocalField) -> None:
        if field.data and field.data.year not in YEARS:
            raise ValidationError(_l("Enter a day from 2000 to 2099."))


@needs(Role.VIEWER)
def creative(creative_id: str) -> str:
    one = ports().storage.creatives.get(creative_id, me().scope)
    zone = zone_of(one.store_id)
    expires = local(one.expires_at, zone).replace(tzinfo=None) if one.expires_at else None
    framing = _wished(one) or one.framing
    form = CreativeForm(
        name=one.name, language=one.language, expires=expires, frame=framing.frame, safe_percent=framing.safe_percent
    )
    return _page(one, form)


@needs(Role.EDITOR)
def edit_creative(creative_id: str) -> Response | tuple[str, int]:
    """Saves; a new frame is made from the file as it was uploaded. 422 with the form when something is wrong."""
    storage = ports().storage
    one = storage.creatives.editable(creative_id, me().scope)
    form = CreativeForm(request.form)
    if not form.validate():
        return _page(one, form), 422
    framing, shown = Framing(Frame(form.frame.data), form.safe_percent.data), one.state is CreativeState.READY
    storage.creatives.describe(
        creative_id, me().scope, me().user_id, ports().clock(), name=form.name.data.strip(), language=form.language.data,
        expires_at=_utc(form.expires.data, zone_of(one.store_id)), framing=None if shown else framing,
    )  # fmt: skip
    if framing != (_wished(one) or one.framing):
        _lay(one, framing)
    tell_screens([])
    return redirect(url_for("studio.creative", creative_id=one.variant_of or creative_id))


def _lay(one: Creative, framing: Framing) -> None:
    """Another frame is made by the worker; what screens show goes on until it is there."""
    if one.state is not CreativeState.READY:
        ports().enqueue("creative", one.creative_id)
        return
    ports().storage.jobs.supersede(wishes.subjects(one.creative_id), ports().clock())
    ports().enqueue(wishes.KIND, wishes.subject(one.creative_id, framing))


def _wished(one: Creative) -> Framing | None:
    """The frame that it is being laid into."""
    subject = ports().storage.jobs.open_of(wishes.subjects(one.creative_id))
    return wishes.wished(subject)[1] if subject else None


@needs(Role.EDITOR)
@takes_files
def add_variant(creative_id: str) -> Response:
    """Further files of it, for another shape or `language` of screens."""
    to = destination(creative_id, request.form.get("language", ""))
    for file in request.files.getlist("files"):
        taken = take_one(file, to)
        if taken is not None and not taken.at_work:
            flash(here_already(taken))
    return redirect(url_for("studio.creative", creative_id=to.root))


def _page(one: Creative, form: CreativeForm) -> str:
    storage = ports().storage
    variants = storage.creatives.variants(one.creative_id)
    files, uses = [one, *variants], storage.creatives.used_in(one.creative_id)
    return render_template(
        "studio/creative.html", one=one, form=form, variants=variants, facts=facts, laying=_wished(one) is not None,
        deleted=just_deleted(storage.creatives.removed(me().scope)),
        shapes={file.creative_id: _shapes(file) for file in files}, zone=zone_of(one.store_id),
        uses=[use for use in uses if me().scope in {None, use.store_id}],
        elsewhere=sum(me().scope not in {None, use.store_id} for use in uses),
        history=storage.audit.of([file.creative_id for file in files]),
        expired=one.expired(ports().clock()), languages=_languages(), limit_mb=ports().upload_max_mb,
    )  # fmt: skip


def _languages() -> dict[str, str]:
    return {"": _("For every screen")} | LANGUAGE_WORDS


def _shapes(one: Creative) -> list[Orientation]:
    """The screens that it fits, once it is ready; as deciding has it."""
    if one.state is not CreativeState.READY:
        return []
    media = Media(one.creative_id, one.kind, one.sha256, one.mime, one.width, one.height, one.name)
    return sorted(shapes(media))


def _utc(naive: datetime | None, zone: str) -> datetime | None:
    return naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if naive else None
