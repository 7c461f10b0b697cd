"""Screens: letting players in, names and places, cameras (only with a complete notice), and each screen's now and why."""

from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from signage.domain.campaign import CampaignState
from signage.domain.clock import from_millis
from signage.domain.errors import Invalid, NotFound
from signage.domain.place import CameraMode, Fit, Layout, Screen, Zone
from signage.storage.campaign_rows import Campaign
from signage.storage.campaign_search import Sought
from signage.storage.inventories import REMEMBERED
from signage.storage.screens import Registration
from signage.storage.users import Role
from signage.web.campaign_summary import aimed_at
from signage.web.guard import me, needs, require
from signage.web.language import lang
from signage.web.may_run import asked_at, may_run
from signage.web.paging import Paged, asked_page
from signage.web.ports import ports, tell_screens
from signage.web.screen_commands import asked_of, mine
from signage.web.screen_list import MOST_TAGS, TAG
from signage.web.screen_search import ScreenSearch, by_state, in_order
from signage.web.screen_stage import stage_settings, tell_settings
from signage.web.show import zone_of
from signage.web.status import statuses, told
from signage.web.told import recent

_RECENT = 20
ASKED = 20  # campaigns on a screen's page: each is asked whether it may run there
PER_PAGE = 60


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/screens", "screens", screens)
    pages.add_url_rule("/studio/screens/approve", "approve_screen", approve_screen, methods=["POST"])
    pages.add_url_rule("/studio/screens/<screen_id>", "screen", screen)
    pages.add_url_rule("/studio/screens/<screen_id>/edit", "edit_screen", edit_screen, methods=["POST"])
    pages.add_url_rule("/studio/screens/<screen_id>/revoke", "revoke_screen", revoke_screen, methods=["POST"])


@needs(Role.VIEWER)
def screens() -> str:
    """Devices that wait, then the screens that are asked for: by store and name, a page at a time."""
    storage = ports().storage
    here = in_order(storage.screens.screens(me().scope))
    code = request.args.get("code", "").strip().upper()
    waiting = storage.screens.pending(ports().clock()) if me().role.covers(Role.STAFF) else []
    stores = {store.store_id: store for store in storage.screens.stores() if me().scope in {None, store.store_id}}
    search, number = ScreenSearch.asked(), asked_page()
    found = statuses(ports(), search.among(here, stores))
    listed = search.of_state(found)
    return render_template(
        "studio/screens.html", screens=here, waiting=waiting, code=code, stores=stores, zones=list(Zone), search=search,
        statuses=told(ports(), listed[PER_PAGE * (number - 1) :][:PER_PAGE]), found=len(found), by_state=by_state(found),
        paged=Paged(number, len(listed), PER_PAGE),
    )  # fmt: skip


@needs(Role.STAFF)
def approve_screen() -> Response:
    """A waiting player becomes the device of a screen that exists (its history stays), or, for approvers, a new screen."""
    storage, now = ports().storage, ports().clock()
    code = request.form.get("code", "").strip().upper()
    waiting = next((one for one in storage.screens.pending(now) if one.code == code), None)
    if waiting is None:
        raise NotFound(
            "code_unknown",
            "This code is unknown or has lapsed. Read the code on the screen again.",
            "このコードは無効か期限切れです。画面に表示されているコードをもう一度確認してください。",
        )
    replaced = request.form.get("replace", "")
    if replaced:
        target = mine(replaced)
    else:
        require(Role.APPROVER)
        target = _new_screen(waiting)
        storage.screens.save_screen(target, now)
    storage.screens.approve(code, target.screen_id, now)
    storage.audit.add(now, me().user_id, "screen_connected", target.screen_id, detail=target.name)
    flash(_("%(name)s is connected.", name=target.name))
    return redirect(url_for("studio.screen", screen_id=target.screen_id))


@needs(Role.VIEWER)
def screen(screen_id: str) -> str:
    """What it shows, why, what was chosen before, and for every approved campaign why it may not run here; now or `at` a time,
    of which, when it is past, the log tells what was chosen."""
    one, storage = mine(screen_id), ports().storage
    asked = asked_at(zone_of(one.store_id))
    past = asked if asked is not None and asked < ports().clock() else None
    approved: list[Campaign] = ports().offload(lambda: _approved(one))
    paged = Paged(asked_page(), len(approved), ASKED, anchor="whynot")
    here = approved[paged.start :][:ASKED]
    answers = [(campaign, may_run(screen_id, campaign.spots[0].spot_id, asked)) for campaign in here]
    [status] = told(ports(), statuses(ports(), [one]))
    lease_until = from_millis(status.report.lease_until_ms) if status.report and status.report.lease_until_ms else None
    return render_template(
        "studio/screen.html", one=one, status=status, lease_until=lease_until, store=storage.screens.store(one.store_id),
        decisions=recent(storage, screen_id, _RECENT, lang(), past), asked=asked, past=past, answers=answers, paged=paged,
        zones=list(Zone),
        cameras=[mode for mode in CameraMode if mode is one.camera or _allowed(one, mode)],
        notice_complete=storage.notices.complete(one.store_id),
        connected=storage.screens.has_key(screen_id), layouts=list(Layout), fits=list(Fit), **asked_of(screen_id),
    )  # fmt: skip


def _approved(one: Screen) -> list[Campaign]:
    """The campaigns that ask for its store, and might run now or in these days; those that ask for this screen first."""
    might = Sought(state=CampaignState.APPROVED, since=ports().clock() - REMEMBERED)
    found = ports().storage.campaigns.found(me().scope, might, 0, None)
    asking = [campaign for campaign in found if campaign.spots and _store_asked(campaign.targeting.stores, one)]
    return sorted(asking, key=lambda campaign: not aimed_at(campaign.targeting, [one]))


@needs(Role.MANAGER)
def edit_screen(screen_id: str) -> Response:
    one, storage = mine(screen_id), ports().storage
    camera = _camera(request.form.get("camera", one.camera))
    if camera is not one.camera:
        require(Role.APPROVER)
    if not _allowed(one, camera):
        raise Invalid(
            "camera_mode",
            "In this store's region a camera may not do that. Choose a mode that does less.",
            "この店舗の地域では、このカメラの設定は使えません。ほかの設定を選んでください。",
        )
    if camera is not CameraMode.OFF and not storage.notices.complete(one.store_id):
        raise Invalid(
            "notice_incomplete",
            "Complete the store's camera notice first. Until then its cameras stay off.",
            "先に店舗の「カメラ利用のお知らせ」をすべて記入してください。それまでカメラは使えません。",
        )
    changed = Screen(
        one.screen_id, one.store_id, _name(), _zone(), one.width, one.height, _tags(), one.language, camera,
        request.form.get("place_ja", "").strip()[:40], request.form.get("place_en", "").strip()[:40],
        **stage_settings(request.form, one),
    )  # fmt: skip
    storage.screens.save_screen(changed, ports().clock())
    tell_settings(changed)
    detail = f"{changed.name}, {changed.zone}, {changed.camera}"
    storage.audit.add(ports().clock(), me().user_id, "screen_edited", screen_id, detail=detail)
    tell_screens([one.store_id])
    flash(_("Saved."))
    return redirect(url_for("studio.screen", screen_id=screen_id))


@needs(Role.APPROVER)
def revoke_screen(screen_id: str) -> Response:
    """Shut the player out: its key is void and its socket closes."""
    one = mine(screen_id)
    ports().storage.screens.revoke(one.screen_id)
    ports().screen_revoked(one.screen_id)
    ports().storage.audit.add(ports().clock(), me().user_id, "screen_shut_out", screen_id, detail=one.name)
    flash(_("%(name)s has been shut out. Connect a device with its code to use it again.", name=one.name))
    return redirect(url_for("studio.screen", screen_id=screen_id))


def _new_screen(waiting: Registration) -> Screen:
    store_id = me().store_id or request.form.get("store_id", "")
    store = ports().storage.screens.store(store_id)
    if store is None:
        raise Invalid("store_unknown", "Choose a store.", "店舗を選んでください。")
    return Screen(
        str(uuid4()), store_id, _name(), _zone(), waiting.width, waiting.height, _tags(),
        store.language,
        place_ja=request.form.get("place_ja", "").strip()[:40], place_en=request.form.get("place_en", "").strip()[:40],
    )  # fmt: skip


def _name() -> str:
    name = request.form.get("name", "").strip()
    if not 1 <= len(name) <= 40:
        raise Invalid(
            "screen_name",
            "Give the screen a name of at most 40 characters.",
            "画面の名前を40文字以内で入力してください。",
        )
    return name


def _zone() -> Zone:
    try:
        return Zone(request.form.get("zone", ""))
    except ValueError as error:
        raise Invalid("zone_unknown", "Choose a zone.", "売場・エリアを選んでください。") from error


def _camera(text: str) -> CameraMode:
    try:
        return CameraMode(text)
    except ValueError as error:
        raise Invalid("camera_unknown", "Choose a camera mode.", "カメラの設定を選んでください。") from error


def _allowed(one: Screen, mode: CameraMode) -> bool:
    return ports().camera_policy.allows(zone_of(one.store_id), mode)


def _tags() -> frozenset[str]:
    tags = frozenset(request.form.get("tags", "").replace("、", " ").replace(",", " ").split())
    if len(tags) > MOST_TAGS or not all(TAG.fullmatch(tag) for tag in tags):
        raise Invalid(
            "tags_bad", "Use at most 10 tags of letters and digits.", "タグは文字と数字で10個までにしてください。"
        )  # fmt: skip
    return tags


def _store_asked(stores: frozenset[str], one: Screen) -> bool:
    return not stores or one.store_id in stores
