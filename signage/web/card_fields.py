"""Templates with typed fields: what a campaign's form, or the preview's address, says of a card -> the card, and back."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError

from recommender.domain.text import one_line
from signage.domain.content import Card, Template
from signage.domain.families import Families

TITLE_MAX, LINES_MAX, LINE_MAX = 26, 3, 40
WRITTEN = frozenset({Template.SERVICE, Template.NOTICE})  # nothing but words of the marketer's
LISTED = frozenset({Template.RANKING, Template.TRIO})  # products that sell well here, chosen as they are shown
TEMPLATES = {
    template.value: template for template in (Template.RANKING, Template.TRIO, Template.SERVICE, Template.NOTICE)
}
HEADINGS = {Template.RANKING: ("人気ランキング", "Best sellers"), Template.TRIO: ("いま人気の3品", "Three favourites")}
TAGS = {Template.NOTICE: ("お知らせ", "Notice")}
_TOO_LONG = _l("Use at most 26 characters.")


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _on_one_line(_form: Form, field: StringField) -> None:
    if not one_line(field.data):
        raise ValidationError(_l("Use letters, digits and signs on one line."))


def _heading(label: Any) -> StringField:
    return StringField(label, [Length(max=TITLE_MAX, message=_TOO_LONG), _on_one_line], filters=[_stripped])


def _lines(label: Any) -> TextAreaField:
    return TextAreaField(label, [Optional()], filters=[_stripped], render_kw={"rows": LINES_MAX})


class CardFields(Form):  # type: ignore[misc]
    """What CampaignForm has for cards that are not one product's. `prepare_card` sets the families."""

    family = SelectField(_l("Family"), choices=[""], default="")
    heading_ja = _heading(_l("Heading (Japanese)"))
    heading_en = _heading(_l("Heading (English)"))
    body_ja = _lines(_l("Text (Japanese)"))
    body_en = _lines(_l("Text (English)"))

    def validate_heading_ja(self, field: StringField) -> None:
        if self.template in WRITTEN and not field.data:
            raise ValidationError(_l("Enter a heading."))

    validate_heading_en = validate_heading_ja

    def validate_body_ja(self, field: TextAreaField) -> None:
        lines = field.data.splitlines()
        seen = all(len(line) <= LINE_MAX and one_line(line) for line in lines)
        if self.template in WRITTEN and (len(lines) > LINES_MAX or not seen):
            raise ValidationError(_l("Use at most 3 lines of 40 characters."))

    validate_body_en = validate_body_ja

    @property
    def template(self) -> Template | None:
        """Which of these cards the form asks for, None = none of them."""
        what = getattr(self, "what", None)
        return TEMPLATES.get(what.data or "") if what is not None else None


def prepare_card(form: CardFields, families: Families, lang: str) -> None:
    form.family.choices = [SelectChoice("", _l("None in particular"))]
    form.family.choices += [SelectChoice(key, family.name(lang)) for key, family in families.items()]


def card_of(template: Template, said: Mapping[str, str | None]) -> Card:
    """A template and its fields by name -> the card; a list without a heading gets the house's."""
    texts = {
        name: (said.get(name) or "").strip() for name in ("family", "heading_ja", "heading_en", "body_ja", "body_en")
    }
    plain_ja, plain_en = HEADINGS.get(template, ("", ""))
    written, (tag_ja, tag_en) = template in WRITTEN, TAGS.get(template, ("", ""))
    return Card(
        template, family=texts["family"], title_ja=texts["heading_ja"] or plain_ja, title_en=texts["heading_en"] or plain_en,
        body_ja=texts["body_ja"] if written else "", body_en=texts["body_en"] if written else "", tag_ja=tag_ja, tag_en=tag_en,
    )  # fmt: skip


def card_fields(card: Card | None) -> dict[str, Any]:
    """A card -> what its form shows; nothing of a card that isn't one of these."""
    if card is None or card.template.value not in TEMPLATES:
        return {}
    return {
        "what": card.template.value, "family": card.family, "heading_ja": card.title_ja, "heading_en": card.title_en,
        "body_ja": card.body_ja, "body_en": card.body_en,
    }  # fmt: skip
