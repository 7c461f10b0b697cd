"""What can be shown: creatives (files), cards (templates with live data) and the spots made of them."""

from dataclasses import dataclass
from enum import StrEnum


class MediaKind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"


class Frame(StrEnum):
    """How a creative is laid into the shape of screens (16:9, 9:16 or 16:3, whichever it is nearest to)."""

    AS_IS = "as_is"  # untouched: each screen's own setting says what happens to another shape
    FIT = "fit"  # whole, with a plain ground beside it
    FILL = "fill"  # cropped


SAFE_PERCENT = (0, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Framing:
    """What is done to a file when it is processed. `safe_percent` of each side: ground that is left free around it."""

    frame: Frame = Frame.AS_IS
    safe_percent: int = 0

    @property
    def plain(self) -> bool:
        return self.frame is Frame.AS_IS and not self.safe_percent


PLAIN = Framing()


class Template(StrEnum):
    PRODUCT = "product"  # one product: price, stock, QR
    RANKING = "ranking"  # the store's best sellers
    TRIO = "trio"  # three products on a shelf edge
    SERVICE = "service"  # words of ours
    NOTICE = "notice"  # words that people must be able to find: a plain sign
    CLOCK = "clock"  # the store's time and date, over words of ours
    RECIPE = "recipe"  # a dish, and up to three products for it
    MOMENT = "moment"  # the greeting for a guest
    PICK = "pick"  # one product out of the guest's affinity


WORDS_ONLY = frozenset({Template.SERVICE, Template.NOTICE, Template.CLOCK})  # no product: nothing changes with the day


@dataclass(frozen=True, slots=True)
class Media:
    """A processed creative. Files are addressed by the SHA-256 of what is served; `name` is only data. `language`: of what is
    written on it, "" = for every screen."""

    creative_id: str
    kind: MediaKind
    sha256: str
    mime: str
    width: int
    height: int
    name: str
    size: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A template of ours. `gtin` for product cards ("" = the best product for this crowd), words for the others.

    `family` narrows ranking and trio to one family of the catalogue; a card of words takes its colours. `tag`: the few
    words above a title; a new line in `body` begins a new one on the card. A title is the spot's name on people's pages,
    too, and on product and guest cards nothing else. `link`: path that the QR of a card of words opens; "/s/" stands for
    this screen's own short-lived address.
    """

    template: Template
    gtin: str = ""
    family: str = ""
    title_ja: str = ""
    title_en: str = ""
    body_ja: str = ""
    body_en: str = ""
    pictogram: str = ""
    link: str = ""
    tag_ja: str = ""
    tag_en: str = ""
