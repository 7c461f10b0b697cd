"""Why this, and why not that: a decision's record or a screen's present in, sentences with figures out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from signage.controller.compared import price_notes
from signage.controller.contexts import A_GUEST, Contexts, Standing
from signage.controller.lineups import Lineups, Ready
from signage.controller.pushing import Pushing
from signage.controller.rooms import Rooms, Site
from signage.decide import record, texts
from signage.decide.choose import why_not
from signage.decide.gates import GATES
from signage.decide.lineup import Lineup
from signage.decide.policy import ASKED
from signage.domain.campaign import Inventory, Level, Spot
from signage.domain.clock import millis
from signage.domain.decision import Context, Decision, Gate, GateResult
from signage.domain.errors import NotFound
from signage.domain.words import studio

LOSERS = 8


class Explainer:
    def __init__(self, rooms: Rooms, lineups: Lineups, contexts: Contexts, pushing: Pushing) -> None:
        self._rooms = rooms
        self._lineups = lineups
        self._contexts = contexts
        self._pushing = pushing

    def explain(self, decision_id: str, lang: str) -> dict[str, Any]:
        """A decision in words. Losers' gates are asked again as of then; stock and prices are as of now. Raises NotFound."""
        text = self._rooms.decisions.get(decision_id)
        made = record.load(text) if text else None
        inventory = self._rooms.inventories.load(made.inventory) if made else None
        if made is None or inventory is None:
            raise NotFound("decision_unknown", "There is no record of this decision.", "この選択の記録はありません。")
        winner = inventory.spots[made.chosen] if made.chosen >= 0 else None
        store = self._rooms.site(made.screen_id).store
        return {
            "decision": made.decision_id, "screen": made.screen_id, "store": made.store_id, "at_ms": millis(made.at),
            "winner": named(winner, lang) if winner else None,
            "sentence": _sentence(made, winner, lang),
            "reasons": [{"code": str(code), "text": studio(str(code), lang)} for code in made.reasons],
            "prices": price_notes(self._rooms, store, winner.gtins if winner else (), made.at, lang),
            "propensity": made.propensity, "in_draw": len(made.draw),
            "losers": self._losers(made, inventory, lang),
            "failed": [
                {"gate": str(gate), "name": texts.gate_name(gate, lang), "count": count}
                for gate, count in made.failed.items()
            ],
            "guest": made.guest, "audience": str(made.audience) if made.audience else None,
            "audience_name": texts.audience_name(made.audience, lang), "daypart": made.daypart,
            "level": texts.level_name(made.level, lang), "policy": made.policy, "model": made.model_version,
            "inventory": made.inventory, "latency_ms": made.latency_us / 1000,
        }  # fmt: skip

    def why_not(self, screen_id: str, spot_id: str, at: datetime | None = None, lang: str = "ja") -> dict[str, Any]:
        """Every gate's answer for a spot on a screen, now or at a given time with today's stock. Raises NotFound."""
        site = self._rooms.site(screen_id)
        here = self._pushing.present(site)
        context = (
            self._pushing.context(here)
            if at is None
            else self._contexts.build(site, here.ready, at, here.who, ahead=timedelta(0))
        )
        lineup = here.ready.lineup
        if spot_id not in lineup.index:
            raise NotFound(
                "spot_unknown", "There is no such spot in this store.", "この店舗にそのスポットはありません。"
            )
        results = why_not(lineup.inventory, context, spot_id, lineup=lineup)
        spot = lineup.spots[lineup.index[spot_id]]
        prices = price_notes(self._rooms, site.store, spot.gtins, context.now, lang)
        return named(spot, lang) | _answer(results, lang) | {"prices": prices, "at_ms": millis(context.now)}

    def called(self, screen_id: str, spot_id: str, lang: str) -> str:
        """What a spot of the screen's store is called in this language; "" when it is no longer there."""
        lineup = self._lineups.current(self._rooms.site(screen_id).store).lineup
        index = lineup.index.get(spot_id)
        return "" if index is None else lineup.spots[index].called(lang)

    def _losers(self, made: Decision, inventory: Inventory, lang: str) -> list[dict[str, Any]]:
        site = self._rooms.site(made.screen_id)
        lineup = Lineup(inventory)
        ready = Ready(lineup, self._lineups.current(site.store).unsafe, ("", ""), made.at, made.at)
        context = self._context(site, ready, made)
        chances = {d.number: d.probability for d in made.draw}
        losers = []
        for index in _worth_telling(made, inventory):
            spot = inventory.spots[index]
            if index in chances:
                said = {"gate": None, "gate_name": "", "text": _chance(chances[index], lang)}
            else:
                said = first_no(_then(why_not(inventory, context, spot.spot_id, lineup=lineup), spot, made), lang)
            losers.append(named(spot, lang) | said)
        return losers

    def _context(self, site: Site, ready: Ready, made: Decision) -> Context:
        """As things stood then, from the record and the ledger; a guest's picks are forgotten and stay so."""
        who = A_GUEST if made.audience is None else Standing(made.audience, ages_unknown=False, near=True)
        return self._contexts.build(site, ready, made.at, who, ahead=made.store_ahead)


def _then(results: Sequence[GateResult], spot: Spot, made: Decision) -> Sequence[GateResult]:
    """A spot that may run by itself stood behind a stronger level, or behind the one that somebody asked for."""
    may_run = all(result.passed for result in results if result.gate in GATES)
    if may_run and made.level is not None and made.level < spot.level:
        return [GateResult(Gate.LEVEL, False, f"stronger:{made.level.name.lower()}")]
    if may_run and made.policy == ASKED:
        return [GateResult(Gate.OUTRANKED, False, "asked")]
    return results


def _worth_telling(made: Decision, inventory: Inventory) -> list[int]:
    """Campaigns before the house's own, those in the draw by chance; the moment's spots are nobody's loss."""
    chances = {d.number: d.probability for d in made.draw}
    order = [
        (bool(not spot.campaign_id), -chances.get(index, 0.0), index)
        for index, spot in enumerate(inventory.spots)
        if index != made.chosen and spot.level is not Level.MEMBER
    ]
    return [index for *_, index in sorted(order)[:LOSERS]]


def named(spot: Spot, lang: str) -> dict[str, Any]:
    """A spot as answers speak of it."""
    return {
        "spot": spot.spot_id, "name": spot.called(lang), "campaign": spot.campaign_id,
        "level": texts.level_name(spot.level, lang),
    }  # fmt: skip


def _answer(results: Sequence[GateResult], lang: str) -> dict[str, Any]:
    failing = next((result for result in results if not result.passed), None)
    told = [
        {
            "gate": str(result.gate),
            "name": texts.gate_name(result.gate, lang),
            "passed": result.passed,
            "text": texts.sentence(result, lang),
        }
        for result in results
    ]
    text = texts.not_showing(failing, lang) if failing else texts.sentence(results[-1], lang)
    return {"passes": failing is None, "text": text, "gates": told}


def first_no(results: Sequence[GateResult], lang: str) -> dict[str, Any]:
    """The gate that stopped a spot, in words; the last one where none did."""
    failing = next((result for result in results if not result.passed), results[-1])
    return {
        "gate": str(failing.gate), "gate_name": texts.gate_name(failing.gate, lang),
        "text": texts.sentence(failing, lang),
    }  # fmt: skip


def _chance(probability: float, lang: str) -> str:
    percent = f"{probability * 100:.1f}"
    return (
        f"In the draw with a chance of {percent}\N{NO-BREAK SPACE}%"
        if lang == "en"
        else f"抽選の対象でした(確率{percent}%)"
    )


def _sentence(made: Decision, winner: Spot | None, lang: str) -> str:
    """Why it was chosen, in one sentence."""
    if winner is None:
        return "Nothing may run on this screen now." if lang == "en" else "いまこの画面に放映できるものがありません。"
    why = [studio(str(code), lang) for code in made.reasons]
    percent = f"{made.propensity * 100:.0f}"
    if lang == "en":
        return f"{winner.called(lang)}: {', '.join(why)}. Its chance of being chosen was {percent}\N{NO-BREAK SPACE}%."
    return f"「{winner.called(lang)}」:{'、'.join(why)}。選ばれる確率は{percent}%でした。"
