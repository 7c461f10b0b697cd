"""The modules of a QR symbol in, one SVG path that fills the dark ones out."""

from collections.abc import Sequence
from itertools import groupby


def drawn(matrix: Sequence[Sequence[int]], quiet: int = 0) -> str:
    """One run of dark modules (not 0) after another, each a rectangle one module high; the first is `quiet` modules from the
    left and the top."""
    runs = []
    for y, row in enumerate(matrix, quiet):
        x = quiet
        for dark, group in groupby(row):
            length = len(list(group))
            if dark:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return "".join(runs)
