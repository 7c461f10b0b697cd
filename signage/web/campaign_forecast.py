"""What a campaign would get, in words: the form as it stands in, a sentence and the screens without any out."""

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import ngettext

from signage.domain.forecast import Forecast
from signage.storage.campaign_rows import Campaign
from signage.storage.users import Role
from signage.web.campaign_form import CampaignForm, prepare, to_campaign
from signage.web.campaign_pages import choices_for, owner, resolved
from signage.web.campaign_summary import aimed_at
from signage.web.guard import needs
from signage.web.language import lang
from signage.web.ports import ports

_WHOLE_DAY_H = 24


def add_api(twins: Blueprint) -> None:
    twins.add_url_rule("/v1/studio/forecast", "forecast", forecast, methods=["POST"])


@needs(Role.EDITOR)
def forecast() -> dict[str, Any]:
    """JSON: what the form as it stands would get, "" while it isn't complete; nothing is saved."""
    choices = choices_for(owner())
    form = prepare(CampaignForm(request.form), choices)
    if not form.validate() or not resolved(form):
        return {"forecast": "", "none": []}
    return told(to_campaign(form, choices))


def told(one: Campaign) -> dict[str, Any]:
    """{"forecast": sentence, "none": [for each reason, the screens without a play]}."""
    aimed = aimed_at(one.targeting, ports().storage.screens.screens(one.store_id or None))
    found = ports().forecast(one, [screen.screen_id for screen in aimed], lang()) if aimed else None
    if found is None:
        return {"forecast": "", "none": []}
    names, reasons = {screen.screen_id: screen.name for screen in aimed}, dict[str, list[str]]()
    for outlook in found.outlooks:
        if not outlook.plays and outlook.why:
            reasons.setdefault(outlook.why, []).append(names[outlook.screen_id])
    comma = ", " if lang() == "en" else "、"
    none = [_("None on %(screen)s: %(why)s.", screen=comma.join(where), why=why) for why, where in reasons.items()]
    return {"forecast": _sentence(found), "none": none}


def _sentence(found: Forecast) -> str:
    if found.members:
        return str(_("How often it is shown depends on how many members come."))
    if not found.plays:
        return str(_("As things stand it would not be shown."))
    several, hours = {"n": f"{rounded(found.plays):,}", "num": found.screens}, _hours(found)
    if hours == _WHOLE_DAY_H:
        return str(
            ngettext(
                "About %(n)s plays a day, on %(num)s screen.", "About %(n)s plays a day, on %(num)s screens.", **several
            )
        )
    return str(
        ngettext(
            "About %(n)s plays in %(hours)s hours, on %(num)s screen.",
            "About %(n)s plays in %(hours)s hours, on %(num)s screens.", hours=f"{hours:g}", **several,
        )
    )  # fmt: skip


def rounded(plays: float) -> int:
    """Two figures are all that a forecast knows; a single play is better than none."""
    whole = max(1, round(plays))
    return round(whole, 2 - len(str(whole))) if whole > 99 else whole


def _hours(found: Forecast) -> float:
    return round((found.end - found.start).total_seconds() / 3600, 1)
