"""The part of the campaign form that most campaigns leave as it is: goals, caps, separation, price, distance, odd days."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DecimalField,
    Field,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from recommender.domain.text import same_words
from signage.domain.calendar import week_number
from signage.domain.campaign import TAKEOVER_LASTS, Daypart, Distance, Level, OnHolidays, Targeting
from signage.domain.clock import local
from signage.domain.place import Orientation
from signage.domain.price import MINOR_DIGITS
from signage.storage.campaign_rows import Campaign

RANGE = _l("Enter a number within the range shown.")
_FULL = 100  # percent


def _number(label: Any, most: int) -> IntegerField:
    return IntegerField(label, [InputRequired(RANGE), NumberRange(0, most, RANGE)], default=0)


class _Amount(DecimalField):  # type: ignore[misc]
    """A number: what Decimal also reads ("NaN", "Infinity") is none."""

    data: Decimal | None

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and not self.data.is_finite():
            self.data = None
            raise ValueError(RANGE)


class ConditionFields(Form):  # type: ignore[misc]
    """What CampaignForm has besides its four steps. `currency` is set by `prepare`: "" where stores differ."""

    currency = ""
    tags = SelectMultipleField(_l("Screens with a tag"))
    orientations = SelectMultipleField(_l("Screen shapes"), choices=[shape.value for shape in Orientation])
    holidays = SelectField(
        _l("Public holidays"),
        choices=[
            SelectChoice(OnHolidays.SAME, _l("Like their weekday")), SelectChoice(OnHolidays.ALSO, _l("It runs as well")),
            SelectChoice(OnHolidays.NEVER, _l("It doesn’t run")),
        ],
        default=OnHolidays.SAME,
    )  # fmt: skip
    every_weeks = IntegerField(_l("Every how many weeks"), [InputRequired(RANGE), NumberRange(1, 8, RANGE)], default=1)
    distance = RadioField(
        _l("Distance"),
        choices=[
            SelectChoice(Distance.ANY, _l("Wherever people are")), SelectChoice(Distance.NEAR, _l("Somebody is near")),
            SelectChoice(Distance.FAR, _l("People are only far away")),
        ],
        default=Distance.ANY,
    )  # fmt: skip
    price_at_most = _Amount(
        _l("Only while it costs at most"), [Optional(), NumberRange(0, 10_000_000, RANGE)], places=None
    )
    price_cut = BooleanField(_l("Only while its price is cut"))
    price_proved = BooleanField(_l("The creative shows the usual price to compare with"))
    cap_per_hour = _number(_l("Most plays an hour and screen"), 120)
    cap_per_loop = _number(_l("Most plays a loop"), 10)
    cap_per_guest = _number(_l("Most plays before one member"), 10)
    goal_plays = _number(_l("Goal (plays)"), 10_000_000)
    goal_share = _number(_l("Share of voice (%)"), _FULL)
    competitor = StringField(
        _l("Trade, for competitive separation"), [Length(max=40, message=_l("Use at most 40 characters."))]
    )

    def validate_goal_share(self, field: IntegerField) -> None:
        if field.data and self.goal_plays.data:
            raise ValidationError(_l("Set one of the two goals, not both."))
        if field.data and self.level.data != Level.GUARANTEED.name.lower():
            raise ValidationError(_l("A share of voice needs the level Guaranteed."))

    def validate_every_weeks(self, field: IntegerField) -> None:
        if (field.data or 1) > 1 and not self.start.data:
            raise ValidationError(_l("Enter the flight: the weeks are counted from its first one."))

    def validate_price_at_most(self, field: DecimalField) -> None:
        if not field.data or field.errors:  # out of range: said already
            return
        _needs_product(self)
        if not self.currency:
            raise ValidationError(_l("These stores have different currencies. Choose stores of one."))
        if minor(field.data, self.currency) is None:
            raise ValidationError(RANGE)

    def validate_price_cut(self, field: BooleanField) -> None:
        if field.data:
            _needs_product(self)

    def validate_price_proved(self, field: BooleanField) -> None:
        if field.data:
            _needs_product(self)

    def validate_level(self, field: Field) -> None:
        if field.data != Level.TAKEOVER.name.lower():
            return
        start, end = self.start.data, self.end.data
        if not (start and end) or end - start > TAKEOVER_LASTS:
            raise ValidationError(_l("A takeover needs a flight of at most 24 hours."))


def minor(amount: Decimal, currency: str) -> int | None:
    """An amount as people write it -> minor units; None when it has more digits than the currency."""
    scaled = amount.scaleb(MINOR_DIGITS.get(currency, 2))
    return int(scaled) if scaled == scaled.to_integral_value() else None


def with_conditions(plain: Campaign, form: ConditionFields, zone: str) -> Campaign:
    """A campaign with what these fields say of it."""
    return replace(
        plain, cap_per_hour=form.cap_per_hour.data, cap_per_loop=form.cap_per_loop.data,
        cap_per_guest=form.cap_per_guest.data, goal_plays=form.goal_plays.data, goal_share=form.goal_share.data,
        competitor=same_words(form.competitor.data or ""), price_cut=form.price_cut.data,
        price_proved=form.price_proved.data,
        price_at_most=minor(form.price_at_most.data or Decimal(0), form.currency) or 0,
        dayparts=_odd_days(plain, form, zone),
        targeting=replace(
            plain.targeting, tags=frozenset(form.tags.data), distance=Distance(form.distance.data),
            orientations=frozenset(Orientation(name) for name in form.orientations.data),
        ),
    )  # fmt: skip


def condition_fields(campaign: Campaign, currency: str) -> dict[str, Any]:
    """A campaign -> what these fields show."""
    part = campaign.dayparts[0] if campaign.dayparts else Daypart(frozenset(), 0, 0)
    aim: Targeting = campaign.targeting
    most = Decimal(campaign.price_at_most).scaleb(-MINOR_DIGITS.get(currency, 2))
    return {
        "cap_per_hour": campaign.cap_per_hour, "cap_per_loop": campaign.cap_per_loop,
        "cap_per_guest": campaign.cap_per_guest, "goal_plays": campaign.goal_plays, "goal_share": campaign.goal_share,
        "competitor": campaign.competitor, "price_at_most": most or None, "price_cut": campaign.price_cut,
        "price_proved": campaign.price_proved,
        "holidays": part.holidays, "every_weeks": part.every_weeks, "tags": sorted(aim.tags), "distance": aim.distance,
        "orientations": sorted(aim.orientations),
    }  # fmt: skip


def _odd_days(plain: Campaign, form: ConditionFields, zone: str) -> tuple[Daypart, ...]:
    holidays, weeks = OnHolidays(form.holidays.data), form.every_weeks.data
    if not plain.dayparts and holidays is not OnHolidays.NEVER and weeks == 1:
        return ()
    first = week_number(local(plain.flight.start, zone).date()) % weeks if plain.flight else 0
    parts = plain.dayparts or (Daypart(frozenset(range(7)), 0, 1440),)
    return tuple(replace(part, holidays=holidays, every_weeks=weeks, week=first) for part in parts)


def _needs_product(form: Any) -> None:
    if form.what.data == "clock" or not (form.gtin.data or "").strip():
        raise ValidationError(_l("A condition on the price needs a product."))
