"""The most that a camera may do, by region: laws and customs differ. A store's time zone in, a mode out."""

from collections.abc import Mapping
from dataclasses import dataclass

from signage.domain.place import CameraMode

EVERYWHERE = "*"
ORDER = (CameraMode.OFF, CameraMode.PRESENCE, CameraMode.DEMOGRAPHICS)


@dataclass(frozen=True, slots=True)
class CameraPolicy:
    """`most_in`: by IANA zone ("Asia/Tokyo"), by the first part of one ("Europe"), or "*"; the longest that fits holds."""

    most_in: Mapping[str, CameraMode]

    def most(self, zone: str) -> CameraMode:
        """Where nothing fits, no camera may be on."""
        parts = zone.split("/")
        regions = ("/".join(parts[:n]) for n in range(len(parts), 0, -1))
        return next((self.most_in[r] for r in (*regions, EVERYWHERE) if r in self.most_in), CameraMode.OFF)

    def allows(self, zone: str, mode: CameraMode) -> bool:
        return ORDER.index(mode) <= ORDER.index(self.most(zone))


UNLIMITED = CameraPolicy({EVERYWHERE: CameraMode.DEMOGRAPHICS})
