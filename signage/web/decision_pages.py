"""One decision: what was chosen, why, with what chance, and why the others were not."""

from flask import Blueprint, render_template

from signage.domain.clock import from_millis
from signage.domain.errors import NotFound
from signage.storage.users import Role
from signage.web.guard import me, needs
from signage.web.language import lang
from signage.web.ports import ports


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/decisions/<decision_id>", "decision", decision)


@needs(Role.VIEWER)
def decision(decision_id: str) -> str:
    """NotFound also for a decision on another store's screen."""
    told = ports().explain(decision_id, lang())
    screen = ports().storage.screens.screen(told["screen"])
    if screen is None or me().scope not in {None, screen.store_id}:
        raise NotFound("decision_unknown", "There is no such decision.", "その選択の記録は見つかりません。")
    at = from_millis(told["at_ms"])
    return render_template("studio/decision.html", told=told, screen=screen, at=at)
