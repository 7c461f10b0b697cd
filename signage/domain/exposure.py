"""The people before a screen during one play, as counts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exposure:
    """`gross_impressions`, `ots` and `attention_s` (person-seconds) by the formulas of proof/exposure.

    `present`: people when it began; `present_s`: person-seconds before the screen. `simulated`: some were made up.
    """

    gross_impressions: int
    ots: int
    attention_s: float
    present: int
    present_s: int
    simulated: bool
