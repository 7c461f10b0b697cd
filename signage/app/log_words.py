"""A day of the log in words and as JSON-ready values: a LogDay in."""

from signage.decide.judge import FEWEST, MOST_STANDINS, LogDay

WHY = {
    "few": f"fewer than {FEWEST:,} decisions were left to chance",
    "weights": "the mean importance weight is not near 1: logged chances are not those that were drawn with",
    "effective": "too few of them count effectively",
    "floor": "a chance is below the floor",
    "broken": "a record's chances don't add up, or its choice isn't among them",
    "standins": f"more than {MOST_STANDINS:.0%} of the items stand in for a card that could not be filled",
}


def as_dict(day: LogDay) -> dict[str, object]:
    return {
        "day": day.day.isoformat(), "records": day.records, "drawn": day.drawn, "asked": day.asked,
        "standins": day.standins, "withheld": day.withheld,
        "members_on": day.members_on, "members_off": day.members_off, "mean_weight": round(day.mean_weight, 4),
        "effective": round(day.effective), "floor": day.floor, "doubts": day.doubts(),
    }  # fmt: skip


def sentence(day: LogDay) -> str:
    """One line: the figures, and why the day can't be judged where it can't."""
    figures = (
        f"{day.day}: {day.records:,} decisions, {day.drawn:,} left to chance; mean importance weight {day.mean_weight:.3f}, "
        f"effective sample size {day.effective:,.0f}, lowest chance {day.floor:.4f}, withheld {day.withheld:,}"
    )
    if day.members_on or day.members_off:
        figures += f", members' picks shown {day.members_on:,} and withheld {day.members_off:,}"
    doubts = "; ".join(WHY[code] for code in day.doubts())
    return f"{figures}. Can't be judged: {doubts}." if doubts else f"{figures}. Can be judged."
