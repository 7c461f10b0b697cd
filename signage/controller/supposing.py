"""Preview as: a screen, a time, who is there -> what production deciding would choose. Nothing is recorded, pushed or counted.

Stock, prices and the ledger are as of now. Left out is what isn't chosen by lot: a member's greeting, the camera's notice
when it is due, and what stands in for a card that can't be filled.
"""

from datetime import datetime, timedelta
from typing import Any

from recommender.domain.recommendation import Affinity
from signage.controller.contexts import A_GUEST, Contexts, Standing
from signage.controller.explain import first_no, named
from signage.controller.lineups import Lineups
from signage.controller.rooms import Rooms
from signage.decide import texts
from signage.decide.choose import decide, why_not
from signage.decide.gates import GATES
from signage.decide.lineup import Lineup
from signage.domain.audience import AudienceClass
from signage.domain.campaign import Distance, Spot
from signage.domain.clock import millis
from signage.domain.decision import Context, Decision, Gate, GateResult
from signage.domain.guest import GUEST_LASTS, GuestSession
from signage.domain.response import crowd_of
from signage.domain.words import studio

MOST = 30  # spots that are told of
NOTHING_KNOWN = Affinity((), "")


class Supposer:
    def __init__(self, rooms: Rooms, lineups: Lineups, contexts: Contexts) -> None:
        self._rooms = rooms
        self._lineups = lineups
        self._contexts = contexts

    def suppose(
        self, screen_id: str, at: datetime | None, audience: AudienceClass, *, guest: bool, lang: str
    ) -> dict[str, Any]:
        """`at`: None = now. `guest`: a member of whom nothing is known, once greeted; then the audience plays no part.

        The seed is the minute's, so the same question has the same answer as long as nothing changes. Raises NotFound.
        """
        site = self._rooms.site(screen_id)
        now, ready = at or self._rooms.clock(), self._lineups.current(site.store)
        session = GuestSession("", screen_id, NOTHING_KNOWN, now, now + GUEST_LASTS) if guest else None
        context = self._contexts.build(
            site, ready, now, A_GUEST if guest else _there(audience), guest=session, ahead=None if at is None else timedelta(0)
        )  # fmt: skip
        lineup, seed = ready.lineup, int(now.timestamp()) // 60
        made = decide(lineup.inventory, context, seed=seed, decision_id="", lineup=lineup)
        winner = lineup.spots[made.chosen] if made.chosen >= 0 else None
        others = [spot for spot in _ranked(lineup, context, made) if spot is not winner]
        return {
            "at_ms": millis(now), "seed": seed, "winner": named(winner, lang) if winner else None,
            "reasons": [studio(str(code), lang) for code in made.reasons], "propensity": made.propensity,
            "others": [named(spot, lang) | _told(spot, made, context, lineup, lang) for spot in others[:MOST]],
            "more": len(others[MOST:]),
        }  # fmt: skip


def _there(audience: AudienceClass) -> Standing:
    """One or two of them, near; or nobody, or nobody knows."""
    if audience is AudienceClass.UNKNOWN:
        return Standing(audience, ages_unknown=True, near=True)
    if audience is AudienceClass.NOBODY:
        return Standing(audience, ages_unknown=False, near=False, crowd=crowd_of(0))
    return Standing(audience, ages_unknown=False, near=True, crowd=crowd_of(1), distance=Distance.NEAR)


def _ranked(lineup: Lineup, context: Context, made: Decision) -> list[Spot]:
    """Those in the draw by their chance, then the others by how far they come, campaigns before the house's own."""
    places = {drawn.number: place for place, drawn in enumerate(made.draw)}

    def rank(index: int) -> tuple[int, int, bool]:
        spot = lineup.spots[index]
        return places.get(index, len(places)), -_passed(spot, context), not spot.campaign_id

    return [lineup.spots[index] for index in sorted(range(len(lineup.spots)), key=rank)]


def _passed(spot: Spot, context: Context) -> int:
    """How many gates it passes before the first that it doesn't."""
    return next((n for n, check in enumerate(GATES.values()) if not check(spot, context).passed), len(GATES))


def _told(spot: Spot, made: Decision, context: Context, lineup: Lineup, lang: str) -> dict[str, Any]:
    """Its chance, or the first gate that it fails."""
    index = lineup.index[spot.spot_id]
    drawn = next((drawn for drawn in made.draw if drawn.number == index), None)
    if drawn is None:
        return first_no(why_not(lineup.inventory, context, spot.spot_id, lineup=lineup), lang) | {"passes": False}
    chance = GateResult(Gate.OUTRANKED, True, f"chance:{drawn.probability * 100:.1f}")
    return {"gate": None, "gate_name": "", "text": texts.sentence(chance, lang), "passes": True}
