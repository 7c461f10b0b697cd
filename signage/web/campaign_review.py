"""考査: what an approver has to look at before a campaign may run, as reasons to tick; and the list of what waits for them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import cast

from flask import Blueprint, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recommender.domain.product import Product
from signage.domain.campaign import CampaignState, Flight, Restriction
from signage.storage.campaign_rows import Campaign
from signage.storage.campaign_search import Sought
from signage.storage.campaigns import LIVE
from signage.storage.users import Role
from signage.web.campaign_summary import sentence
from signage.web.guard import me, needs
from signage.web.language import lang
from signage.web.paging import Paged, asked_page
from signage.web.ports import ports
from signage.web.show import zone_of

A_PAGE = 50
AD, COMPETING = "ad", "competing"
CLASS_WORDS = {
    "alcohol": _l("Alcohol"), "tobacco": _l("Tobacco"), "adult": _l("Adults only"), "age_limited": _l("Sold to adults only"),
    "medicine": _l("Medicine"), "supplement": _l("Food supplement"), "baby": _l("For babies"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to look at; `key` comes back from its tick."""

    key: str
    text: str


Ask = Callable[[Campaign], tuple[Reason, ...]]
Waiting = tuple[Campaign, tuple[Reason, ...], str]  # with its sentence


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/review", "review", review)


@needs(Role.APPROVER)
def review() -> str:
    """What was submitted, the longest waiting first by the page, and on it those with something to look at first."""
    storage = ports().storage
    total = storage.campaigns.counts(me().scope, Sought(state=CampaignState.SUBMITTED)).get(CampaignState.SUBMITTED, 0)
    paged, ask = Paged(asked_page(), total, A_PAGE), asker()
    told: list[Waiting] = ports().offload(lambda: _waiting(ask, paged))
    return render_template(
        "studio/review.html", waiting=told, paged=paged,
        people=storage.users.names([one.created_by for one, _reasons, _said in told]),
        asks=[str(CLASS_WORDS.get(word, word)) for word in ports().review if word not in (AD, COMPETING)],
        ads=AD in ports().review, competing=COMPETING in ports().review,
    )  # fmt: skip


def _waiting(ask: Ask, paged: Paged) -> list[Waiting]:
    storage, zone = ports().storage, cache(zone_of)
    stores, screens = storage.screens.stores(), storage.screens.screens(me().scope)
    told = [
        (one, ask(one), sentence(one, stores, screens, lang(), zone=zone(one.store_id)))
        for one in storage.campaigns.waiting(me().scope, paged.start, A_PAGE)
    ]
    return sorted(told, key=lambda entry: not entry[1])


def asker() -> Ask:
    """Campaign -> what is to be looked at, by all that may run beside it and by the catalogue as it is."""
    return cast(Ask, ports().offload(_asker))


def _asker() -> Ask:
    storage = ports().storage
    others = [one for one in storage.campaigns.all(None, ports().clock()) if one.state in LIVE]
    gtins = {gtin for one in others for gtin in promoted(one)}
    products = storage.catalog.products(sorted(gtins)) if gtins else {}
    return lambda one: reasons(one, others, products, ports().review)


def reasons(
    one: Campaign, others: Iterable[Campaign], products: Mapping[str, Product], watched: Sequence[str]
) -> tuple[Reason, ...]:
    """`watched`: law classes, categories of the catalogue, "ad" and "competing" (see SHELFCAST_REVIEW), in their order."""
    mine = [products[gtin] for gtin in promoted(one) if gtin in products]
    classes = {product.law_class for product in mine} | {one.restriction.value} - {Restriction.NONE.value}
    found = []
    for word in watched:
        named = [product for product in mine if product.category == word]
        if word in classes:
            found.append(Reason(word, _("Restricted: %(what)s", what=CLASS_WORDS.get(word, word))))
        elif named:
            what = named[0].category_en if lang() == "en" else named[0].category_ja
            found.append(Reason(word, _("To be looked at: %(what)s", what=what)))
        elif word == AD and one.sponsored:
            found.append(Reason(AD, _("Paid for by a third party")))
        elif word == COMPETING and (rivals := [two for two in others if competes(one, two, products)]):
            told = _(
                "Competes with %(names)s", names=(", " if lang() == "en" else "、").join(two.name for two in rivals)
            )
            found.append(Reason(_among(rivals), told))
    return tuple(found)


def _among(rivals: Iterable[Campaign]) -> str:
    """The key of "competing": who ticked it saw these rivals, and no others."""
    ids = " ".join(sorted(rival.campaign_id for rival in rivals))
    return f"{COMPETING}-{sha256(ids.encode()).hexdigest()[:16]}"


def competes(one: Campaign, two: Campaign, products: Mapping[str, Product]) -> bool:
    """The same trade, or products of one category where either is an ad; on the same days and in a common store."""
    rivals, ad = one.competitor and one.competitor == two.competitor, one.sponsored or two.sponsored
    if one.campaign_id == two.campaign_id or not (rivals or ad) or not _meet(one, two):  # asked of every pair there is
        return False
    ours, theirs = ({products[gtin].category for gtin in promoted(c) if gtin in products} for c in (one, two))
    return bool(rivals) or not ours.isdisjoint(theirs)


def promoted(one: Campaign) -> list[str]:
    """Its products, those of its cards among them."""
    cards = [spot.card.gtin for spot in one.spots if spot.card and spot.card.gtin]
    return list(dict.fromkeys((*one.gtins, *cards)))


def _meet(one: Campaign, two: Campaign) -> bool:
    ours, theirs = (c.targeting.stores or frozenset({c.store_id} - {""}) for c in (one, two))
    return (not ours or not theirs or bool(ours & theirs)) and _overlap(one.flight, two.flight)


def _overlap(one: Flight | None, two: Flight | None) -> bool:
    return one is None or two is None or (one.start < two.end and two.start < one.end)
