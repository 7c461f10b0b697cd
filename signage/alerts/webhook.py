"""An alert in, one signed POST to the address that the settings name out. No redirect is followed, no other address asked."""

import hashlib
import hmac
import json
import socket
import ssl
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from urllib.parse import urlsplit

from signage.domain.operations import NotToldWhy
from signage.storage.alerts import Alert

TIMEOUT_S = 5.0
ANSWER_BYTES = 1024


class NotTold(Exception):
    """str() is `why: detail`, the detail for technicians; it is tried again."""

    def __init__(self, why: NotToldWhy, detail: str) -> None:
        super().__init__(f"{why}: {detail}")


class Webhook:
    """`private`: may the address be one of a private network, and plain http? `trust` is for https."""

    def __init__(self, url: str, secret: str, *, private: bool = False, trust: ssl.SSLContext | None = None) -> None:
        self._to = urlsplit(url)
        self._secret = secret.encode()
        self._private = private
        self._trust = trust

    def tell(self, alert: Alert, now: datetime) -> None:
        """Raises NotTold unless the other side answers with 2xx."""
        told = json.dumps(body_of(alert), ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Shelfcast-Alert": alert.alert_id,
            "X-Shelfcast-Signature": signature(self._secret, int(now.timestamp()), told),
        }
        try:
            connection = self._connection()
            try:
                connection.request(
                    "POST", (self._to.path or "/") + (f"?{self._to.query}" * bool(self._to.query)), told, headers
                )
                answer = connection.getresponse()
                answer.read(ANSWER_BYTES)
            finally:
                connection.close()
        except ssl.SSLError as error:
            raise NotTold(NotToldWhy.UNTRUSTED, repr(error)) from error
        except (OSError, HTTPException) as error:
            raise NotTold(NotToldWhy.AWAY, repr(error)) from error
        if not 200 <= answer.status < 300:
            raise NotTold(NotToldWhy.REFUSED, str(answer.status))

    def _connection(self) -> HTTPConnection:
        """Connected to an address that was looked at: the name is not asked for twice."""
        host, secure = self._to.hostname or "", self._to.scheme == "https"
        port = self._to.port or (443 if secure else 80)
        address = self._address(host, port)
        made = (
            HTTPSConnection(host, port, timeout=TIMEOUT_S) if secure else HTTPConnection(host, port, timeout=TIMEOUT_S)
        )
        raw = socket.create_connection((address, port), TIMEOUT_S)
        trust = self._trust or ssl.create_default_context()
        made.sock = trust.wrap_socket(raw, server_hostname=host) if secure else raw
        return made

    def _address(self, host: str, port: int) -> str:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if not self._private and not all(ip_address(one.partition("%")[0]).is_global for one in found):
            raise NotTold(NotToldWhy.PRIVATE, "SHELFCAST_ALERT_PRIVATE allows that")
        return found[0]


def signature(secret: bytes, at_s: int, told: bytes) -> str:
    """`t=<unix seconds>,v1=<hex>`: HMAC-SHA-256 of "<t>.<body>". Refuse a `t` that is more than 5 minutes off."""
    return f"t={at_s},v1={hmac.new(secret, f'{at_s}.'.encode() + told, hashlib.sha256).hexdigest()}"


def body_of(alert: Alert) -> dict[str, str | None]:
    return {
        "id": alert.alert_id, "kind": str(alert.kind), "screen": alert.screen_id, "store": alert.store_id,
        "at": alert.at.isoformat(), "ended_at": alert.ended_at.isoformat() if alert.ended_at else None,
        "detail": alert.detail,
    }  # fmt: skip
