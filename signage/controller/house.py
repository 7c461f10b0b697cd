"""The spots that every store has without a campaign: its own words, its best sellers, and the member's moment."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from recommender.crowd import Crowd
from recommender.domain.recommendation import Place
from signage.domain.campaign import Level, Spot, Targeting
from signage.domain.content import Card, Template
from signage.domain.families import Families
from signage.domain.place import CameraMode, Orientation, Screen, Store

MOMENT, PICK = "system_moment", "system_pick"
WELCOME, CAMERA = "house_welcome", "house_camera"
LENGTH_MS, MOMENT_MS = 10_000, 10_000
LYING = frozenset({Orientation.LANDSCAPE, Orientation.PORTRAIT})
STRIP = frozenset({Orientation.STRIP})
WIDE = frozenset({Orientation.LANDSCAPE})
PRODUCT_FAMILIES, RANKING_FAMILIES, TRIO_FAMILIES = 8, 6, 5
ENOUGH = 3  # products that a list needs
SCREEN_ADDRESS = "/s/"


def house_spots(
    store: Store, screens: Sequence[Screen], crowd: Crowd, families: Families, now: datetime
) -> tuple[Spot, ...]:
    """Cards that can be filled at this store now, named in its language: a family without best sellers gets none.

    A shelf's screen with a family's key among its tags (`frozen`) shows the goods of that shelf only.
    """
    place = Place(store.store_id, now)
    sellers = {family: crowd.top(place, ENOUGH, family) for family in ("", *families)}
    filled = [family for family in families if len(sellers[family]) >= ENOUGH]
    filled.sort(key=lambda family: -sellers[family][0].score)
    spots = [*_notices(screens), *GUEST_SPOTS]
    if sellers[""]:
        spots.append(_auto(Template.PRODUCT, "", families, LYING))
        spots += [_auto(Template.PRODUCT, family, families, WIDE) for family in filled[:PRODUCT_FAMILIES]]
    if len(sellers[""]) >= ENOUGH:
        spots += [_auto(Template.RANKING, family, families, LYING) for family in ("", *filled[:RANKING_FAMILIES])]
        spots += _trios(screens, filled, families)
    return tuple(replace(spot, name=spot.called(store.language)) for spot in spots)


def _trios(screens: Sequence[Screen], filled: Sequence[str], families: Families) -> list[Spot]:
    """Three products for the shelves' edges: of the shelf's own family where its screen is tagged with it."""
    strips = [screen for screen in screens if screen.orientation is Orientation.STRIP]
    own = {family: {s.screen_id for s in strips if family in s.tags} for family in filled}
    mixed = {s.screen_id for s in strips}.difference(*own.values())
    anywhere = ("", *filled[:TRIO_FAMILIES])
    aims = {family: own.get(family, set()) | (mixed if family in anywhere else set()) for family in ("", *filled)}
    return [_auto(Template.TRIO, family, families, STRIP, aim) for family, aim in aims.items() if aim]


def _guest_spot(spot_id: str, template: Template, ja: str, en: str, length_ms: int) -> Spot:
    """Its card says words of its own: these name it on people's pages."""
    card, only = Card(template, title_ja=ja, title_en=en), Targeting(guests_only=True)
    return Spot(spot_id, ja, Level.MEMBER, length_ms, card, approved=True, targeting=only)


GUEST_SPOTS = (
    _guest_spot(MOMENT, Template.MOMENT, "会員へのあいさつ", "Greeting a member", MOMENT_MS),
    _guest_spot(PICK, Template.PICK, "会員へのおすすめ", "Picks for a member", LENGTH_MS),
)


def _notices(screens: Sequence[Screen]) -> list[Spot]:
    watched = frozenset(screen.screen_id for screen in screens if screen.camera is not CameraMode.OFF)
    spots = [
        _notice(
            WELCOME,
            ("いらっしゃいませ", "Welcome"),
            ("ごゆっくりお買い物ください。", "Take your time, and enjoy your shopping."),
            picture=("produce", "basket"),
            template=Template.CLOCK,
        ),
        _notice(
            "house_shelf_codes",
            ("棚札のQRで在庫がわかります", "Scan the shelf label"),
            (
                "スマートフォンで読み取ると、価格と在庫を確かめられます。",
                "Your phone then shows the price and the stock.",
            ),
            picture=("drinks", "mobile-phone"),
        ),
        _notice(
            "house_member",
            ("会員の方へのおすすめ", "Picks for members"),
            (
                "スマートフォンで読み取ると、この画面におすすめが出ます。お名前は表示しません。",
                "Scan with your phone to see picks on this screen. Your name is never shown.",
            ),
            link=SCREEN_ADDRESS,
            picture=("bread", "identification-card"),
        ),
    ]
    if watched:
        spots.append(
            _notice(
                CAMERA,
                ("カメラ利用のお知らせ", "About the camera"),
                (
                    "映像は保存せず、人数などをその場で推定しています。個人を特定しません。",
                    "Video is not kept. Numbers are estimated on the spot; nobody is identified.",
                ),
                link="/privacy/camera",
                screens=watched,
                template=Template.NOTICE,
                picture=("home", "camera"),
            )
        )
    return spots


def _notice(
    spot_id: str,
    title: tuple[str, str],
    body: tuple[str, str],
    *,
    picture: tuple[str, str],
    link: str = "",
    screens: Collection[str] = (),
    template: Template = Template.SERVICE,
) -> Spot:
    """`picture`: a family for the colours, and a pictogram."""
    tag_ja, tag_en = ("お知らせ", "Notice") if template is Template.NOTICE else ("", "")
    card = Card(
        template, title_ja=title[0], title_en=title[1], body_ja=body[0], body_en=body[1], link=link,
        family=picture[0], pictogram=picture[1], tag_ja=tag_ja, tag_en=tag_en,
    )  # fmt: skip
    aim = Targeting(screens=frozenset(screens), orientations=LYING if link == SCREEN_ADDRESS else frozenset())
    return Spot(spot_id, title[0], Level.HOUSE, LENGTH_MS, card, approved=True, targeting=aim)


TITLES = {
    Template.PRODUCT: ("人気の商品", "Popular now"),
    Template.RANKING: ("人気ランキング", "Best sellers"),
    Template.TRIO: ("いま人気の3品", "Three favourites"),
}


def _auto(
    template: Template,
    family: str,
    families: Families,
    shapes: Collection[Orientation],
    screens: Collection[str] = (),
) -> Spot:
    ja, en = TITLES[template]
    if family:
        ja, en = f"{families[family].name_ja}の{ja}", f"{en}: {families[family].name_en}"
    return Spot(
        f"house_{template}_{family}" if family else f"house_{template}",
        ja,
        Level.HOUSE,
        LENGTH_MS,
        Card(template, family=family, title_ja=ja, title_en=en),
        approved=True,
        targeting=Targeting(orientations=frozenset(shapes), screens=frozenset(screens)),
    )
