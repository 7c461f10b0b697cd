"""Campaigns and their spots in and out of the database; edits by revision, state changes only along the allowed arrows."""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select, true, update

from signage.domain.campaign import CampaignState, Level
from signage.domain.clock import millis
from signage.domain.errors import Conflict, NotFound
from signage.storage.audit import note
from signage.storage.campaign_rows import Campaign, campaign_of, campaign_values, spot_values
from signage.storage.campaign_search import Sought, conditions
from signage.storage.engine import write
from signage.storage.schema import campaigns, spots

S = CampaignState
ARROWS: dict[CampaignState, frozenset[CampaignState]] = {
    S.SUBMITTED: frozenset({S.DRAFT, S.SENT_BACK, S.WITHDRAWN}),
    S.APPROVED: frozenset({S.SUBMITTED, S.PAUSED}),
    S.SENT_BACK: frozenset({S.SUBMITTED}),
    S.PAUSED: frozenset({S.APPROVED}),
    S.WITHDRAWN: frozenset({S.APPROVED, S.PAUSED, S.SUBMITTED}),
    S.ENDED: frozenset({S.APPROVED, S.PAUSED, S.WITHDRAWN}),
}  # to -> from
LIVE = frozenset({S.SUBMITTED, S.APPROVED, S.PAUSED})  # approved, or about to be
EDITABLE = frozenset({S.DRAFT, S.SENT_BACK, S.WITHDRAWN})
_NEWEST = campaigns.c.created_at.desc()
_changed_last = func.coalesce(func.nullif(campaigns.c.edited_by, ""), campaigns.c.created_by, "")  # who changed it last


class Campaigns:
    """`scope` is the one store that the asker may see, None = every store's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, campaign_id: str, scope: str | None) -> Campaign:
        """NotFound also for another store's."""
        with self._engine.connect() as connection:
            return _read(connection, campaign_id, scope)

    def all(self, scope: str | None, since: datetime | None = None) -> list[Campaign]:
        """Newest first; with `since` only those whose flight was not over then."""
        return self._some(_NEWEST, _within(scope), *conditions(Sought(since=since)))

    def found(self, scope: str | None, sought: Sought, start: int, count: int | None) -> list[Campaign]:
        """Of those that match, newest first, `count` (None = all) from `start` on."""
        return self._some(_NEWEST, _within(scope), *conditions(sought), start=start, count=count)

    def waiting(self, scope: str | None, start: int, count: int) -> list[Campaign]:
        """Of those that were submitted, the longest untouched first."""
        submitted = campaigns.c.state == S.SUBMITTED
        return self._some(campaigns.c.updated_at, _within(scope), submitted, start=start, count=count)

    def these(self, campaign_ids: Collection[str]) -> list[Campaign]:
        """Newest first, of every owner."""
        return self._some(_NEWEST, campaigns.c.id.in_(campaign_ids))

    def counts(self, scope: str | None, sought: Sought) -> dict[CampaignState, int]:
        """How many of those that match are in each state."""
        query = select(campaigns.c.state, func.count()).where(_within(scope), *conditions(sought))
        with self._engine.connect() as connection:
            return {S(state): count for state, count in connection.execute(query.group_by(campaigns.c.state))}

    def of_levels(self, levels: Collection[Level]) -> frozenset[str]:
        """The ids of all at these levels."""
        query = select(campaigns.c.id).where(campaigns.c.level.in_([int(level) for level in levels]))
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(query))

    def _some(
        self, order: ColumnElement[Any], *which: ColumnElement[bool], start: int = 0, count: int | None = None
    ) -> list[Campaign]:
        query = select(campaigns).where(*which).order_by(order, campaigns.c.id).offset(start).limit(count)
        chosen = query.with_only_columns(campaigns.c.id).subquery()
        shown = select(spots).join(chosen, spots.c.campaign_id == chosen.c.id)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
            parts = connection.execute(shown.order_by(spots.c.campaign_id, spots.c.position)).all()
        by_campaign = {name: list(several) for name, several in groupby(parts, key=lambda part: part.campaign_id)}
        return [campaign_of(row, by_campaign.get(row.id, [])) for row in rows]

    def waiting_by_owner(self, scope: str | None) -> dict[tuple[str, str], int]:
        """How many were submitted, by the store that owns them ("" = headquarters) and who changed them last."""
        owner = func.coalesce(campaigns.c.store_id, "")
        submitted = select(owner, _changed_last, func.count()).where(_within(scope), campaigns.c.state == S.SUBMITTED)
        with self._engine.connect() as connection:
            return {
                (store_id, by): count
                for store_id, by, count in connection.execute(submitted.group_by(owner, _changed_last))
            }

    def sent_back(self, scope: str | None, by: str) -> int:
        """How many of those that this person changed last were sent back."""
        back = select(func.count()).where(_within(scope), campaigns.c.state == S.SENT_BACK, _changed_last == by)
        with self._engine.connect() as connection:
            return connection.execute(back).scalar_one()

    def named_by_spot(self, spot_ids: Collection[str]) -> dict[str, str]:
        """The name of the campaign that each spot belongs to; one of no campaign is absent."""
        query = select(spots.c.id, campaigns.c.name).join(campaigns).where(spots.c.id.in_(spot_ids))
        with self._engine.connect() as connection:
            return {spot_id: name for spot_id, name in connection.execute(query)}

    def trades(self, scope: str | None) -> list[str]:
        """The trades that campaigns name for competitive separation, in order."""
        named = select(campaigns.c.competitor).where(_within(scope), campaigns.c.competitor != "").distinct()
        with self._engine.connect() as connection:
            return sorted(connection.scalars(named))

    def add(self, campaign: Campaign, by: str, now: datetime, *, copied: str = "") -> bool:
        """Store it once -> was it new? The form carries the id, so pressing the button twice makes one campaign.

        `copied`: the name of the campaign that it was made from."""

        def work(connection: Connection) -> bool:
            if connection.execute(select(campaigns.c.id).where(campaigns.c.id == campaign.campaign_id)).first():
                return False
            values = campaign_values(campaign) | {"state": CampaignState.DRAFT, "revision": 1}
            connection.execute(
                insert(campaigns).values(
                    id=campaign.campaign_id, store_id=campaign.store_id or None, created_by=by or None, edited_by=by,
                    created_at=millis(now), updated_at=millis(now), **values,
                )
            )  # fmt: skip
            _write_spots(connection, campaign)
            verb = "campaign_copied" if copied else "campaign_added"
            note(connection, now, by, verb, campaign.campaign_id, detail=copied or campaign.name)
            return True

        return write(self._engine, work)

    def edit(self, campaign: Campaign, scope: str | None, by: str, now: datetime) -> None:
        """Overwrite revision `campaign.revision`; it is a draft again. Conflict when it changed or may not be edited."""

        def work(connection: Connection) -> None:
            _move(connection, campaign.campaign_id, campaign.revision, scope, allowed=EDITABLE, now=now,
                  state=CampaignState.DRAFT, approved_by=None, edited_by=by, **campaign_values(campaign))  # fmt: skip
            _write_spots(connection, campaign)
            note(connection, now, by, "campaign_edited", campaign.campaign_id, detail=campaign.name)

        write(self._engine, work)

    def move(
        self, campaign_id: str, to: CampaignState, revision: int, scope: str | None, *, by: str, now: datetime,
        comment: str = "", reviewed: str = "",
    ) -> Campaign:  # fmt: skip
        """Along an arrow above -> as it is now. NotFound; Conflict when it changed meanwhile or there is no arrow.

        `reviewed`: what an approver looked at; it stands in the audit log only."""

        def work(connection: Connection) -> Campaign:
            values: dict[str, object] = {"state": to, "comment": comment[:500]}
            if to is CampaignState.APPROVED:
                values["approved_by"] = by or None
            _move(connection, campaign_id, revision, scope, allowed=ARROWS[to], now=now, **values)
            note(connection, now, by, f"campaign_{to.value}", campaign_id, detail=comment or reviewed)
            return _read(connection, campaign_id, scope)

        return write(self._engine, work)


def changed_meanwhile() -> Conflict:
    return Conflict(
        "campaign_changed",
        "Somebody else changed this campaign. Open it again and repeat your change.",
        "ほかの人がこのキャンペーンを変更しました。開き直して、もう一度変更してください。",
    )


def _move(
    connection: Connection, campaign_id: str, revision: int, scope: str | None, *, allowed: frozenset[CampaignState],
    now: datetime, **values: object,
) -> None:  # fmt: skip
    changed = connection.execute(
        update(campaigns)
        .where(
            campaigns.c.id == campaign_id, _within(scope), campaigns.c.revision == revision,
            campaigns.c.state.in_(allowed),
        )
        .values(revision=revision + 1, updated_at=millis(now), **values)
    )  # fmt: skip
    if changed.rowcount:
        return
    current = _read(connection, campaign_id, scope)
    if current.revision != revision:
        raise changed_meanwhile()
    raise Conflict(
        "campaign_state",
        "This can't be done in the campaign's present state. Open it again to see what can.",
        "いまの状態ではこの操作はできません。開き直して確認してください。",
    )


def _write_spots(connection: Connection, campaign: Campaign) -> None:
    connection.execute(delete(spots).where(spots.c.campaign_id == campaign.campaign_id))
    for position, spot in enumerate(campaign.spots):
        connection.execute(insert(spots).values(spot_values(spot, campaign.campaign_id, position)))


def _read(connection: Connection, campaign_id: str, scope: str | None) -> Campaign:
    row = connection.execute(select(campaigns).where(campaigns.c.id == campaign_id, _within(scope))).first()
    if row is None:
        raise NotFound("campaign_unknown", "There is no such campaign.", "そのキャンペーンは見つかりません。")
    query = select(spots).where(spots.c.campaign_id == campaign_id).order_by(spots.c.position)
    return campaign_of(row, list(connection.execute(query)))


def _within(scope: str | None) -> ColumnElement[bool]:
    return true() if scope is None else campaigns.c.store_id == scope
