"""How lists came about -> counts, for whoever watches the service."""

from collections import Counter


class Tally:
    """(group, name) -> how often. A count may be lost when two threads meet: these are
    for graphs, never for truth."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, group: str, name: str) -> None:
        self._counts[group, name] += 1

    def counts(self) -> dict[tuple[str, str], int]:
        return dict(self._counts)
