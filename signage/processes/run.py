"""`shelfcast run`: migrate, start Valkey, web and worker, watch them, stop them."""

import os
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from signage.processes import services, valkey
from signage.processes.alone import share
from signage.processes.ca import Certificate, certificate
from signage.processes.keys import kept
from signage.processes.supervisor import Supervisor
from signage.settings import Settings

Say = Callable[[str], None]
ANY_ADDRESS = ("0.0.0.0", "::")


@dataclass(frozen=True)
class System:
    """What every child is started with."""

    settings: Settings
    supervisor: Supervisor
    env: dict[str, str]
    camera_key: str
    tls: Certificate | None

    @property
    def local_url(self) -> str:
        """The web process as children of this machine reach it."""
        host = "127.0.0.1" if self.settings.host in ANY_ADDRESS else self.settings.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.settings.port}"

    def ready(self) -> bool:
        """Does the web process answer /healthz?"""
        trust = ssl.create_default_context(cafile=str(self.tls.ca)) if self.tls else None
        try:
            with urllib.request.urlopen(f"{self.local_url}/healthz", timeout=1, context=trust) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def tls_names(settings: Settings) -> list[str]:
    """Names and addresses that displays may open: the configured ones, the bound one, the one that the QRs name."""
    names = [name.strip() for name in settings.tls_names.split(",") if name.strip()]
    bound = [] if settings.host in ANY_ADDRESS else [settings.host]
    return [*bound, *names, urlsplit(settings.base_url).hostname or settings.host]


def prepare(settings: Settings, say: Say) -> System:
    """Keys, certificate and Valkey, ready for children. Raises TooFewFiles, InUse, ChildFailed."""
    services.ensure_open_files(settings.web_connections)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    data = settings.data_dir
    share(data)
    supervisor = Supervisor(settings.logs, say)
    supervisor.handle_signals()
    env = {
        "SHELFCAST_DATA_DIR": str(data.resolve()),
        "SHELFCAST_SECRET_KEY": settings.secret_key or kept(data, "secret"),
        "SHELFCAST_CAMERA_KEY": settings.camera_key or kept(data, "camera"),
        "SHELFCAST_HOST": settings.host,
        "SHELFCAST_PORT": str(settings.port),
        "SHELFCAST_PUBLIC_URL": settings.base_url,
        "SHELFCAST_DEMO": str(int(settings.demo)),
    }
    if settings.demo:  # its people are made up, or hold the demo
        env["SHELFCAST_CAMERA_MODES"] = "*=demographics"
    try:
        if settings.redis_url:
            env["REDIS_URL"] = settings.redis_url
        else:
            port, password = valkey.free_port(), kept(data, "valkey")
            supervisor.add(valkey.spec(data, port, password))
            supervisor.wait_until(lambda: valkey.answers(port), 10, "valkey")
            env["REDIS_URL"] = valkey.url(port, password)
    except BaseException:
        supervisor.stop()
        raise
    tls = certificate(data, tls_names(settings)) if settings.tls else None
    return System(settings, supervisor, env, env["SHELFCAST_CAMERA_KEY"], tls)


def migrate(system: System) -> None:
    """Both databases, to the newest shape. Side by side: nearly all of it is starting Python."""
    verbs = [services.shelfcast("migrate", "migrate", env=system.env, restart=False)]
    if not _elsewhere():
        verbs.append(services.recommender("migrate-history", "migrate", env=system.env))
    system.supervisor.complete(*verbs)


def start_web(system: System) -> None:
    """Web and worker; returns when the web process answers."""
    system.supervisor.add(services.web(system.settings, system.env, system.tls))
    system.supervisor.add(services.shelfcast("worker", "worker", env=system.env))
    system.supervisor.wait_until(system.ready, 60, "web")


def watch(system: System, look: Callable[[], object] = lambda: None) -> None:
    """Keeps everything up and trains anew as often as the settings say, until somebody asks to stop; at once where no
    version of the models opens, as before the first training or after an upgrade that changed their format. Never where
    the history is another service's: there is nothing to learn from here.

    `look` is called several times a second.
    """
    every_s, since = 0 if _elsewhere() else system.settings.train_every_h * 3600, time.monotonic()
    if every_s:
        _train(system, "--if-none")
    while not system.supervisor.stopping:
        system.supervisor.wait(0.2)
        look()
        if every_s and time.monotonic() - since >= every_s:
            since = time.monotonic()
            _train(system)


def _elsewhere() -> bool:
    """Is the recommender a service of its own, with its own history and training?"""
    return bool(os.environ.get("RECOMMENDER_URL"))


def _train(system: System, *words: str) -> None:
    system.supervisor.add(services.recommender("train", "train", "--progress", "none", *words, env=system.env))


def run(settings: Settings, say: Say) -> None:
    """Runs everything until Ctrl-C. Raises ChildFailed when a part doesn't stay up."""
    system = prepare(settings, say)
    try:
        migrate(system)
        start_web(system)
        if not system.supervisor.stopping:
            say(f"Shelfcast is running. Studio: {settings.base_url}/studio  Player: {settings.base_url}/player")
            if _elsewhere():
                say(
                    "The history is kept behind RECOMMENDER_URL, and its models are trained there: nothing is trained here."
                )
        watch(system)
    finally:
        system.supervisor.stop()
