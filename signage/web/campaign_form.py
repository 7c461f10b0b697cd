"""The campaign form: what, where, when, for whom -> a campaign, and a campaign -> the form to edit it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import HiddenInput

from signage.domain.campaign import FLIGHT_LASTS, Daypart, Flight, Level, Restriction, Targeting
from signage.domain.clock import local
from signage.domain.content import Card, MediaKind, Template
from signage.domain.families import Families
from signage.domain.place import Screen, Store, Zone
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.creatives import Creative
from signage.web.campaign_conditions import RANGE, ConditionFields, condition_fields, with_conditions
from signage.web.card_fields import CardFields, card_fields, card_of, prepare_card
from signage.web.days import YEARS
from signage.web.language import lang

MIN_LENGTH_S, MAX_LENGTH_S = 8, 60
OF_A_PRODUCT = ("creative", "card")  # what promotes the product of the form; the rest has none, or several
_MOST_REVISIONS = 2**31 - 1
_LOCAL = "%Y-%m-%dT%H:%M"  # what browsers send and expect back
_TITLE = Length(max=26, message=_l("Use at most 26 characters."))


class CampaignForm(CardFields, ConditionFields):
    """Field names are the form's; `prepare` sets the choices that depend on the store."""

    campaign_id = HiddenField(validators=[Optional(), Regexp(r"[A-Za-z0-9_.-]{1,60}\Z")])  # a part of its address
    revision = IntegerField(validators=[NumberRange(0, _MOST_REVISIONS)], widget=HiddenInput(), default=0)
    name = StringField(
        _l("Name"), [DataRequired(_l("Enter a name.")), Length(max=80, message=_l("Use at most 80 characters."))]
    )
    what = RadioField(
        choices=[
            SelectChoice("creative", _l("Creatives")), SelectChoice("card", _l("Product card")),
            SelectChoice("ranking", _l("Ranking")), SelectChoice("trio", _l("Three prices")),
            SelectChoice("service", _l("Service")), SelectChoice("notice", _l("Notice")), SelectChoice("clock", _l("Clock")),
        ],
        default="creative",
    )  # fmt: skip
    creatives = SelectMultipleField(_l("Creatives"))
    gtin = StringField(_l("Product"))
    title_ja = StringField(_l("Words under the time (Japanese)"), [_TITLE], default="いらっしゃいませ")
    title_en = StringField(_l("Words under the time (English)"), [_TITLE], default="Welcome")
    length_s = IntegerField(
        _l("Seconds on screen"), [InputRequired(RANGE), NumberRange(MIN_LENGTH_S, MAX_LENGTH_S, RANGE)], default=10
    )
    stores = SelectMultipleField(_l("Stores"))
    zones = SelectMultipleField(_l("Zones"))
    screens = SelectMultipleField(_l("Screens"))
    start = DateTimeLocalField(_l("From"), [Optional()], format=_LOCAL)
    end = DateTimeLocalField(_l("Until"), [Optional()], format=_LOCAL)
    weekdays = SelectMultipleField(_l("Days"), choices=[str(n) for n in range(7)])
    from_time = TimeField(_l("From"), [Optional()])
    to_time = TimeField(_l("Until"), [Optional()])
    audience = RadioField(
        choices=[
            SelectChoice("any", _l("Everybody")), SelectChoice("adults", _l("Adults")),
            SelectChoice("seniors", _l("Seniors")), SelectChoice("mixed", _l("Adults and seniors")),
        ],
        default="any",
    )  # fmt: skip
    guests_only = BooleanField(_l("Only after a member has held up a code"))
    restriction = SelectField(_l("Restriction"), choices=[member.value for member in Restriction])
    level = SelectField(_l("Priority level"), choices=[])
    sponsored = BooleanField(_l("Paid for by a third party (carries the word Ad)"))

    def validate_creatives(self, field: SelectMultipleField) -> None:
        if self.what.data == "creative" and not field.data:
            raise ValidationError(_l("Choose at least one creative."))

    def validate_gtin(self, field: StringField) -> None:
        if self.what.data == "card" and not (field.data or "").strip():
            raise ValidationError(_l("Choose a product."))

    def validate_start(self, field: DateTimeLocalField) -> None:  # runs only when the field is filled in
        _has_calendar(field)
        if not self.end.data:
            raise ValidationError(_l("Enter both ends of the flight, or neither."))

    def validate_end(self, field: DateTimeLocalField) -> None:
        _has_calendar(field)
        if not self.start.data:
            raise ValidationError(_l("Enter both ends of the flight, or neither."))
        if field.data <= self.start.data:
            raise ValidationError(_l("The flight ends before it starts."))
        if field.data - self.start.data > FLIGHT_LASTS:
            raise ValidationError(_l("A flight lasts five years at most. A campaign without an end needs no dates."))

    def validate_from_time(self, field: TimeField) -> None:
        if self.to_time.data is None:
            raise ValidationError(_l("Enter both times, or neither."))

    def validate_to_time(self, field: TimeField) -> None:
        if self.from_time.data is None:
            raise ValidationError(_l("Enter both times, or neither."))
        if field.data == self.from_time.data:
            raise ValidationError(_l("The two times are the same."))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person may choose from `now`. `levels` depend on their role; `zone` is the clock of the form's dates; `trades`
    are those that other campaigns name."""

    creatives: list[Creative]
    stores: list[Store]
    screens: list[Screen]
    levels: list[Level]
    zone: str
    owner: str
    trades: list[str]
    families: Families
    now: datetime


def prepare(form: CampaignForm, choices: Choices) -> CampaignForm:
    form.creatives.choices = [creative.creative_id for creative in choices.creatives]
    form.stores.choices = [store.store_id for store in choices.stores]
    form.zones.choices = [zone.value for zone in Zone]
    form.screens.choices = [screen.screen_id for screen in choices.screens]
    form.tags.choices = sorted({tag for screen in choices.screens for tag in screen.tags} | set(form.tags.data or ()))
    chosen = [store for store in choices.stores if not form.stores.data or store.store_id in form.stores.data]
    currencies = {store.currency for store in chosen}
    form.currency = currencies.pop() if len(currencies) == 1 else ""
    prepare_card(form, choices.families, lang())
    form.level.choices = [level.name.lower() for level in choices.levels]
    if not form.level.data:
        form.level.data = Level.OPEN.name.lower()
    if not form.campaign_id.data:
        form.campaign_id.data = str(uuid4())
    return form


def to_campaign(form: CampaignForm, choices: Choices) -> Campaign:
    """A valid form -> the campaign it describes. A store's own people can't aim at another store."""
    stores = frozenset({choices.owner} if choices.owner else form.stores.data)
    audience = frozenset() if form.audience.data == "any" else frozenset({str(form.audience.data)})
    plain = Campaign(
        campaign_id=form.campaign_id.data, name=form.name.data.strip(), level=Level[form.level.data.upper()],
        store_id=choices.owner, spots=_spots(form, choices), flight=_flight(form, choices.zone),
        dayparts=_dayparts(form),
        targeting=Targeting(
            stores=stores, zones=frozenset(form.zones.data), screens=frozenset(form.screens.data), audience=audience,
            guests_only=form.guests_only.data,
        ),
        gtins=(form.gtin.data,) if form.gtin.data and form.what.data in OF_A_PRODUCT else (),
        restriction=Restriction(form.restriction.data), sponsored=form.sponsored.data,
        revision=form.revision.data,
    )  # fmt: skip
    return with_conditions(plain, form, choices.zone)


def _has_calendar(field: DateTimeLocalField) -> None:
    if field.data.year not in YEARS:
        raise ValidationError(_l("Enter a day from 2000 to 2099. A campaign without an end needs no dates."))


def _spots(form: CampaignForm, choices: Choices) -> tuple[CampaignSpot, ...]:
    """Each creative is a spot of its own; a video lasts as long as it is."""
    length_ms, base = form.length_s.data * 1000, form.campaign_id.data
    if form.what.data != "creative":
        return (CampaignSpot(f"{base}-card", form.name.data.strip(), length_ms, card=_card(form)),)
    chosen = [creative for creative in choices.creatives if creative.creative_id in form.creatives.data]
    return tuple(
        CampaignSpot(
            f"{base}-{creative.creative_id[:8]}", creative.name,
            creative.duration_ms if creative.kind is MediaKind.VIDEO else length_ms, creative.creative_id,
        )
        for creative in chosen
    )  # fmt: skip


def _card(form: CampaignForm) -> Card:
    if form.template is not None:
        return card_of(form.template, form.data)
    if form.what.data == "clock":
        return clock_card(form.title_ja.data, form.title_en.data)
    return Card(Template.PRODUCT, form.gtin.data)


def clock_card(title_ja: str, title_en: str) -> Card:
    """The store's time and date over these words, each for one language of screens."""
    return Card(Template.CLOCK, title_ja=title_ja.strip(), title_en=title_en.strip())


def _flight(form: CampaignForm, zone: str) -> Flight | None:
    if not (form.start.data and form.end.data):
        return None
    start, end = (naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for naive in (form.start.data, form.end.data))
    return Flight(start, end)


def _dayparts(form: CampaignForm) -> tuple[Daypart, ...]:
    days = frozenset(int(value) for value in form.weekdays.data) or frozenset(range(7))
    if form.from_time.data is None or form.to_time.data is None:
        return () if len(days) == 7 else (Daypart(days, 0, 1440),)
    return (Daypart(days, *(at.hour * 60 + at.minute for at in (form.from_time.data, form.to_time.data))),)


def fields_of(campaign: Campaign, choices: Choices) -> dict[str, Any]:
    """A campaign -> what its form shows."""
    part = campaign.dayparts[0] if campaign.dayparts else Daypart(frozenset(range(7)), 0, 1440)
    timed = (part.start_min, part.end_min) != (0, 1440)
    card = next((spot.card for spot in campaign.spots if spot.card), None)
    clock = {"title_ja": card.title_ja, "title_en": card.title_en} if card and card.template is Template.CLOCK else {}
    zone, aimed = choices.zone, campaign.targeting.stores
    currency = next((store.currency for store in choices.stores if not aimed or store.store_id in aimed), "")
    return clock | condition_fields(campaign, currency) | {
        "campaign_id": campaign.campaign_id, "revision": campaign.revision, "name": campaign.name,
        "what": "clock" if clock else "card" if card else "creative", "gtin": campaign.gtins[0] if campaign.gtins else "",
        "creatives": [spot.creative_id for spot in campaign.spots if spot.creative_id],
        "length_s": _length_s(campaign), "stores": sorted(campaign.targeting.stores),
        "zones": sorted(campaign.targeting.zones), "screens": sorted(campaign.targeting.screens),
        "start": _naive(campaign.flight.start, zone) if campaign.flight else None,
        "end": _naive(campaign.flight.end, zone) if campaign.flight else None,
        "weekdays": [str(n) for n in sorted(part.weekdays)], "from_time": _time(part.start_min) if timed else None,
        "to_time": _time(part.end_min) if timed else None,
        "audience": next(iter(campaign.targeting.audience), "any"), "guests_only": campaign.targeting.guests_only,
        "restriction": campaign.restriction.value, "level": campaign.level.name.lower(),
        "sponsored": campaign.sponsored,
    } | card_fields(card)  # fmt: skip


def _length_s(campaign: Campaign) -> int:
    return max(MIN_LENGTH_S, min(MAX_LENGTH_S, campaign.spots[0].length_ms // 1000)) if campaign.spots else 10


def _naive(at: datetime, zone: str) -> datetime:
    return local(at, zone).replace(tzinfo=None)


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
