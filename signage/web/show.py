"""What templates may call: words for states, moments on the store's clock, sizes, and who may do what."""

from datetime import datetime
from importlib.metadata import version

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from signage.domain.campaign import CampaignState, Level, Restriction
from signage.domain.content import Frame, MediaKind, Template
from signage.domain.place import CameraMode, Fit, Layout, Orientation, Zone
from signage.media.stages import Stage
from signage.storage.creative_search import Standing
from signage.storage.creatives import CreativeState
from signage.storage.users import Role
from signage.web.address import asked_again
from signage.web.approval import waiting_for_me
from signage.web.guard import allowed
from signage.web.language import lang, moment
from signage.web.ports import ports
from signage.web.screen_stage import clock_of
from signage.web.status import WORDS as HEALTH_WORDS

RELEASE = version("shelfcast")
WORDS = {
    CampaignState.DRAFT: _l("Draft"), CampaignState.SUBMITTED: _l("Submitted"), CampaignState.APPROVED: _l("Approved"),
    CampaignState.SENT_BACK: _l("Sent back"), CampaignState.PAUSED: _l("Paused"),
    CampaignState.WITHDRAWN: _l("Approval withdrawn"), CampaignState.ENDED: _l("Ended"),
}  # fmt: skip
CREATIVE_WORDS = {
    CreativeState.UPLOADED: _l("Waiting"), CreativeState.PROCESSING: _l("Processing"), CreativeState.READY: _l("Ready"),
    CreativeState.FAILED: _l("Can't be used"),
}  # fmt: skip
STANDING_WORDS = {
    Standing.READY: _l("Ready"), Standing.WORKING: _l("Processing"), Standing.FAILED: _l("Can't be used"),
    Standing.EXPIRED: _l("Expired"), Standing.UNUSED: _l("Not in use"),
}  # fmt: skip
KIND_WORDS = {MediaKind.IMAGE: _l("Pictures"), MediaKind.VIDEO: _l("Videos")}
LANGUAGE_WORDS = {"ja": "日本語", "en": "English"}
STAGE_WORDS = {
    Stage.LOOKING: _l("Checking the file"), Stage.CONVERTING: _l("Converting"), Stage.POSTER: _l("Making the small picture"),
}  # fmt: skip
FRAME_WORDS = {
    Frame.AS_IS: _l("As each screen has it"), Frame.FIT: _l("Show the whole picture"),
    Frame.FILL: _l("Fill the screen, cropping the picture"),
}  # fmt: skip
LEVEL_WORDS = {
    Level.EMERGENCY: _l("Emergency"), Level.TAKEOVER: _l("Takeover"), Level.MEMBER: _l("Member"),
    Level.GUARANTEED: _l("Guaranteed"), Level.OPEN: _l("Open"), Level.HOUSE: _l("House spot"),
}  # fmt: skip
ZONE_WORDS = {
    Zone.ENTRANCE: _l("Entrance"), Zone.AISLE: _l("Aisle"), Zone.CHECKOUT: _l("Checkout"), Zone.SHELF: _l("Shelf edge"),
}  # fmt: skip
CAMERA_WORDS = {
    CameraMode.OFF: _l("Camera off"), CameraMode.PRESENCE: _l("Counting people"),
    CameraMode.DEMOGRAPHICS: _l("Estimating numbers and age bands"),
}  # fmt: skip
LAYOUT_WORDS = {
    Layout.FULL: _l("Full screen"), Layout.TWO_ZONE: _l("Two areas"), Layout.L_BAR: _l("Main area with an L bar"),
    Layout.TICKER: _l("With a line of text below"),
}  # fmt: skip
FIT_WORDS = {Fit.FIT: _l("Show the whole picture"), Fit.FILL: _l("Fill the area, cropping the picture")}
ROLE_WORDS = {
    Role.ADMIN: _l("Administrator"), Role.APPROVER: _l("Approver"), Role.MANAGER: _l("Store manager"),
    Role.EDITOR: _l("Marketer"), Role.STAFF: _l("Store staff"), Role.VIEWER: _l("Analyst"),
}  # fmt: skip
ORIENTATION_WORDS = {
    Orientation.LANDSCAPE: _l("Landscape"), Orientation.PORTRAIT: _l("Portrait"), Orientation.STRIP: _l("Shelf-edge strip"),
}  # fmt: skip
RESTRICTION_WORDS = {
    Restriction.NONE: _l("No restriction"), Restriction.ALCOHOL: _l("Alcohol"), Restriction.TOBACCO: _l("Tobacco"),
    Restriction.ADULT: _l("Adults only"),
}  # fmt: skip
TEMPLATE_WORDS = {
    Template.PRODUCT: _l("Product card"), Template.RANKING: _l("Ranking"), Template.TRIO: _l("Three products"),
    Template.SERVICE: _l("Service"), Template.NOTICE: _l("Notice"), Template.CLOCK: _l("Clock"),
    Template.RECIPE: _l("Recipe"), Template.MOMENT: _l("Greeting of a member"), Template.PICK: _l("Pick for a member"),
}  # fmt: skip
VERB_WORDS = {
    "user_added": _l("Person added"), "password_set": _l("Password changed"), "notice_saved": _l("Camera notice saved"),
    "creative_uploaded": _l("Creative uploaded"), "creative_deleted": _l("Creative deleted"),
    "creative_restored": _l("Creative restored"), "creative_edited": _l("Creative changed"),
    "creative_variant_added": _l("Variant added"), "campaign_added": _l("Campaign made"),
    "campaign_copied": _l("Campaign copied"), "campaign_edited": _l("Campaign edited"),
    "campaign_submitted": _l("Campaign submitted"),
    "campaign_approved": _l("Campaign approved"), "campaign_sent_back": _l("Campaign sent back"),
    "campaign_paused": _l("Campaign paused"), "campaign_withdrawn": _l("Campaign withdrawn"),
    "campaign_ended": _l("Campaign ended"), "screen_connected": _l("Screen connected"), "screen_edited": _l("Screen edited"),
    "screen_shut_out": _l("Screen shut out"), "screen_command": _l("Command to a screen"),
    "screen_rekeyed": _l("New key for a screen"), "shown_now": _l("Shown at once"),
    "alert_tested": _l("Test alert sent"), "screen_added": _l("Screen added"), "products_imported": _l("Products taken in"),
    "store_added": _l("Store added"), "store_edited": _l("Store edited"),
}  # fmt: skip


def install(pages: Blueprint) -> None:
    """Hand all of it to the templates of this blueprint."""
    pages.context_processor(context)


def context() -> dict[str, object]:
    """Names that all templates know."""
    return {
        "lang": lang(), "allowed": allowed, "waiting_for_me": waiting_for_me, "when": when, "seconds": seconds,
        "size": size, "switched": switched, "asked_again": asked_again, "release": RELEASE,
        "state_words": WORDS, "creative_words": CREATIVE_WORDS, "frame_words": FRAME_WORDS,
        "level_words": LEVEL_WORDS, "zone_words": ZONE_WORDS,
        "camera_words": CAMERA_WORDS, "health_words": HEALTH_WORDS, "layout_words": LAYOUT_WORDS, "fit_words": FIT_WORDS,
        "clock_of": clock_of,
        "role_words": ROLE_WORDS, "restriction_words": RESTRICTION_WORDS,
        "orientation_words": ORIENTATION_WORDS, "template_words": TEMPLATE_WORDS,
        "verb_words": VERB_WORDS,
    }  # fmt: skip


def when(at: datetime, store_id: str = "") -> str:
    """A moment on the wall clock of the store, or of the first store."""
    return moment(at, zone_of(store_id), lang())


def zone_of(store_id: str) -> str:
    """The store's IANA zone; the first store's for headquarters, UTC before there is any."""
    screens = ports().storage.screens
    store = screens.store(store_id) if store_id else next(iter(screens.stores()), None)
    return store.zone if store is not None else "UTC"


def seconds(duration_ms: int) -> str:
    return str(_("%(n)s s", n=f"{duration_ms / 1000:.1f}".removesuffix(".0")))


def size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))} KB"


def switched() -> str:
    """This page in the other language."""
    target = "ja" if lang() == "en" else "en"
    if request.endpoint is None or request.method != "GET":
        return url_for("studio.home", lang=target)
    return asked_again(lang=target)
