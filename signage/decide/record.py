"""The decision record as JSON and back: at most 4 KB with 64 spots in the draw, and nothing lost on the way."""

import json
from datetime import timedelta

from signage.decide.draw import WHOLE
from signage.decide.holdout import MEMBERS
from signage.domain.audience import AudienceClass
from signage.domain.campaign import Level
from signage.domain.clock import from_millis, millis
from signage.domain.decision import Decision, Drawn, Gate, Ghost, Holdout, Reason


def dump(decision: Decision) -> str:
    """Decision -> compact JSON. The draw is rows of [index, score, millionths]."""
    body = {
        "id": decision.decision_id,
        "screen": decision.screen_id,
        "store": decision.store_id,
        "at": millis(decision.at),
        "policy": decision.policy,
        "model": decision.model_version,
        "inventory": decision.inventory,
        "guest": decision.guest,
        "audience": decision.audience,
        "daypart": decision.daypart,
        "stock": decision.stock_hash,
        "draw": [[d.number, d.score, round(d.probability * WHOLE)] for d in decision.draw],
        "failed": decision.failed,
        "chosen": decision.chosen,
        "spot": decision.spot_id,
        "propensity": decision.propensity,
        "seed": decision.seed,
        "level": None if decision.level is None else decision.level.name.lower(),
        "reasons": decision.reasons,
        "us": decision.latency_us,
    }
    if decision.store_ahead:
        body["ahead_s"] = round(decision.store_ahead.total_seconds())
    if decision.withheld is not None:
        body |= {"holdout": MEMBERS, "withheld": decision.withheld}
    if decision.holdout:
        body["holdout"] = [decision.holdout.experiment, decision.holdout.percent]
    if decision.ghost:
        body["ghost"] = [decision.ghost.index, round(decision.ghost.probability * WHOLE)]
    if decision.cut:
        body["cut"] = True
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Decision:
    """What dump wrote -> the same decision (times to the millisecond). Raises KeyError/ValueError for anything else."""
    body = json.loads(text)
    return Decision(
        decision_id=body["id"],
        screen_id=body["screen"],
        store_id=body["store"],
        at=from_millis(body["at"]),
        policy=body["policy"],
        model_version=body["model"],
        inventory=body["inventory"],
        guest=body["guest"],
        audience=None if body["audience"] is None else AudienceClass(body["audience"]),
        daypart=body["daypart"],
        stock_hash=body["stock"],
        draw=tuple(Drawn(index, score, part / WHOLE) for index, score, part in body["draw"]),
        failed={Gate(name): count for name, count in body["failed"].items()},
        chosen=body["chosen"],
        spot_id=body["spot"],
        propensity=body["propensity"],
        seed=body["seed"],
        level=None if body["level"] is None else Level[body["level"].upper()],
        reasons=tuple(Reason(code) for code in body["reasons"]),
        latency_us=body["us"],
        store_ahead=timedelta(seconds=body.get("ahead_s", 0)),
        holdout=Holdout(*body["holdout"]) if body.get("holdout", MEMBERS) != MEMBERS else None,
        withheld=body.get("withheld"),
        ghost=Ghost(body["ghost"][0], body["ghost"][1] / WHOLE) if "ghost" in body else None,
        cut=body.get("cut", False),
    )
