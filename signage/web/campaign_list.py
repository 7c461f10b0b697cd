"""The list of campaigns: by state, by words of their names, by the page."""

from functools import cache

from flask import Blueprint, render_template, request

from signage.domain.campaign import CampaignState
from signage.domain.place import Screen
from signage.storage.campaign_rows import Campaign
from signage.storage.campaign_search import Sought
from signage.storage.inventories import REMEMBERED
from signage.storage.users import Role
from signage.web.campaign_summary import sentence
from signage.web.guard import me, needs
from signage.web.language import lang
from signage.web.paging import Paged, asked_page
from signage.web.ports import ports
from signage.web.show import zone_of

A_PAGE = 50


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/campaigns", "campaigns", campaigns)


@needs(Role.VIEWER)
def campaigns() -> str:
    """Those that are long over only when asked for: in the end they are most of them."""
    asked, rows = _sought(), ports().storage.campaigns
    everything = Sought(asked.words, since=asked.since)
    counts = rows.counts(me().scope, everything)
    total = counts.get(asked.state, 0) if asked.state else sum(counts.values())
    paged = Paged(asked_page(), total, A_PAGE)
    stores, screens = ports().storage.screens.stores(), ports().storage.screens.screens(me().scope)
    zone = cache(zone_of)
    told = [
        (one, sentence(one, stores, _owned(screens, one), lang(), zone=zone(one.store_id)))
        for one in rows.found(me().scope, asked, paged.start, A_PAGE)
    ]
    return render_template(
        "studio/campaigns.html", campaigns=told, sought=asked, counts=counts, paged=paged,
        elsewhere=_args(asked, over="1") if asked.since else None, args=_args,
    )  # fmt: skip


def _sought() -> Sought:
    """Nonsense is any."""
    state = request.args.get("state", "")
    return Sought(
        " ".join(request.args.get("q", "")[:100].split()),
        CampaignState(state) if state in set(CampaignState) else None,
        None if "over" in request.args else ports().clock() - REMEMBERED,
    )


def _args(asked: Sought, **changes: str) -> dict[str, str]:
    """The list's address for this, from its first page."""
    plain = {"q": asked.words, "state": asked.state or "", "over": "" if asked.since else "1"}
    return {key: value for key, value in (plain | changes).items() if value}


def _owned(screens: list[Screen], one: Campaign) -> list[Screen]:
    return [screen for screen in screens if one.store_id in ("", screen.store_id)]
