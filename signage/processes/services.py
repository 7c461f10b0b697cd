"""The child processes that make up Shelfcast, as specs: web, worker, camera, recommender, one-off verbs."""

import resource
import sys
from collections.abc import Mapping

from signage.audience.sandbox import FORBIDDEN_ENVIRONMENT
from signage.processes.ca import Certificate
from signage.processes.child import Spec
from signage.settings import Settings

FILES_BESIDE_SOCKETS = 200


class TooFewFiles(RuntimeError):
    """The system allows fewer open files than the sockets asked for. str() names the remedy."""


def ensure_open_files(connections: int) -> None:
    """Raises the soft limit of open files to what the sockets need. Raises TooFewFiles when the hard limit is below it."""
    need = connections + FILES_BESIDE_SOCKETS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < need:
        raise TooFewFiles(
            f"{need} open files are needed, {hard} are allowed: raise `ulimit -Hn` or SHELFCAST_WEB_CONNECTIONS"
        )
    if soft != resource.RLIM_INFINITY and soft < need:
        resource.setrlimit(resource.RLIMIT_NOFILE, (need, hard))


def web(settings: Settings, env: Mapping[str, str], tls: Certificate | None) -> Spec:
    """One gunicorn worker on gevent: a greenlet a socket. More machines, not more workers, when one is full."""
    argv = [
        sys.executable,
        "-m",
        "gunicorn",
        "--worker-class",
        "gevent",
        "--workers",
        "1",
        "--no-control-socket",
        "--config",
        "python:signage.app.gunicorn_conf",
    ]
    argv += ["--worker-connections", str(settings.web_connections), "--bind", f"{settings.host}:{settings.port}"]
    argv += ["--graceful-timeout", "1", "--timeout", "60", "--keep-alive", "30", "--log-level", "warning"]
    if tls is not None:
        argv += ["--certfile", str(tls.chain), "--keyfile", str(tls.key)]
    return Spec("web", [*argv, "signage.app.web:web()"], env)


def shelfcast(name: str, *words: str, env: Mapping[str, str], restart: bool = True) -> Spec:
    """`shelfcast WORDS…` as a child."""
    return Spec(name, [sys.executable, "-m", "signage", *words], env, restart=restart)


def recommender(name: str, *words: str, env: Mapping[str, str], restart: bool = False) -> Spec:
    """`recommender WORDS…` as a child."""
    return Spec(name, [sys.executable, "-m", "recommender", *words], env, restart=restart)


def camera(name: str, *words: str, env: Mapping[str, str], key: str, restart: bool = True) -> Spec:
    """The camera process: it knows no database and no Redis, only where to send counts and with which key."""
    argv = [sys.executable, "-m", "signage", "camera", *words]
    known, hidden = {**env, "SHELFCAST_CAMERA_KEY": key}, frozenset(FORBIDDEN_ENVIRONMENT)
    return Spec(name, argv, known, without_env=hidden, restart=restart, fatal=False)
