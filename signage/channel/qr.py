"""A text in, a QR symbol as one SVG path out."""

from typing import Any

import segno

from signage.domain.symbol import drawn

QUIET = 4  # light modules around the symbol, as the standard wants


def qr_path(text: str) -> dict[str, Any]:
    """`size` is the side in modules with the quiet zone; `path` fills the dark ones. Raises DataOverflowError."""
    matrix = segno.make_qr(text, error="m").matrix
    return {"size": len(matrix) + 2 * QUIET, "path": drawn(matrix, QUIET)}
