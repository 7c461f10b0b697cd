"""A text in, a QR symbol as one SVG path out."""

from typing import Any

import segno

QUIET = 4  # light modules around the symbol, as the standard wants


def qr_path(text: str) -> dict[str, Any]:
    """`size` is the side in modules with the quiet zone; `path` fills the dark ones. Raises DataOverflowError."""
    matrix = segno.make_qr(text, error="m").matrix
    runs = [
        f"M{start + QUIET} {y + QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(matrix)
        for start, length in _runs(bytes(row))
    ]
    return {"size": len(matrix) + 2 * QUIET, "path": "".join(runs)}


def _runs(row: bytes) -> list[tuple[int, int]]:
    """(start, length) of each run of dark modules."""
    runs, start = [], -1
    for x, dark in enumerate(row + b"\0"):
        if dark and start < 0:
            start = x
        elif not dark and start >= 0:
            runs.append((start, x - start))
            start = -1
    return runs
