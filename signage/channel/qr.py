"""A text in, a QR symbol as one SVG path out."""

from typing import Any

import segno

from signage.domain.symbol import drawn

QUIET = 4  # light modules around the symbol, as the standard wants


def qr_path(text: str, mask: int | None = None) -> dict[str, Any]:
    """`size` is the side in modules with the quiet zone; `path` fills the dark ones. Raises DataOverflowError.

    `mask`: where many are drawn at once; looking for the best of the eight takes five times as long."""
    matrix = segno.make_qr(text, error="m", mask=mask).matrix
    return {"size": len(matrix) + 2 * QUIET, "path": drawn(matrix, QUIET)}
