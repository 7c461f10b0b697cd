"""The numbers that deciding runs by; a record names the policy, so a changed number is a new name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from signage.domain.place import Zone


@dataclass(frozen=True, slots=True)
class Policy:
    """`house_turn`: at least one spot in this many is the store's own content, by zone (0 or absent: no promise).

    `relevance_weight` of a score comes from relevance, the rest from how long a spot has waited; what was learned of its
    response is added, times `response_weight`, and how far it is behind a promise, times `urgency_weight`. `temperature`
    is the softmax's. The floor is what each spot of a draw gets at least, in millionths.
    """

    name: str
    draw_size: int = 64
    floor_ppm: int = 10_000
    temperature: float = 0.05
    relevance_weight: float = 0.4
    response_weight: float = 2.0
    urgency_weight: float = 1.0
    house_turn: Mapping[str, int] = field(default_factory=lambda: {Zone.CHECKOUT: 3})


STANDARD = Policy("softmax-3")
BEFORE = (
    Policy("softmax-2", urgency_weight=0.0, response_weight=1.0),
    Policy("softmax-1", urgency_weight=0.0, response_weight=0.0),
)
POLICIES = {policy.name: policy for policy in (STANDARD, *BEFORE)}  # that a record may name
ASKED = "asked-1"  # somebody named the spot: a greeting, "show now"
STANDIN = "standin-1"  # what was drawn could not be filled: this took its place without a draw
