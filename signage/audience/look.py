"""What one or several looks at a face told in, the words that may leave out. Thresholds are in models/cards/age-v1.md."""

from dataclasses import dataclass

# The network errs towards the middle, so the bands' edges lie further in than 12 and 65: 14 and 58. Near an edge it is
# as often wrong as right, and nothing is said.
CHILD_TO_AGE, ADULT_FROM_AGE = 12.0, 16.0
ADULT_TO_AGE, SENIOR_FROM_AGE = 54.0, 62.0
YOUNG_TO_AGE = 20  # the last year counted in `Look.young`
POSSIBLE_CHILD_FROM = 0.12


@dataclass(frozen=True, slots=True)
class Look:
    """`age`: expected apparent age in years; `young`: probability 0-1 of an age up to YOUNG_TO_AGE."""

    age: float
    young: float


def band(look: Look | None) -> str:
    """Look, or None -> "child" | "adult" | "senior" | "unknown" (no look, or too close to an edge)."""
    if look is None:
        return "unknown"
    if look.age <= CHILD_TO_AGE:
        return "child"
    if look.age >= SENIOR_FROM_AGE:
        return "senior"
    return "adult" if ADULT_FROM_AGE <= look.age <= ADULT_TO_AGE else "unknown"


def may_be_child(look: Look | None) -> bool:
    """Without a look nothing is said: `unknown` in the snapshot counts those, and deciding treats them as unknown."""
    return look is not None and look.young >= POSSIBLE_CHILD_FROM
