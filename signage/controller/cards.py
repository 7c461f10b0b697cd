"""Cards: a spot's template in, everything that the player draws of it out (show.json's `card`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recommender.domain.product import Offer, Product
from recommender.domain.recommendation import Place
from signage.controller.house import SCREEN_ADDRESS
from signage.controller.products import Assortment
from signage.controller.qr import qr
from signage.controller.rooms import Rooms, Site
from signage.domain.campaign import Spot
from signage.domain.content import WORDS_ONLY, Card, Template
from signage.domain.decision import Reason
from signage.domain.guest import GuestSession
from signage.domain.place import Orientation, Zone
from signage.domain.words import ON_SCREEN, Words, public

SEE_STOCK = Words("在庫と産地を見る", "See stock and origin")
SEE_SHELF = Words("この棚の商品を見る", "See this shelf")
SEE_PICKS = Words("おすすめを見る", "See your picks")
READ_MORE = Words("くわしく見る", "Read more")
ILLUSTRATION = Words("絵は商品のイメージです", "Pictures are illustrations")
LAST_FOUR_WEEKS = Words("当店と全店の販売・直近4週間", "Sold here and in all stores, past 4 weeks")
CODE_READ = Words("会員コードを確認しました", "Member code accepted")
NO_NAME = Words("お名前は表示しません", "Your name is never shown")
END_HINT = Words(
    "くわしくはスマートフォンの会員ページへ。すぐに消すときは[表示を終える]",
    "More on your phone's member page. To clear this at once, tap “End now”",
)
CANDIDATES = 16  # best sellers looked at for one card: more than a screen avoids to repeat
TURNS = 12  # best sellers that take turns on a shelf's card of three
COUNT = {
    Template.PRODUCT: 1, Template.PICK: 1, Template.TRIO: 3, Template.RANKING: 5, Template.RECIPE: 3, Template.MOMENT: 3,
}  # fmt: skip
LEAST = {Template.TRIO: 3, Template.RANKING: 3, Template.RECIPE: 2, Template.MOMENT: 0}


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and for whom a card is filled. `seen`: products on this screen lately, newest first; `assortment`: what was
    asked for this moment already."""

    site: Site
    now: datetime
    audience: str = "unknown"
    near: bool = True
    reasons: Sequence[Reason] = ()
    guest: GuestSession | None = None
    seen: Sequence[str] = ()
    leased: bool = False
    assortment: Assortment | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """`about` names the products on the card in words, for proof of play."""

    card: dict[str, Any]
    gtins: tuple[str, ...] = ()
    about: str = ""


class Cards:
    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def fill(self, spot: Spot, card: Card, scene: Scene) -> Filled | None:
        """None when there is nothing in stock to fill it with."""
        if card.template in WORDS_ONLY:
            return Filled(self._blank(card, scene) | {"qr": self._link(card, scene)})
        assortment = scene.assortment or Assortment(self._rooms, scene.site)
        gtins, reasons = self._candidates(spot, card, scene)
        named = scene.guest is None and (card.gtin or spot.gtins)
        found = self._found(assortment, card, gtins, listed=not named)
        if len(found) < LEAST.get(card.template, 1):
            return None
        short = card.template is Template.RANKING
        printed = [
            assortment.print(product, offer, scene.now, reasons.get(product.gtin, ""), leased=scene.leased, short=short)
            for product, offer in found
        ]
        return Filled(
            self._blank(card, scene) | self._around(card, scene, found) | {"products": printed},
            tuple(product.gtin for product, _ in found),
            (", " if scene.site.lang == "en" else "・").join(item["name"] for item in printed),
        )

    def _found(
        self, assortment: Assortment, card: Card, gtins: Sequence[str], *, listed: bool
    ) -> list[tuple[Product, Offer]]:
        """As many as the card has room for; a shelf's edge is for prices, so there those with one come first."""
        count = COUNT[card.template]
        if card.template is not Template.TRIO:
            return assortment.find(gtins, count, listed=listed)
        return sorted(assortment.find(gtins, TURNS, listed=listed), key=lambda pair: pair[1].price is None)[:count]

    def _candidates(self, spot: Spot, card: Card, scene: Scene) -> tuple[list[str], dict[str, str]]:
        """Products by how much they suit, and the words to stand beside each."""
        lang = scene.site.lang
        if card.template in (Template.MOMENT, Template.PICK):
            guest = scene.guest.affinity if scene.guest else None
            items = guest.items if guest and not guest.withheld else ()
            words = {item.gtin: public(str(item.reason), lang) for item in items}
            ordered = [item.gtin for item in items]
            return ordered if card.template is Template.MOMENT else _rotate(ordered, scene.seen), words
        said = next((text for reason in scene.reasons if (text := public(str(reason), lang))), "")
        if card.gtin:
            return [card.gtin], {card.gtin: said}
        if spot.gtins:
            turns = spot.gtins if card.template is Template.RECIPE else _rotate(spot.gtins, scene.seen)
            return list(turns), dict.fromkeys(spot.gtins, said)
        place = Place(scene.site.store.store_id, scene.now, scene.audience)
        top = self._rooms.crowd.top(place, CANDIDATES, card.family)
        words = {item.gtin: public(str(item.reason), lang) for item in top}
        ordered = [item.gtin for item in top]
        if card.template is Template.TRIO:
            return _rotate(ordered[:TURNS], scene.seen), words
        return _rotate(ordered, scene.seen) if card.template is Template.PRODUCT else ordered, words

    def _around(self, card: Card, scene: Scene, found: Sequence[tuple[Product, Offer]]) -> dict[str, Any]:
        """What stands around the products."""
        site, lang = scene.site, scene.site.lang
        around: dict[str, Any] = {
            "legal": Assortment(self._rooms, site).legal(product for product, _ in found),
            "image_note": ILLUSTRATION.say(lang),
        }
        if card.template is Template.MOMENT:
            lines = [NO_NAME.say(lang), END_HINT.say(lang)]
            return around | {
                "tag": CODE_READ.say(lang), "title": ON_SCREEN[Reason.MEMBER_HERE].say(lang), "lines": lines,
            }  # fmt: skip
        if card.template is Template.RANKING:
            return around | {"basis": LAST_FOUR_WEEKS.say(lang)}
        if card.template is Template.RECIPE:
            return around
        caption = SEE_SHELF if card.template is Template.TRIO else SEE_STOCK
        link = f"{self._rooms.base_url}/01/{found[0][0].gtin}?s={site.store.store_id}"
        around["qr"] = qr(link, caption.say(lang))
        if site.screen.zone is Zone.SHELF:
            around["place"] = site.screen.place_en if lang == "en" else site.screen.place_ja
        return around

    def _blank(self, card: Card, scene: Scene) -> dict[str, Any]:
        lang = scene.site.lang
        title, body, label = (
            (card.title_en, card.body_en, card.tag_en) if lang == "en" else (card.title_ja, card.body_ja, card.tag_ja)
        )
        alone = card.template in (Template.PRODUCT, Template.PICK, Template.MOMENT)
        strip = scene.site.screen.orientation is Orientation.STRIP
        said = next((text for reason in scene.reasons if (text := public(str(reason), lang))), "")
        tag = said if Reason.SPONSORED in scene.reasons else label or said  # an advertisement always says so
        return {
            "template": str(Template.PRODUCT if card.template is Template.PICK else card.template),
            "language": lang,
            "tag": tag,
            "products": [],
            "title": "" if alone or (strip and card.template is Template.TRIO) else title,
            "lines": body.splitlines(),
            "basis": "",
            "qr": None,
            "place": "",
            "legal": "",
            "image_note": "",
            "near": scene.near,
            "picture": self._picture(card, lang),
        }

    def _picture(self, card: Card, lang: str) -> dict[str, str] | None:
        """The tile of a card of words; None for a card that has its products' tiles, or no picture."""
        if not (card.pictogram or (card.template in (*WORDS_ONLY, Template.RECIPE) and card.family)):
            return None
        family = self._rooms.families[card.family]
        return {
            "pictogram": card.pictogram,
            "tint": family.tint,
            "deep": family.deep,
            "letter": family.letter(lang),
        }

    def _link(self, card: Card, scene: Scene) -> dict[str, str | int] | None:
        if not card.link:
            return None
        lang = scene.site.lang
        if card.link != SCREEN_ADDRESS:
            return qr(f"{self._rooms.base_url}{card.link}?s={scene.site.store.store_id}", READ_MORE.say(lang))
        token = self._rooms.tokens.make(scene.site.screen.screen_id)
        return qr(f"{self._rooms.base_url}{SCREEN_ADDRESS}{token}", SEE_PICKS.say(lang))


def _rotate(gtins: Sequence[str], seen: Sequence[str]) -> list[str]:
    """Those not seen lately first, in their order; then the others, longest unseen first."""
    age = {gtin: position for position, gtin in reversed(list(enumerate(seen)))}
    return sorted(gtins, key=lambda gtin: -age[gtin] if gtin in age else -len(seen) - 1)
