"""Where passkeys belong, and what kind of device asks: our own address and a request's User-Agent in, a few words out."""

import re
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request

from recommender.domain.member import Site
from signage.shelf import texts

ACCOUNT = f"{texts.MEMBER.ja} / {texts.MEMBER.en}"  # in a phone's own dialogue: nobody's name is known here
DEFAULT_PORTS = {"https": 443, "http": 80}
BROWSERS = (
    ("Edge", r"\bEdgA?/"), ("Samsung Internet", r"\bSamsungBrowser/"), ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Chrome|CriOS|HeadlessChrome)/"), ("Safari", r"\bSafari/"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", r"\biPhone\b"), ("iPad", r"\biPad\b"), ("Android", r"\bAndroid\b"), ("Windows", r"\bWindows\b"),
    ("Mac", r"\bMacintosh\b"), ("Linux", r"\bLinux\b"),
)  # fmt: skip


def site_of(base_url: str) -> Site | None:
    """Where passkeys belong; None where browsers have none: without https, or below an address that has no name.

    This machine's own address is `localhost` to browsers.
    """
    address = urlsplit(base_url)
    host = address.hostname or ""
    with suppress(ValueError):  # most hosts have a name
        host = "localhost" if ip_address(host).is_loopback else ""
    if not host or (address.scheme != "https" and host != "localhost"):
        return None
    port = "" if address.port in {None, DEFAULT_PORTS[address.scheme]} else f":{address.port}"
    return Site(host, f"{address.scheme}://{host}{port}", ACCOUNT)


def device() -> str:
    """What asks, in two words, from a request's User-Agent: enough to tell one's own phones apart, and no more."""
    told = request.headers.get("User-Agent", "")[:400]
    names = [next((name for name, sign in kinds if re.search(sign, told)), "") for kinds in (BROWSERS, SYSTEMS)]
    return " · ".join(name for name in names if name)
