"""The demo's two stores and their screens: the biggest store of the data as a Japanese one, the next as itself.

A third has shelves and no screens: a phone in the first one is told what the neighbour has.
"""

from signage.domain.place import CameraMode, Position, Screen, Store, Zone

JAPAN = Store(
    "367", "駅前店", "Ekimae", "Asia/Tokyo", "JPY", language="ja", simulated=True, contact="見本の窓口 03-0000-0000",
    position=Position(35.6812, 139.7671),
)  # fmt: skip
ABROAD = Store("406", "エルム通り店", "Elm Street", "America/New_York", "USD", language="en", simulated=True)
STORES = (JAPAN, ABROAD)
NEIGHBOUR = Store(
    "356", "公園前店", "Park Side", "Asia/Tokyo", "JPY", language="ja", simulated=True, position=Position(35.6926, 139.7705)
)  # fmt: skip
WITH_SHELVES = (*STORES, NEIGHBOUR)

SHELF_OF = "frozen"  # the family whose shelf the edge hangs on
_SHAPES = (
    ("entrance", "入口", "Entrance", Zone.ENTRANCE, 1920, 1080, "入口", "Entrance"),
    ("aisle", "通路", "Aisle", Zone.AISLE, 1080, 1920, "3番通路・左", "Aisle 3, left"),
    ("checkout", "レジ前", "Checkout", Zone.CHECKOUT, 1920, 1080, "レジ前", "Checkout"),
    ("edge", "冷凍食品の棚前", "Frozen food shelf", Zone.SHELF, 1920, 360, "冷凍食品", "Frozen food"),
)


def screens(store: Store) -> tuple[Screen, ...]:
    """Four screens at their true shapes; the entrance has the camera."""
    return tuple(
        Screen(
            screen_id=f"{store.store_id}-{key}",
            store_id=store.store_id,
            name=name_ja if store.language == "ja" else name_en,
            zone=zone,
            width=width,
            height=height,
            tags=frozenset({"demo", SHELF_OF} if zone is Zone.SHELF else {"demo"}),
            language=store.language,
            camera=CameraMode.DEMOGRAPHICS if zone is Zone.ENTRANCE else CameraMode.OFF,
            place_ja=place_ja,
            place_en=place_en,
        )
        for key, name_ja, name_en, zone, width, height, place_ja, place_en in _SHAPES
    )
