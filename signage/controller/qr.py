"""A link in, a QR symbol as one SVG path out (whole modules; the quiet zone is the player's)."""

from functools import lru_cache

import segno

from signage.domain.symbol import drawn

# ISO/IEC 18004 lets a reader take any of the eight masks. Trying all to find the evenest takes 8 ms instead of 2, and of
# 600 links turned, blurred and made noisy as many were read (all with this mask, .998 with the evenest).
MASK = 0


@lru_cache(maxsize=2048)
def qr(url: str, caption: str) -> dict[str, str | int]:
    """`size` is the side in modules; `caption` says what one gets. Raises segno.DataOverflowError beyond 2 KB."""
    matrix = segno.make_qr(url, error="m", mask=MASK).matrix
    return {"size": len(matrix), "path": drawn(matrix), "caption": caption}
