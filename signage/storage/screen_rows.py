"""Rows of stores and screens: which columns are asked for, the domain's dataclasses from them, and back."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from signage.domain.place import CameraMode, Fit, Layout, Position, Screen, Store, Zone
from signage.storage.schema import screens, stores

# Asked for every message of every screen, so they are put together once: that took longer than the question itself.
OF_STORE = [
    stores.c[name]
    for name in (
        "id", "name_ja", "name_en", "zone", "currency", "language", "restricted_without_camera", "simulated", "contact",
        "own_percent", "own_approval", "latitude", "longitude",
    )
]  # fmt: skip
OF_SCREEN = [
    screens.c[name]
    for name in (
        "id", "store_id", "name", "zone", "width", "height", "tags", "language", "camera", "place_ja", "place_en",
        "layout", "fit", "safe_percent", "lit_from_min", "lit_until_min",
    )
]  # fmt: skip
SCREEN = select(*OF_SCREEN).where(screens.c.id == bindparam("id"))
STORE = select(*OF_STORE).where(stores.c.id == bindparam("id"))
PLACED = (  # asked for at every turn of every screen: once, not twice
    select(*OF_SCREEN, *OF_STORE).join(stores, stores.c.id == screens.c.store_id).where(screens.c.id == bindparam("id"))
)


def store_of(values: Sequence[Any]) -> Store:
    id_, ja, en, zone, currency, language, restricted, simulated, contact, own_percent, own_approval, *degrees = values
    return Store(
        id_,
        ja,
        en,
        zone,
        currency,
        language,
        bool(restricted),
        bool(simulated),
        contact,
        own_percent,
        bool(own_approval),
        None if None in degrees else Position(*degrees),
    )


def screen_of(values: Sequence[Any]) -> Screen:
    id_, store_id, name, zone, width, height, tags, lang, camera, ja, en, layout, fit, safe, lit_from, lit_until = (
        values
    )
    return Screen(
        id_, store_id, name, Zone(zone), width, height, frozenset(json.loads(tags)), lang, CameraMode(camera), ja, en,
        Layout(layout), Fit(fit), safe, lit_from, lit_until,
    )  # fmt: skip


def screen_values(screen: Screen) -> dict[str, Any]:
    """Everything of a screen but its id and its keys."""
    return {
        "store_id": screen.store_id, "name": screen.name, "zone": str(screen.zone), "width": screen.width,
        "height": screen.height, "tags": json.dumps(sorted(screen.tags), ensure_ascii=False),
        "language": screen.language, "camera": str(screen.camera),
        "place_ja": screen.place_ja, "place_en": screen.place_en, "layout": str(screen.layout),
        "fit": str(screen.fit), "safe_percent": screen.safe_percent,
        "lit_from_min": screen.lit_from_min, "lit_until_min": screen.lit_until_min,
    }  # fmt: skip
