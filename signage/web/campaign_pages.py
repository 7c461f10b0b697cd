"""Campaigns: the form with its confirmation sentence, and one campaign with where it may run. The list: campaign_list."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from signage.domain.campaign import CampaignState, Level
from signage.domain.content import Card, Template
from signage.domain.errors import NotFound
from signage.domain.place import Screen
from signage.storage.campaign_rows import Campaign
from signage.storage.campaigns import EDITABLE
from signage.storage.users import Role
from signage.web.campaign_form import OF_A_PRODUCT, CampaignForm, Choices, clock_card, fields_of, prepare, to_campaign
from signage.web.campaign_review import asker
from signage.web.campaign_steps import ABSOLUTE, open_steps
from signage.web.campaign_summary import aimed_at, sentence
from signage.web.card_fields import TEMPLATES, card_of
from signage.web.guard import me, needs
from signage.web.language import lang
from signage.web.may_run import Answer, asked_at, may_run
from signage.web.paging import Paged, asked_page
from signage.web.ports import ports
from signage.web.product_field import product_name, typed_gtin
from signage.web.show import zone_of

SCREENS = 20  # of a campaign on its page: each is asked whether it may run there


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/campaigns/new", "new_campaign", new_campaign, methods=["GET", "POST"])
    pages.add_url_rule("/studio/campaigns/<campaign_id>", "campaign", campaign)
    pages.add_url_rule("/studio/campaigns/<campaign_id>/edit", "edit_campaign", edit_campaign, methods=["GET", "POST"])


def add_api(twins: Blueprint) -> None:
    twins.add_url_rule("/v1/studio/products", "products", products)
    twins.add_url_rule("/v1/studio/preview", "preview", preview)
    twins.add_url_rule("/v1/studio/sentence", "say_sentence", say_sentence, methods=["POST"])


@needs(Role.EDITOR)
def new_campaign() -> str | Response | tuple[str, int]:
    choices = choices_for(me().store_id)
    form = prepare(CampaignForm(request.form), choices)
    if request.method == "GET":
        form.creatives.data = request.args.getlist("creative")
        return _page(form, choices)
    ready = _submitted(form, choices)
    if ready is None:
        return _page(form, choices), 422
    ports().storage.campaigns.add(ready, me().user_id, ports().clock())
    return redirect(url_for("studio.campaign", campaign_id=ready.campaign_id))


@needs(Role.EDITOR)
def edit_campaign(campaign_id: str) -> str | Response | tuple[str, int]:
    current = ports().storage.campaigns.get(campaign_id, me().scope)
    choices = choices_for(current.store_id, _creatives(current))
    if request.method == "GET":
        form = CampaignForm(data=fields_of(current, choices))
        return _page(prepare(form, choices), choices, current)
    form = prepare(CampaignForm(request.form), choices)
    form.campaign_id.data = campaign_id
    ready = _submitted(form, choices, _creatives(current))
    if ready is None:
        return _page(form, choices, current), 422
    ports().storage.campaigns.edit(ready, me().scope, me().user_id, ports().clock())
    return redirect(url_for("studio.campaign", campaign_id=campaign_id))


@needs(Role.VIEWER)
def campaign(campaign_id: str) -> str:
    """The campaign, its sentence, the next steps, and for every screen it asks for whether it may run there."""
    one = ports().storage.campaigns.get(campaign_id, me().scope)
    storage = ports().storage
    people = storage.users.names([one.created_by, one.approved_by])
    aimed = aimed_at(one.targeting, storage.screens.screens(one.store_id or None))
    live = one.state in (CampaignState.APPROVED, CampaignState.PAUSED)
    steps = open_steps(one)
    asked, paged = asked_at(zone_of(one.store_id)), Paged(asked_page(), len(aimed), SCREENS, anchor="why")
    here = aimed[paged.start :][:SCREENS]
    own = [spot.creative_id for spot in one.spots if spot.creative_id]
    return render_template(
        "studio/campaign.html", one=one, sentence=_sentence(one), people=people, zone=zone_of(one.store_id), aimed=aimed,
        here=here, paged=paged, past=asked is not None and asked < ports().clock(),
        stores={store.store_id: store for store in storage.screens.stores()}, steps=steps,
        asks_password=one.level in ABSOLUTE,
        editable=one.state in EDITABLE and me().role.covers(Role.EDITOR), products=storage.catalog.products(one.gtins),
        creatives={made.creative_id: made for made in storage.creatives.these(own, me().scope)},
        answers={screen.screen_id: _answer(screen, one, asked) for screen in here if live and one.spots}, asked=asked,
        live=live, history=storage.audit.of([campaign_id, *(spot.spot_id for spot in one.spots)]), copy_id=uuid4(),
        reasons=asker()(one) if one.state is CampaignState.SUBMITTED else (),
        carded=any(spot.card for spot in one.spots), pictured=any(spot.creative_id for spot in one.spots),
        first_store=next((screen.store_id for screen in aimed), one.store_id),
    )  # fmt: skip


def _answer(screen: Screen, one: Campaign, at: datetime | None) -> Answer:
    """Of all its spots, the one that may run there, or the one that comes furthest."""
    told = [may_run(screen.screen_id, spot.spot_id, at) for spot in one.spots]
    return max(told, key=lambda answer: (answer.passes, sum(passed for passed, _text in answer.gates)))


@needs(Role.EDITOR)
def products() -> dict[str, Any]:
    """JSON for the product field: what matches `q`."""
    found = ports().storage.catalog.search(request.args.get("q", "")[:100], 12)
    return {"products": [{"gtin": product.gtin, "name": product_name(product)} for product in found]}


@needs(Role.VIEWER)
def preview() -> dict[str, Any]:
    """JSON: the card of a `campaign`, one of card_fields (`what`), a clock over `title_ja`/`title_en`, or that of a
    `gtin`, which may be a product's whole name.

    As `store` shows it now, in every place and language.
    """
    store = me().store_id or request.args.get("store", "")
    if "campaign" in request.args:
        one = ports().storage.campaigns.get(request.args["campaign"], me().scope)
        card = next((spot.card for spot in one.spots if spot.card), None)
        if card is None:
            raise NotFound("card_unknown", "This campaign has no card.", "このキャンペーンにカードはありません。")
        return ports().preview(card, one.gtins, store)
    if request.args.get("what", "") in TEMPLATES:
        return ports().preview(card_of(TEMPLATES[request.args["what"]], _bounded(request.args)), (), store)
    if "title_ja" in request.args:
        titles = (request.args.get(key, "")[:26] for key in ("title_ja", "title_en"))
        return ports().preview(clock_card(*titles), (), store)
    gtin = typed_gtin(request.args.get("gtin", "")[:100])
    if gtin:
        return ports().preview(Card(Template.PRODUCT, gtin), (), store)
    raise NotFound("product_unknown", "There is no such product.", "この商品は登録されていません。")


def _bounded(said: Mapping[str, str]) -> dict[str, str]:
    """What is previewed while it is written may be longer than what can be saved, but not by much."""
    return {name: text[:200] for name, text in said.items()}


@needs(Role.EDITOR)
def say_sentence() -> dict[str, str]:
    """JSON: the sentence for the form as it stands, "" while it isn't complete."""
    choices = choices_for(owner())
    form = prepare(CampaignForm(request.form), choices)
    return {"sentence": _sentence(to_campaign(form, choices)) if form.validate() else ""}


def owner() -> str:
    """Whose campaign the form is about: one that is there stays its owner's, whoever edits it."""
    with suppress(NotFound):
        return ports().storage.campaigns.get(request.form.get("campaign_id", ""), me().scope).store_id
    return me().store_id


def choices_for(owner: str, shown: frozenset[str] = frozenset()) -> Choices:
    """What this person may choose from for a campaign of this owner ("" = headquarters). Of creatives the newest, and those
    that it has `shown` so far or that the form or address names."""
    storage, scope = ports().storage, owner or None
    levels = [Level.OPEN, Level.GUARANTEED, Level.HOUSE]
    if me().role.covers(Role.APPROVER):
        levels += [Level.TAKEOVER, Level.EMERGENCY]
    named = shown.union(request.values.getlist("creatives"), request.args.getlist("creative"))
    ready = storage.creatives.pickable(me().scope, named)
    stores = [store for store in storage.screens.stores() if scope in {None, store.store_id}]
    trades = storage.campaigns.trades(me().scope)
    return Choices(
        ready,
        stores,
        storage.screens.screens(scope),
        levels,
        zone_of(owner),
        owner,
        trades,
        ports().families,
        ports().clock(),
    )


def _submitted(form: CampaignForm, choices: Choices, shown: frozenset[str] = frozenset()) -> Campaign | None:
    """The campaign of a valid form, its product resolved; None when something is still to be chosen. `shown`: the creatives
    that it has so far."""
    form.gtin.data = request.form.get("pick", form.gtin.data or "").strip()
    if "pick" in request.form or not form.validate() or not resolved(form) or not _lasting(form, choices, shown):
        return None
    return to_campaign(form, choices)


def _creatives(one: Campaign) -> frozenset[str]:
    return frozenset(spot.creative_id for spot in one.spots if spot.creative_id)


def _lasting(form: CampaignForm, choices: Choices, shown: frozenset[str]) -> bool:
    """Nobody chooses a creative that no screen would show. One that has expired in a campaign may stay there."""
    gone = [one.name for one in choices.creatives if one.expired(choices.now)
            and one.creative_id in form.creatives.data and one.creative_id not in shown]  # fmt: skip
    if gone and form.what.data == "creative":
        form.creatives.errors = [
            _("Expired: %(names)s. Give it a new expiry on its page, or choose another.", names=", ".join(gone))
        ]
        return False
    return True


def resolved(form: CampaignForm) -> bool:
    """Digits or a name in the product field -> one known GTIN-14; else the page offers what matches."""
    text = form.gtin.data
    if not text or form.what.data not in OF_A_PRODUCT:
        return True
    gtin = typed_gtin(text)
    if gtin is None:
        form.gtin.errors = [_("Choose one of the products below, or search again.")]
        return False
    form.gtin.data = gtin
    return True


def _page(form: CampaignForm, choices: Choices, current: Campaign | None = None) -> str:
    catalog = ports().storage.catalog
    text = form.gtin.data or ""
    chosen = catalog.products([text]).get(text) if text else None
    found = catalog.search(text, 8) if text and chosen is None else []
    return render_template(
        "studio/campaign_form.html", form=form, choices=choices, current=current, found=found, chosen=chosen,
        product_name=product_name,
    )  # fmt: skip


def _sentence(one: Campaign) -> str:
    screens = ports().storage.screens
    return sentence(one, screens.stores(), screens.screens(one.store_id or None), lang(), zone=zone_of(one.store_id))
