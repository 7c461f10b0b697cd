"""Counts of trials as they are printed: with their number and a 95 % interval (Wilson, 1927)."""

from math import sqrt

Z = 1.96


def interval(hits: int, trials: int) -> tuple[float, float]:
    """The shares that so many hits of so many trials speak for."""
    share, z = hits / trials, Z * Z / trials
    middle, half = share + z / 2, Z * sqrt(share * (1 - share) / trials + z / trials / 4)
    return (middle - half) / (1 + z), (middle + half) / (1 + z)


def counted(hits: int, trials: int) -> str:
    low, high = interval(hits, trials)
    return f"{hits} of {trials} ({hits / trials:.1%}, 95 % interval {low:.1%} to {high:.1%})"
