"""All that people's pages need, handed in once: the rooms below, and callables for what must travel upwards."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, cast

from flask import current_app

from recommender.catalog import Catalog
from recommender.domain.evaluation import Evaluation
from recommender.domain.imported import ImportedProducts
from signage.domain.audience import AudienceClass
from signage.domain.camera_policy import UNLIMITED, CameraPolicy
from signage.domain.clock import Clock
from signage.domain.condition import Report
from signage.domain.content import Card
from signage.domain.errors import Unavailable
from signage.domain.families import Families
from signage.domain.forecast import Forecast
from signage.media.store import MediaStore
from signage.proof.totals import Sold
from signage.storage.alerts import Alerts
from signage.storage.audit import Audit
from signage.storage.campaign_rows import Campaign
from signage.storage.campaigns import Campaigns
from signage.storage.cells import Cells
from signage.storage.conditions import Conditions
from signage.storage.creatives import Creatives
from signage.storage.decisions import Decisions
from signage.storage.enforcing import Retention
from signage.storage.idempotency import Idempotency
from signage.storage.inventories import Inventories
from signage.storage.jobs import Jobs
from signage.storage.learned import Learned
from signage.storage.notices import Notices
from signage.storage.plays import Plays
from signage.storage.screens import Screens
from signage.storage.uploads import Uploads
from signage.storage.users import Users

EXTENSION = "shelfcast.web"


class ShownNow(Protocol):
    """What a screen was sent last (live.Shown), or says it shows (status.Showing)."""

    @property
    def spot_id(self) -> str: ...
    @property
    def decision_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def at(self) -> datetime: ...


class Suppose(Protocol):
    """What would be shown on a screen: (screen, time or None for now, audience) with `guest` and `lang`."""

    def __call__(
        self, screen_id: str, at: datetime | None, audience: AudienceClass, *, guest: bool, lang: str
    ) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Storage:
    """The rooms below that pages read and write."""

    screens: Screens
    creatives: Creatives
    uploads: Uploads
    campaigns: Campaigns
    users: Users
    jobs: Jobs
    plays: Plays
    conditions: Conditions
    cells: Cells
    learned: Learned
    notices: Notices
    retention: Retention
    audit: Audit
    alerts: Alerts
    decisions: Decisions
    inventories: Inventories
    idempotency: Idempotency
    media: MediaStore
    catalog: Catalog


@dataclass(frozen=True, slots=True)
class WebPorts:
    """`explain(decision, language)` and `why_not(screen, spot, language, at)` are the controller's, in words.
    `forecast(campaign, screens, language)` is its answer before a campaign is saved, and `suppose` its Supposer's.

    `country_of(zone)`: whose holidays a store of that time zone keeps (ISO 3166).
    `preview(card, gtins, store)` is the controller's too: a card in every place and language.
    `evaluation` is the recommender's, the one that was kept last, and `sold` its door's units; both raise
    RecommenderUnreachable.
    `campaigns_changed` gets store ids ([] = every store); `enqueue` kind and subject; `offload` runs what would block
    the event loop for more than 50 ms elsewhere and waits for it. `tell_player` sends a message of the wire; `answer` is a
    player's last `done` or `capture`; `lights` knows panels with a sensor. `alerts_to`: the host that alerts are told to, ""
    where there is none. `base_url` goes into the QR of a poster; `camera_policy`: the most that a camera may do.
    `review`: what an approver has to look at, see campaign_review. `import_products(path, dry run)` takes a CSV into the
    recommender's catalogue, in any thread; None where that is another service's.
    """

    storage: Storage
    clock: Clock
    redis_url: str
    upload_max_mb: int
    campaigns_changed: Callable[[list[str]], object]
    show_now: Callable[[str, str], object]
    explain: Callable[[str, str], dict[str, Any]]
    why_not: Callable[[str, str, str, datetime | None], dict[str, Any]]
    forecast: Callable[[Campaign, Sequence[str], str], Forecast | None]
    suppose: Suppose
    preview: Callable[[Card, Sequence[str], str], dict[str, Any]]
    evaluation: Callable[[], Evaluation | None]
    sold: Sold
    country_of: Callable[[str], str]
    shown: Callable[[list[str]], Mapping[str, ShownNow]]
    seen: Callable[[list[str]], dict[str, datetime]]
    reports: Callable[[list[str]], dict[str, Report]]
    lights: Callable[[list[str]], dict[str, bool]]
    tell_player: Callable[[str, dict[str, Any]], object]
    answer: Callable[[str, str], dict[str, Any] | None]
    screen_revoked: Callable[[str], object]
    enqueue: Callable[[str, str], str]
    import_products: Callable[[Path, bool], ImportedProducts] | None = None
    offload: Callable[[Callable[[], Any]], Any] = lambda work: work()
    patience_s: float = 3.0  # for a player's answer to a command
    alerts_to: str = ""
    four_eyes: bool = True
    review: Sequence[str] = ()
    secure_cookie: bool = False
    base_url: str = ""
    camera_policy: CameraPolicy = UNLIMITED
    families: Families = field(default_factory=Families)


def ports() -> WebPorts:
    """The ports of the app that answers this request."""
    return cast(WebPorts, current_app.extensions[EXTENSION])


def tell_screens(store_ids: list[str]) -> None:
    """The rows are saved; when the live state doesn't answer, screens follow later by asking themselves."""
    with suppress(Unavailable):
        ports().campaigns_changed(store_ids)
