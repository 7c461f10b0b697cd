"""Spots in: everything a store's screens could be asked to show. Inventories out and in: what decisions chose from."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Row

from signage.domain.campaign import (
    WHOLE,
    CampaignState,
    Daypart,
    Distance,
    Flight,
    Inventory,
    Level,
    Restriction,
    Spot,
    Targeting,
)
from signage.domain.clock import from_millis, millis
from signage.domain.content import Card, Media, MediaKind, Template
from signage.domain.place import Orientation
from signage.storage.campaign_rows import Campaign, CampaignSpot, campaign_of, daypart_of
from signage.storage.schema import campaigns, creatives, spots, stores
from signage.storage.schema import inventories as table

REMEMBERED = timedelta(days=7)  # a campaign stays askable ("why not?") for so long after its flight


class Inventories:
    """Reads campaigns as the studio wrote them; keeps each version of an inventory once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def campaign_spots(self, store_ids: Collection[str], now: datetime) -> dict[str, tuple[Spot, ...]]:
        """By store, every spot of the campaigns that it has or shares, whatever their state, whose file is ready."""
        mine = (
            select(campaigns)
            .where(
                or_(campaigns.c.store_id.is_(None), campaigns.c.store_id.in_(store_ids)),
                campaigns.c.state != CampaignState.ENDED,
                or_(campaigns.c.flight_end.is_(None), campaigns.c.flight_end > millis(now - REMEMBERED)),
            )
            .order_by(campaigns.c.id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(mine).all()
            ids = mine.with_only_columns(campaigns.c.id).order_by(None)
            parts = connection.execute(
                select(spots).where(spots.c.campaign_id.in_(ids)).order_by(spots.c.campaign_id, spots.c.position)
            ).all()
            files = _files(connection, [part.creative_id for part in parts if part.creative_id])
            shares = _own_shares(connection)
        by_campaign: dict[str, list[Row[Any]]] = {}
        for part in parts:
            by_campaign.setdefault(part.campaign_id, []).append(part)
        found: dict[str, list[Spot]] = {store_id: [] for store_id in store_ids}
        for row in rows:
            made = _spots(campaign_of(row, by_campaign.get(row.id, [])), files, shares)
            for store_id in store_ids if row.store_id is None else [row.store_id]:
                found[store_id] += made
        return {store_id: tuple(made) for store_id, made in found.items()}

    def spots_of(self, campaign: Campaign) -> tuple[Spot, ...]:
        """What a campaign would add to an inventory, saved or not: the spots whose file is ready."""
        with self._engine.connect() as connection:
            files = _files(connection, [part.creative_id for part in campaign.spots if part.creative_id])
            return tuple(_spots(campaign, files, _own_shares(connection)))

    def load(self, version: str) -> Inventory | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(table).where(table.c.version == version)).first()
        return None if row is None else Inventory(row.store_id, row.version, parse_spots(row.body))

    def latest(self, store_id: str) -> Inventory | None:
        """The version stored last for this store."""
        query = select(table).where(table.c.store_id == store_id).order_by(table.c.created_at.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else Inventory(row.store_id, row.version, parse_spots(row.body))


def put_inventory(connection: Connection, inventory: Inventory, now: datetime) -> None:
    """Keep this version; one that is known only counts as the latest again."""
    insert_into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert_into(table).values(
        version=inventory.version, store_id=inventory.store_id, body=dump_spots(inventory.spots), created_at=millis(now)
    )
    connection.execute(
        statement.on_conflict_do_update(index_elements=["version"], set_={"created_at": statement.excluded.created_at})
    )


def make_inventory(store_id: str, contents: Sequence[Spot]) -> Inventory:
    """Spots -> inventory; the version is the SHA-256 of the store and the spots as they are stored."""
    body = dump_spots(contents)
    return Inventory(store_id, hashlib.sha256(f"{store_id}\n{body}".encode()).hexdigest(), tuple(contents))


def dump_spots(contents: Sequence[Spot]) -> str:
    return f"[{', '.join(map(_dumped, contents))}]"


@lru_cache(maxsize=4096)
def _dumped(spot: Spot) -> str:
    """Of a chain's inventories nearly all spots are the same, and so they are after a change."""
    return json.dumps(spot, ensure_ascii=False, sort_keys=True, default=_plain)


def parse_spots(text: str) -> tuple[Spot, ...]:
    """What dump_spots wrote -> the same spots."""
    return tuple(_spot(fields) for fields in json.loads(text))


def _plain(value: object) -> object:
    if isinstance(value, Spot | Media | Card | Targeting | Flight | Daypart):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, datetime):
        return millis(value)
    raise TypeError(f"{type(value).__name__} has no place in an inventory")


def _spot(fields: dict[str, Any]) -> Spot:
    flight, content, aim = fields["flight"], fields["content"], fields["targeting"]
    return Spot(
        **fields
        | {
            "level": Level(fields["level"]),
            "content": _content(content),
            "flight": Flight(from_millis(flight["start"]), from_millis(flight["end"])) if flight else None,
            "dayparts": tuple(daypart_of(part) for part in fields["dayparts"]),
            "targeting": Targeting(
                **{name: frozenset(aim[name]) for name in ("stores", "zones", "screens", "tags", "audience")},
                orientations=frozenset(Orientation(name) for name in aim["orientations"]),
                guests_only=aim["guests_only"],
                distance=Distance(aim.get("distance", Distance.ANY)),
            ),
            "gtins": tuple(fields["gtins"]),
            "restriction": Restriction(fields["restriction"]),
            "variants": tuple(_media(variant) for variant in fields.get("variants", ())),
            "expires": from_millis(fields["expires"]) if fields.get("expires") else None,
        }
    )


def _content(fields: dict[str, Any]) -> Media | Card:
    if "template" in fields:
        return Card(**fields | {"template": Template(fields["template"])})
    return _media(fields)


def _media(fields: dict[str, Any]) -> Media:
    return Media(**fields | {"kind": MediaKind(fields["kind"])})


@dataclass
class _Files:
    """A creative's file, once it is ready, and those of its variants."""

    own: Media | None = None
    variants: list[Media] = field(default_factory=list)
    expires: datetime | None = None


def _files(connection: Connection, ids: Sequence[str]) -> dict[str, _Files]:
    usable = and_(creatives.c.state == "ready", creatives.c.deleted_at.is_(None))
    query = select(creatives).where(usable, or_(creatives.c.id.in_(ids), creatives.c.variant_of.in_(ids)))
    found: dict[str, _Files] = {}
    for row in connection.execute(query.order_by(creatives.c.id)):
        kind, of = MediaKind(row.kind), found.setdefault(row.variant_of or row.id, _Files())
        media = Media(row.id, kind, row.sha256, row.mime, row.width, row.height, row.name, row.size, row.language)
        if row.variant_of:
            of.variants.append(media)
        else:
            of.own, of.expires = media, None if row.expires_at is None else from_millis(row.expires_at)
    return found


def _spots(campaign: Campaign, files: dict[str, _Files], shares: dict[str, int]) -> list[Spot]:
    """`shares`: by store, the percent that its own campaigns may have."""
    found, share = [], shares.get(campaign.store_id, WHOLE)
    for part in campaign.spots:
        if part.card:
            found.append(_campaign_spot(campaign, part, part.card, share))
        elif (of := files.get(part.creative_id)) is not None and of.own is not None:
            spot = _campaign_spot(campaign, part, of.own, share)
            found.append(replace(spot, variants=tuple(of.variants), expires=of.expires))
    return found


def _own_shares(connection: Connection) -> dict[str, int]:
    return {row.id: row.own_percent for row in connection.execute(select(stores.c.id, stores.c.own_percent))}


def _campaign_spot(campaign: Campaign, part: CampaignSpot, content: Media | Card, own_percent: int) -> Spot:
    shown = (content.gtin,) if isinstance(content, Card) and content.gtin else ()
    return Spot(
        spot_id=part.spot_id,
        name=part.name or campaign.name,
        level=campaign.level,
        length_ms=part.length_ms,
        content=content,
        campaign_id=campaign.campaign_id,
        approved=campaign.state in (CampaignState.APPROVED, CampaignState.PAUSED),
        flight=campaign.flight,
        dayparts=campaign.dayparts,
        targeting=campaign.targeting,
        gtins=tuple(dict.fromkeys((*shown, *campaign.gtins))),
        restriction=campaign.restriction,
        cap_per_hour=campaign.cap_per_hour,
        cap_per_loop=campaign.cap_per_loop,
        cap_per_guest=campaign.cap_per_guest,
        goal_plays=campaign.goal_plays,
        goal_share=campaign.goal_share,
        competitor=campaign.competitor,
        price_at_most=campaign.price_at_most,
        price_cut=campaign.price_cut,
        price_proved=campaign.price_proved,
        sponsored=campaign.sponsored,
        paused=campaign.state is CampaignState.PAUSED,
        own_percent=own_percent,
    )
