"""A screen and its store in; what its player is told of them out, in `welcome` and when somebody changes it."""

from typing import Any

from signage.channel.protocol import Welcome
from signage.domain.place import CameraMode, Screen, Store

CAMERA_WORDS = {
    (CameraMode.PRESENCE, "ja"): "人数を計測中・映像は保存しません",
    (CameraMode.PRESENCE, "en"): "Counting people · no video is kept",
    (CameraMode.DEMOGRAPHICS, "ja"): "人数と年代を推定中・映像は保存しません",
    (CameraMode.DEMOGRAPHICS, "en"): "Estimating numbers and age bands · no video is kept",
}
DEMO_WORDS = {"ja": "デモ:価格・在庫は模擬", "en": "Demo: prices and stock are simulated"}


def welcome(screen: Screen, store: Store, etag: str, now_ms: int) -> Welcome:
    watched = screen.camera is not CameraMode.OFF
    language = screen.language if screen.language in DEMO_WORDS else "en"
    return Welcome(
        server_ms=now_ms,
        screen=settings(screen, store),
        manifest=etag,
        camera={"on": watched, "text": CAMERA_WORDS[screen.camera, language] if watched else ""},
        demo_line=DEMO_WORDS[language] if store.simulated else "",
    )


def settings(screen: Screen, store: Store) -> dict[str, Any]:
    """The `screen` of `welcome` and `settings`."""
    return {
        "id": screen.screen_id, "name": screen.name, "width": screen.width, "height": screen.height,
        "zone": str(screen.zone), "language": screen.language, "time_zone": store.zone,
        "layout": str(screen.layout), "fit": str(screen.fit), "safe_percent": screen.safe_percent,
        "lit": {"from_min": screen.lit_from_min, "until_min": screen.lit_until_min},
    }  # fmt: skip
