"""The web process: `create_app(settings)` composes every room; gunicorn calls `web()`."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import copy_context
from datetime import timedelta
from functools import partial
from random import SystemRandom
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import gevent
import structlog
from flask import Flask
from gevent import get_hub
from werkzeug.middleware.proxy_fix import ProxyFix

from recommender.app import products_import
from recommender.domain.errors import RecommenderUnreachable
from recommender.domain.event import Change, ChangeKind
from signage import http, jobs
from signage.app.base import NotConfigured
from signage.app.scan import Scan
from signage.app.shop import Shop
from signage.bundle.find import path
from signage.channel.hub import Hub
from signage.channel.ports import Ports
from signage.channel.protocol import body as wire_body
from signage.channel.routes import install as install_wire
from signage.channel.session import Desk, whole
from signage.controller.countries import country_of
from signage.controller.lasting import LastingCatalog, LastingCrowd
from signage.controller.loop import Controller
from signage.controller.rooms import Rooms, on_time
from signage.controller.tokens import ScreenTokens
from signage.decide.holdout import SWITCHBACK
from signage.domain.camera_policy import CameraPolicy
from signage.domain.condition import Report
from signage.domain.decision import Holdout
from signage.domain.errors import Forbidden, NotFound, Unavailable
from signage.domain.families import read_families
from signage.domain.place import CameraMode
from signage.domain.play import Play
from signage.domain.price import TaxRounding
from signage.domain.stock import StockLimits
from signage.proof.plays import Proof
from signage.proof.shown import Teller
from signage.proof.watching import Watching
from signage.settings import Settings
from signage.shelf.ports import ShelfPorts
from signage.shelf.routes import blueprint as shelf_pages
from signage.shelf.scans import Scans
from signage.storage.engine import ping
from signage.web.access import may_try
from signage.web.ports import WebPorts
from signage.web.studio import error_page
from signage.web.studio import install as install_studio

if TYPE_CHECKING:
    from signage.app.knobs import Knobs

log = structlog.get_logger()


class Web(Shop):
    """The shop and what only the web process has: the controller, the sockets, the scan entry."""

    def __init__(self, settings: Settings, store_ahead: Callable[[str], timedelta] = on_time) -> None:
        super().__init__(settings)
        if not settings.secret_key:
            raise NotConfigured(
                "SHELFCAST_SECRET_KEY is empty. Start with `shelfcast run`, or give every web process one."
            )
        self.tokens = ScreenTokens(settings.secret_key, self.clock)
        self.families = read_families(path("assets", "families.csv").read_text())
        self.controller = Controller(self._rooms(store_ahead))
        self.scan = Scan(self.doors.personal, self.controller, self.live, self.storage.screens, self.clock)
        self.hub = Hub(self.live)
        self.scans = Scans(self.doors.record, self.clock)
        self.bell = jobs.Bell(settings.redis_url)
        self.watching = Watching(self.writer)
        self.camera_policy = CameraPolicy({at: CameraMode(mode) for at, mode in settings.camera_modes.items()})
        self._out: set[tuple[str, str]] = set()  # (store, GTIN) that the controller knows to be sold out

    def _rooms(self, store_ahead: Callable[[str], timedelta]) -> Rooms:
        return Rooms(
            screens=self.storage.screens,
            inventories=self.storage.inventories,
            decisions=self.storage.decisions,
            plays=self.storage.plays,
            cells=self.storage.cells,
            learned=self.storage.learned,
            writer=self.writer,
            live=self.live,
            catalog=LastingCatalog(self.doors.catalog),
            crowd=LastingCrowd(self.doors.crowd, self.clock),
            families=self.families,
            tokens=self.tokens,
            clock=self.clock,
            monotonic_ns=time.monotonic_ns,
            rng=SystemRandom(),
            base_url=self.settings.base_url,
            store_ahead=store_ahead,
            stock_limits=stock_limits(self.settings),
            holdout=Holdout(SWITCHBACK, self.settings.holdout_percent) if self.settings.holdout_percent else None,
            apart=timedelta(minutes=self.settings.separation_min),
        )

    def start(self) -> None:
        """Begin to hear: messages for this process' screens, and stock running out. After the fork."""
        self.hub.start()
        self.doors.listen_changes(self._changed)

    def stop(self) -> None:
        """Let players reconnect elsewhere, and write what waits."""
        self.hub.stop()
        self.scans.close()
        self.close()

    def _changed(self, change: Change) -> None:
        """Only running out, and coming back, change what may run; every other level is read when a card is filled."""
        place = (change.store_id, change.gtin)
        if (
            change.kind is ChangeKind.STOCK
            and change.quantity is not None
            and (change.quantity == 0) != (place in self._out)
        ):
            (self._out.add if change.quantity == 0 else self._out.discard)(place)
            self.controller.stock_changed(change.store_id, change.gtin, change.quantity)

    def reported(self, screen_id: str, report: Report) -> None:
        """A player said how it is: for the studio now, and as a stretch of its day for the report."""
        self.watching.note(screen_id, *report.condition, report.at)
        if report.error_at == report.at:
            log.warning("player_error", screen=screen_id, error=report.error)
        with suppress(Unavailable):  # only what the studio says of now
            self.live.put_report(screen_id, report)

    def enqueue(self, kind: str, subject: str) -> str:
        """A job for the worker -> its id."""
        return jobs.enqueue(self.storage.jobs, self.bell, self.clock, kind, subject)

    def promoted(self, campaign_id: str) -> Sequence[str]:
        """The products of a campaign that may be gone by now, or be our own content ("")."""
        try:
            return self.storage.campaigns.get(campaign_id, None).gtins
        except NotFound:
            return ()

    def mode_allowed(self, store_id: str, mode: CameraMode) -> bool:
        store = self.storage.screens.store(store_id)
        return store is not None and self.camera_policy.allows(store.zone, mode)

    def store_of(self, screen_id: str) -> str:
        screen = self.storage.screens.screen(screen_id)
        return screen.store_id if screen else ""

    def verify_token(self, token: str) -> str | None:
        """Screen id of the QR that a screen shows, None when it lapsed or isn't ours."""
        try:
            return self.tokens.verify(token, self.clock())
        except Forbidden:
            return None


def stock_limits(settings: Settings) -> StockLimits:
    return StockLimits(settings.stock_plenty, settings.stock_few, timedelta(minutes=settings.stock_fresh_min))


def create_app(settings: Settings) -> Flask:
    """Every page, the wire and the API of one web process. Raises NotConfigured."""
    knobs = _knobs(settings)
    web = Web(settings, knobs.times.ahead) if knobs else Web(settings)
    app = Flask("signage.app")
    app.secret_key = settings.secret_key
    app.extensions["shelfcast"] = web
    http.install(app, error_page)
    app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, settings.proxies)  # type: ignore[method-assign]
    severed = knobs.cables.severed if knobs else whole
    desk = Desk(web.hub, web.live, web.storage.screens, _wire_ports(web), web.clock, severed=severed)
    install_wire(
        app, desk, camera_key=settings.camera_key, base_url=settings.base_url, check_database=partial(ping, web.engine)
    )
    install_studio(app, _studio_ports(web))
    app.register_blueprint(shelf_pages(_shelf_ports(web)))
    for pages in knobs.pages(web) if knobs else ():
        app.register_blueprint(pages)
    web.start()
    return app


def _knobs(settings: Settings) -> "Knobs | None":
    """What a demo may turn in its stores; no other shop has any of it."""
    if not settings.demo:
        return None
    from signage.app.knobs import Knobs  # noqa: PLC0415 - pandas and the demo only where it is shown

    return Knobs()


def web() -> Flask:
    """For gunicorn, in the worker: settings from the environment."""
    return create_app(Settings())


def _wire_ports(web: Web) -> Ports:
    teller = Teller(web.doors.record, web.promoted, web.store_of)
    proof = Proof(web.writer, web.storage.screens, partial(_later, teller.tell))
    return Ports(
        next_item=web.controller.next_item,
        record_plays=lambda screen_id, plays: proof.record(screen_id, plays, web.clock()),
        scanned_code=web.scan.scanned,
        snapshot=web.controller.on_snapshot,
        may_watch=web.storage.notices.complete,
        counts=web.live.counts,
        manifest=web.controller.manifest,
        media_path=web.storage.media.served,
        light=web.live.put_light,
        status=web.reported,
        ended=lambda screen_id, condition: web.watching.ended(screen_id, condition, web.clock()),
        answered=lambda screen_id, answer: web.live.put_answer(screen_id, wire_body(answer)),
        mode_allowed=web.mode_allowed,
    )


def _later(tell: Callable[[Sequence[Play]], None], plays: Sequence[Play]) -> None:
    """Telling the history must not keep a player waiting for its acknowledgement."""
    gevent.spawn(_tell, tell, plays)


def _tell(tell: Callable[[Sequence[Play]], None], plays: Sequence[Play]) -> None:
    try:
        tell(plays)
    except RecommenderUnreachable as error:  # the ledger has them, and counts from itself
        log.warning("plays_not_told", plays=len(plays), why=str(error))


def _studio_ports(web: Web) -> WebPorts:
    controller = web.controller
    return WebPorts(
        storage=web.storage,
        clock=web.clock,
        redis_url=web.settings.redis_url,
        upload_max_mb=web.settings.upload_max_mb,
        campaigns_changed=controller.campaigns_changed,
        show_now=controller.show_now,
        explain=controller.explain,
        why_not=lambda screen_id, spot_id, lang, at: controller.why_not(screen_id, spot_id, at, lang),
        forecast=controller.forecast,
        suppose=controller.suppose,
        preview=controller.preview,
        evaluation=web.doors.evaluation,
        sold=web.doors.sales.units,
        country_of=country_of,
        shown=web.live.shown_on,
        seen=web.live.seen,
        reports=web.live.reports,
        lights=web.live.lights,
        tell_player=web.live.publish,
        answer=web.live.answer,
        screen_revoked=web.hub.revoked,
        enqueue=web.enqueue,
        import_products=products_import(clock=web.clock),
        offload=offload,
        alerts_to=urlsplit(web.settings.alert_url).hostname or "",
        four_eyes=web.settings.four_eyes,
        review=web.settings.review,
        secure_cookie=web.settings.base_url.startswith("https:"),
        base_url=web.settings.base_url,
        camera_policy=web.camera_policy,
        families=web.families,
    )


def offload(work: Callable[[], Any]) -> Any:
    """Runs what would block every socket of this process in a real thread, and waits for it; its request goes with it."""
    return get_hub().threadpool.apply(copy_context().run, (work,))


def _shelf_ports(web: Web) -> ShelfPorts:
    screens = web.storage.screens

    def screen_name(screen_id: str) -> str:
        screen = screens.screen(screen_id)
        return screen.name if screen else ""

    return ShelfPorts(
        catalog=web.doors.catalog,
        personal=web.doors.personal,
        stores=screens.stores,
        store=screens.store,
        verify_screen_token=web.verify_token,
        scan=web.scan.accept,
        scanned=web.scans.scanned,
        showing=web.scan.showing,
        chosen=web.scan.chosen,
        end_by_code=web.scan.end_by_code,
        screen_name=screen_name,
        may_try=may_try,
        offload=offload,
        clock=web.clock,
        base_url=web.settings.base_url,
        demo=web.settings.demo,
        stock_limits=stock_limits(web.settings),
        tax_rounding=TaxRounding(web.settings.tax_rounding),
    )
