"""A campaign's way from draft to screen: submit, approve (four eyes where there are four), send back, pause, end, copy."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from signage.domain.campaign import TAKEOVER_LASTS, CampaignState, Level
from signage.domain.errors import Conflict, Forbidden, Invalid
from signage.storage.campaign_rows import Campaign
from signage.storage.campaigns import ARROWS, changed_meanwhile
from signage.storage.users import Role
from signage.web.access import ask_password, limited_password
from signage.web.approval import may_approve
from signage.web.campaign_review import asker
from signage.web.campaign_summary import aimed_at
from signage.web.guard import me, needs
from signage.web.ports import ports, tell_screens

ABSOLUTE = (Level.EMERGENCY, Level.TAKEOVER)  # these have the screens to themselves
_NAME = 70  # characters of a name that a copy keeps: the form takes 80
STEPS: dict[CampaignState, Role] = {
    CampaignState.SUBMITTED: Role.EDITOR, CampaignState.APPROVED: Role.APPROVER,
    CampaignState.SENT_BACK: Role.APPROVER, CampaignState.PAUSED: Role.EDITOR, CampaignState.WITHDRAWN: Role.EDITOR,
    CampaignState.ENDED: Role.EDITOR,
}  # fmt: skip


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/campaigns/<campaign_id>/move", "move_campaign", move_campaign, methods=["POST"])
    pages.add_url_rule("/studio/campaigns/<campaign_id>/copy", "copy_campaign", copy_campaign, methods=["POST"])
    pages.add_url_rule("/studio/campaigns/<campaign_id>/show", "show_now", show_now, methods=["POST"])


@needs(Role.EDITOR)
@limited_password
def move_campaign(campaign_id: str) -> Response:
    """One step along the arrows. Approval has four eyes where there are four; what takes screens alone asks who it is."""
    try:
        to, revision = CampaignState(request.form.get("to", "")), int(request.form.get("revision", ""))
        needed = STEPS[to]
    except (ValueError, KeyError) as error:
        raise Invalid("step_unknown", "This step doesn't exist.", "この操作はありません。") from error
    one = ports().storage.campaigns.get(campaign_id, me().scope)
    if revision != one.revision:  # what is checked below is what is moved
        raise changed_meanwhile()
    if not me().role.covers(needed) or (to is CampaignState.APPROVED and not may_approve(one)):
        raise Forbidden(
            "four_eyes",
            "Somebody else has to approve this campaign.",
            "このキャンペーンは、ほかの人が承認してください。",
        )
    if to is CampaignState.APPROVED and one.level in ABSOLUTE:
        _ends_by_itself(one)
        ask_password()
    comment = request.form.get("comment", "").strip()
    if to is CampaignState.SENT_BACK and not comment:
        raise Invalid(
            "comment_missing", "Say in the comment what has to change.", "差し戻す理由をコメントに書いてください。"
        )
    reviewed = _looked_at(one) if to is CampaignState.APPROVED and one.state is CampaignState.SUBMITTED else ""
    moved = ports().storage.campaigns.move(
        campaign_id, to, revision, me().scope, by=me().user_id, now=ports().clock(), comment=comment, reviewed=reviewed
    )
    tell_screens(sorted(moved.targeting.stores or {moved.store_id} - {""}))
    flash(_("Done: %(name)s", name=moved.name))
    return redirect(url_for("studio.campaign", campaign_id=campaign_id))


def _looked_at(one: Campaign) -> str:
    """Every reason for a review was ticked -> their texts. One that has come up since the page was opened was not."""
    asked, ticked = asker()(one), set(request.form.getlist("reviewed"))
    if not ticked.issuperset(reason.key for reason in asked):
        raise Invalid(
            "review_missing",
            "Something of this campaign has to be reviewed. Go back, look at each line and tick it.",
            "考査が必要な項目があります。戻って、1つずつ確認してからチェックしてください。",
        )
    return " / ".join(reason.text for reason in asked)


@needs(Role.EDITOR)
def copy_campaign(campaign_id: str) -> Response:
    """A draft of one's own with the same contents; the page's id makes one of it, however often the button is pressed."""
    one = ports().storage.campaigns.get(campaign_id, me().scope)
    try:
        new = str(UUID(request.form.get("copy_id", "")))
    except ValueError as error:
        raise Invalid("step_unknown", "This step doesn't exist.", "この操作はありません。") from error
    absolute = one.level in ABSOLUTE and not me().role.covers(Role.APPROVER)
    copied = replace(
        one, campaign_id=new, name=_("%(name)s (copy)", name=one.name[:_NAME]), state=CampaignState.DRAFT, comment="",
        level=Level.OPEN if absolute else one.level,
        spots=tuple(replace(spot, spot_id=f"{new}-{n}") for n, spot in enumerate(one.spots)),
    )  # fmt: skip
    ports().storage.campaigns.add(copied, me().user_id, ports().clock(), copied=one.name)
    return redirect(url_for("studio.edit_campaign", campaign_id=new))


@needs(Role.APPROVER)
def show_now(campaign_id: str) -> Response:
    """Put one of its spots on one screen at once."""
    one = ports().storage.campaigns.get(campaign_id, me().scope)
    screen_id, spot_id = request.form.get("screen_id", ""), request.form.get("spot_id", "")
    screens = ports().storage.screens.screens(one.store_id or None)
    aimed = {screen.screen_id: screen.name for screen in aimed_at(one.targeting, screens)}
    if spot_id not in {spot.spot_id for spot in one.spots} or screen_id not in aimed:
        raise Invalid(
            "spot_unknown",
            "This campaign has no such spot or screen.",
            "このキャンペーンのスポットか画面ではありません。",
        )
    ports().show_now(screen_id, spot_id)
    detail = f"{one.name} → {aimed[screen_id]}"
    ports().storage.audit.add(ports().clock(), me().user_id, "shown_now", spot_id, detail=detail)
    return redirect(url_for("studio.campaign", campaign_id=campaign_id))


def _ends_by_itself(one: Campaign) -> None:
    if one.level is Level.TAKEOVER and (one.flight is None or one.flight.end - one.flight.start > TAKEOVER_LASTS):
        raise Conflict(
            "takeover_endless",
            "A takeover needs a flight of at most 24 hours. Edit it first.",
            "割り込み配信には24時間以内の放映期間が必要です。先に編集してください。",
        )


def open_steps(one: Campaign) -> list[CampaignState]:
    """The steps that this person may take now."""
    steps = [to for to, needed in STEPS.items() if one.state in ARROWS[to] and me().role.covers(needed)]
    if CampaignState.APPROVED in steps and not may_approve(one):
        steps.remove(CampaignState.APPROVED)
    return steps
