"""Preview as: what a screen would show at a time and before an audience, or a member, that somebody picks."""

from flask import Blueprint, render_template, request

from signage.decide import texts
from signage.domain.audience import AudienceClass
from signage.domain.clock import from_millis
from signage.domain.place import CameraMode
from signage.storage.users import Role
from signage.web.guard import needs
from signage.web.language import lang
from signage.web.may_run import asked_at
from signage.web.ports import ports
from signage.web.screen_commands import mine
from signage.web.show import zone_of


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/screens/<screen_id>/preview", "preview_screen", preview_screen)


@needs(Role.VIEWER)
def preview_screen(screen_id: str) -> str:
    """A question that can be kept as an address: `at` on the store's clock, `audience`, `guest`."""
    one = mine(screen_id)
    zone, guest, named = zone_of(one.store_id), "guest" in request.args, request.args.get("audience", "")
    audience = AudienceClass(named) if named in set(AudienceClass) else AudienceClass.UNKNOWN
    at = asked_at(zone)
    told = ports().suppose(screen_id, at, audience, guest=guest, lang=lang())
    return render_template(
        "studio/screen_preview.html", one=one, told=told, asked=at, guest=guest, audience=audience, zone=zone,
        audiences={each: texts.audience_name(each, lang()) for each in AudienceClass},
        unseen=not guest and audience not in _seen_by(one.camera), at=from_millis(told["at_ms"]),
    )  # fmt: skip


def _seen_by(camera: CameraMode) -> set[AudienceClass]:
    """The audiences that deciding can hear of where the camera is in this mode."""
    if camera is CameraMode.DEMOGRAPHICS:
        return set(AudienceClass)
    counted = {AudienceClass.NOBODY} if camera is CameraMode.PRESENCE else set()
    return {AudienceClass.UNKNOWN} | counted
