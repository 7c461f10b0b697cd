"""The server asks nobody for an address that somebody typed: the few modules that ask anybody are named here, each with whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASKING = {  # whoever may use an HTTP client
    "signage.alerts.webhook": "the address in SHELFCAST_ALERT_URL; https, no private network unless allowed, no redirect",
    "signage.audience.sender": "the camera's own server, as it was started with",
    "signage.processes.run": "its own web process: is it healthy?",
    "recommender.remote": "the recommender in RECOMMENDER_URL",
}
LISTENING = {  # whoever may hold a socket besides
    "signage.channel.sockets", "signage.processes.valkey", "signage.processes.lan", "signage.audience.camera",
    "signage.audience.seccomp", "recommender.http.server",
}  # fmt: skip
CLIENTS = {
    "http.client", "urllib.request", "requests", "httpx", "aiohttp", "urllib3", "ftplib", "smtplib", "poplib", "imaplib",
    "telnetlib", "xmlrpc.client", "websocket", "websockets", "simple_websocket", "pycurl", "paramiko", "asyncio",
}  # fmt: skip


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def using(*modules: str) -> set[str]:
    """Our modules that import one of these, wherever in the file."""
    files = [file for package in ("signage", "recommender") for file in (ROOT / package).rglob("*.py")]
    assert len(files) > 300
    return {
        ".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files
        if any(name == module or name.startswith(f"{module}.") for name in imports(file) for module in modules)
    }  # fmt: skip


def test_only_these_ask_anybody_for_anything() -> None:
    assert using(*CLIENTS) == set(ASKING)


def test_only_these_hold_a_socket() -> None:
    assert using("socket") == LISTENING | {"signage.alerts.webhook", "signage.audience.sender"}
