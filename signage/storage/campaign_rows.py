"""A campaign as the studio edits it, and as columns: JSON for hours, targeting, products and cards."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy.engine import Row

from signage.domain.campaign import CampaignState, Daypart, Distance, Flight, Level, OnHolidays, Restriction, Targeting
from signage.domain.clock import from_millis, millis
from signage.domain.content import Card, Template
from signage.domain.place import Orientation


@dataclass(frozen=True, slots=True)
class CampaignSpot:
    """What is shown and for how long: a creative of ours or a card."""

    spot_id: str
    name: str
    length_ms: int
    creative_id: str = ""
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """As the studio edits it. `store_id` "" = headquarters'; `revision` goes up with every change."""

    campaign_id: str
    name: str
    level: Level
    store_id: str
    spots: tuple[CampaignSpot, ...]
    flight: Flight | None = None
    dayparts: tuple[Daypart, ...] = ()
    targeting: Targeting = field(default_factory=Targeting)
    gtins: tuple[str, ...] = ()
    restriction: Restriction = Restriction.NONE
    cap_per_hour: int = 0
    cap_per_loop: int = 0
    cap_per_guest: int = 0
    goal_plays: int = 0
    goal_share: int = 0
    competitor: str = ""
    price_at_most: int = 0
    price_cut: bool = False
    price_proved: bool = False
    sponsored: bool = False
    state: CampaignState = CampaignState.DRAFT
    comment: str = ""
    revision: int = 1
    created_by: str = ""
    approved_by: str = ""
    edited_by: str = ""


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def campaign_values(campaign: Campaign) -> dict[str, Any]:
    """Campaign -> the columns that an edit overwrites (not its id, owner, state or times)."""
    flight, aim = campaign.flight, campaign.targeting
    hours = [asdict(part) | {"weekdays": sorted(part.weekdays)} for part in campaign.dayparts]
    targeting = {
        "stores": sorted(aim.stores), "zones": sorted(aim.zones), "screens": sorted(aim.screens),
        "tags": sorted(aim.tags), "orientations": sorted(aim.orientations), "audience": sorted(aim.audience),
        "guests_only": aim.guests_only, "distance": aim.distance,
    }  # fmt: skip
    return {
        "name": campaign.name, "level": int(campaign.level), "dayparts": _json(hours), "targeting": _json(targeting),
        "flight_start": millis(flight.start) if flight else None, "flight_end": millis(flight.end) if flight else None,
        "gtins": _json(list(campaign.gtins)), "restriction": campaign.restriction,
        "cap_per_hour": campaign.cap_per_hour, "cap_per_loop": campaign.cap_per_loop,
        "cap_per_guest": campaign.cap_per_guest, "goal_plays": campaign.goal_plays, "goal_share": campaign.goal_share,
        "competitor": campaign.competitor, "price_at_most": campaign.price_at_most, "price_cut": int(campaign.price_cut),
        "price_proved": int(campaign.price_proved), "sponsored": int(campaign.sponsored), "comment": campaign.comment,
    }  # fmt: skip


def spot_values(spot: CampaignSpot, campaign_id: str, position: int) -> dict[str, Any]:
    return {
        "id": spot.spot_id, "campaign_id": campaign_id, "name": spot.name, "length_ms": spot.length_ms,
        "creative_id": spot.creative_id or None, "card": _json(asdict(spot.card)) if spot.card else None,
        "position": position,
    }  # fmt: skip


def campaign_of(row: Row[Any], parts: Sequence[Row[Any]]) -> Campaign:
    """Rows -> campaign; the reverse of the two functions above."""
    aim = json.loads(row.targeting)
    flight = None
    if row.flight_start is not None and row.flight_end is not None:
        flight = Flight(from_millis(row.flight_start), from_millis(row.flight_end))
    return Campaign(
        campaign_id=row.id, name=row.name, level=Level(row.level), store_id=row.store_id or "",
        spots=tuple(_spot(part) for part in parts), flight=flight,
        dayparts=tuple(daypart_of(part) for part in json.loads(row.dayparts)),
        targeting=Targeting(
            stores=frozenset(aim.get("stores", ())), zones=frozenset(aim.get("zones", ())),
            screens=frozenset(aim.get("screens", ())), tags=frozenset(aim.get("tags", ())),
            orientations=frozenset(Orientation(name) for name in aim.get("orientations", ())),
            audience=frozenset(aim.get("audience", ())), guests_only=bool(aim.get("guests_only")),
            distance=Distance(aim.get("distance", Distance.ANY)),
        ),
        gtins=tuple(json.loads(row.gtins)), restriction=Restriction(row.restriction), cap_per_hour=row.cap_per_hour,
        cap_per_loop=row.cap_per_loop, cap_per_guest=row.cap_per_guest, goal_plays=row.goal_plays,
        goal_share=row.goal_share, competitor=row.competitor, price_at_most=row.price_at_most,
        price_cut=bool(row.price_cut), price_proved=bool(row.price_proved), sponsored=bool(row.sponsored),
        state=CampaignState(row.state), comment=row.comment,
        revision=row.revision, created_by=row.created_by or "", approved_by=row.approved_by or "",
        edited_by=row.edited_by,
    )  # fmt: skip


def daypart_of(fields: dict[str, Any]) -> Daypart:
    """As written, also before there were holidays and weeks."""
    holidays = OnHolidays(fields.get("holidays", OnHolidays.SAME))
    return Daypart(**fields | {"weekdays": frozenset(fields["weekdays"]), "holidays": holidays})


def _spot(row: Row[Any]) -> CampaignSpot:
    card = None
    if row.card:
        fields = json.loads(row.card)
        card = Card(**fields | {"template": Template(fields["template"])})
    return CampaignSpot(row.id, row.name, row.length_ms, row.creative_id or "", card)
