"""クイック登録: a photo and a line from a store's phone, on its own screens in under a minute, within the store's share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from recommender.domain.text import one_line
from signage.domain.campaign import CampaignState, Flight, Level, Targeting
from signage.domain.clock import local
from signage.domain.content import Card, Template
from signage.domain.errors import Conflict, Invalid, NotFound
from signage.domain.place import Orientation, Screen, Store
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.users import Role
from signage.web.campaign_review import asker
from signage.web.guard import me, needs, takes_files
from signage.web.library import Destination, here_already, take_one
from signage.web.ports import ports, tell_screens

LONGEST = 26  # letters of a line: what a title of a card has room for
LENGTH_MS = 10_000
MOST = timedelta(days=31)
EVENING_MIN = 22 * 60  # where the panels are always lit


@dataclass(frozen=True, slots=True)
class Post:
    """What the form says, checked."""

    post_id: str
    line: str
    screens: frozenset[str]
    until: datetime


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/quick", "quick", quick)
    pages.add_url_rule("/studio/quick", "post_quick", post_quick, methods=["POST"])


@needs(Role.EDITOR)
def quick() -> str:
    """`?store=` for headquarters; a store's own people always post to theirs."""
    stores = [one for one in ports().storage.screens.stores() if me().scope in {None, one.store_id}]
    store = _store(request.args["store"]) if "store" in request.args else next(iter(stores), None)
    screens = _screens(store) if store else []
    until = closing(store, screens, ports().clock()) if store else None
    free = store is not None and _free(store)
    return render_template(
        "studio/quick.html", stores=stores, store=store, screens=screens, post_id=uuid4(), longest=LONGEST, free=free,
        until=f"{local(until, store.zone):%Y-%m-%dT%H:%M}" if store and until else "",
    )  # fmt: skip


@needs(Role.EDITOR)
@takes_files
def post_quick() -> Response:
    """Photo -> creative, campaign, and on: at once, or after headquarters' approval. Sent twice it is one post."""
    store = _store(request.form.get("store", ""))
    if not store.own_percent:
        raise Conflict(
            "quick_share", "Headquarters has given this store no share of its screens.",
            "この店舗の放映シェアが0%のため、登録できません。本部に連絡してください。",
        )  # fmt: skip
    asked = _asked(store, _screens(store))
    photo = request.files.get("photo")
    if photo is None or not photo.filename:
        raise Invalid("quick_photo", "Take a photo or choose a picture.", "写真を撮るか、画像を選んでください。")
    made = take_one(photo, Destination(store=store.store_id))
    if made is not None and made.expired(ports().clock()):
        flash(here_already(made), "error")
    if made is None or made.expired(ports().clock()):
        return redirect(url_for("studio.quick", store=store.store_id))
    campaign = _campaign(store, asked, made.creative_id, drawn="drawn" in request.form)
    storage, now, by = ports().storage, ports().clock(), me().user_id
    if storage.campaigns.add(campaign, by, now):
        _submit(campaign, store)
    return redirect(url_for("studio.campaign", campaign_id=campaign.campaign_id))


def closing(store: Store, screens: Sequence[Screen], now: datetime) -> datetime:
    """When the last of these panels goes dark next, by the store's clock; ten in the evening where they are always lit."""
    wall = local(now, store.zone)
    ends = [one.lit_until_min for one in screens if one.lit_until_min != one.lit_from_min]
    last = max(ends, default=EVENING_MIN)
    end = wall.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(minutes=last)
    if end <= wall.replace(tzinfo=None):
        end += timedelta(days=1)
    return _moment(end, store)


def _moment(wall: datetime, store: Store) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(store.zone)).astimezone(UTC)


def _store(store_id: str) -> Store:
    store = ports().storage.screens.store(me().store_id or store_id)
    if store is None or (store_id and store.store_id != store_id):
        raise NotFound("store_unknown", "There is no such store.", "その店舗は見つかりません。")
    return store


def _screens(store: Store) -> list[Screen]:
    """A photo says nothing on a shelf edge."""
    return [one for one in ports().storage.screens.screens(store.store_id) if one.orientation is not Orientation.STRIP]


def _asked(store: Store, screens: Sequence[Screen]) -> Post:
    line = " ".join(request.form.get("line", "").split())
    chosen = frozenset(request.form.getlist("screens"))
    if len(line) > LONGEST or not one_line(line):
        raise Invalid("quick_line", "Use at most 26 letters for the line.", "ひとことは26文字以内にしてください。")
    if not chosen or not chosen <= {one.screen_id for one in screens}:
        raise Invalid("quick_screens", "Choose at least one screen.", "画面を1つ以上選んでください。")
    try:
        post_id = str(UUID(request.form.get("post_id", "")))
        until = _moment(datetime.strptime(request.form.get("until", ""), "%Y-%m-%dT%H:%M"), store)
    except (ValueError, OverflowError) as error:
        raise Invalid("quick_until", "Say until when it runs.", "いつまで放映するかを入力してください。") from error
    if not ports().clock() < until <= ports().clock() + MOST:
        raise Invalid(
            "quick_until", "Its end has to be in the coming 31 days.", "終了は今から31日以内にしてください。"
        )  # fmt: skip
    return Post(post_id, line, chosen, until)


def _campaign(store: Store, asked: Post, creative_id: str, *, drawn: bool) -> Campaign:
    """`drawn`: the page has put the line onto the photo. Without its script the line follows as a card."""
    name = asked.line or _("Quick post")
    spots = [CampaignSpot(f"{asked.post_id}-0", name, LENGTH_MS, creative_id)]
    if asked.line and not drawn:
        card = Card(Template.SERVICE, title_ja=asked.line, title_en=asked.line)
        spots.append(CampaignSpot(f"{asked.post_id}-1", name, LENGTH_MS, card=card))
    return Campaign(
        asked.post_id, name, Level.OPEN, store.store_id, tuple(spots), Flight(ports().clock(), asked.until),
        targeting=Targeting(stores=frozenset({store.store_id}), screens=asked.screens),
    )  # fmt: skip


def _free(store: Store) -> bool:
    """May this person post without headquarters' approval? The store that is trusted to is the store's own people."""
    return not store.own_approval and (me().store_id == store.store_id or me().role.covers(Role.APPROVER))


def _submit(campaign: Campaign, store: Store) -> None:
    """On to the screens, unless headquarters wants to look at it."""
    free = _free(store) and not asker()(campaign)
    for to in (CampaignState.SUBMITTED, *([CampaignState.APPROVED] if free else ())):
        now = ports().storage.campaigns.get(campaign.campaign_id, me().scope)
        ports().storage.campaigns.move(
            campaign.campaign_id, to, now.revision, me().scope, by=me().user_id, now=ports().clock()
        )
    tell_screens([store.store_id])
    flash(
        _("Posted. It runs as soon as the picture is processed.") if free
        else _("Sent to headquarters. It runs when they have approved it.")
    )  # fmt: skip
