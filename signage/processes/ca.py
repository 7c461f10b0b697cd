"""The store's own certificate authority: made once, kept in the data directory, installed on each display."""

import hashlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509

LEAF_DAYS = 397
RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files: the CA to install on displays, and the server's chain and key."""

    ca: Path
    chain: Path
    key: Path


def _authority(folder: Path) -> trustme.CA:
    cert, key = folder / "ca.pem", folder / "ca.key"
    if cert.exists() and key.exists():
        return trustme.CA.from_pem(cert.read_bytes(), key.read_bytes())
    authority = trustme.CA(organization_name="Shelfcast", organization_unit_name="Store certificate authority")
    key.touch(mode=0o600)
    authority.private_key_pem.write_to_path(str(key))
    authority.cert_pem.write_to_path(str(cert))
    return authority


def _current(chain: Path, names: list[str], now: datetime) -> bool:
    if not chain.exists():
        return False
    leaf = x509.load_pem_x509_certificate(chain.read_bytes())
    held = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    listed = {str(name.value) for name in held}
    return set(names) <= listed and leaf.not_valid_after_utc - now > RENEW_BEFORE


def certificate(data_dir: Path, names: list[str], now: datetime | None = None) -> Certificate:
    """Host names and addresses -> a server certificate for all of them, renewed when it nears its end.

    The CA never changes once made: displays that trust it keep trusting it.
    """
    now = now or datetime.now(UTC)
    folder = data_dir / "tls"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = _authority(folder)
    made = Certificate(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    wanted = sorted({"localhost", "127.0.0.1", *names})
    if not _current(made.chain, wanted, now):
        leaf = authority.issue_cert(*wanted, not_after=now + timedelta(days=LEAF_DAYS))
        made.key.touch(mode=0o600)
        leaf.private_key_pem.write_to_path(str(made.key))
        made.chain.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
    return made


def fingerprint(ca: Path) -> str:
    """SHA-256 of the CA as people compare it: AA:BB:…"""
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(ca.read_text())).hexdigest().upper()
    return ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))


def steps(ca: Path, digest: str) -> str:
    """How a display comes to trust the store's CA, in ja and en."""
    return f"""
SHA-256  {digest}

端末にインストールする手順(Debian/Ubuntuのキオスク):
  1. このファイルを端末にコピーする: {ca}
  2. sudo cp ca.pem /usr/local/share/ca-certificates/shelfcast.crt && sudo update-ca-certificates
  3. Chromium: sudo apt-get install libnss3-tools
     certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Shelfcast -i ca.pem
  4. ブラウザーを再起動し、https://サーバー名:ポート/player を開く

Steps for a kiosk (Debian/Ubuntu):
  1. Copy this file to the display: {ca}
  2. sudo cp ca.pem /usr/local/share/ca-certificates/shelfcast.crt && sudo update-ca-certificates
  3. Chromium: sudo apt-get install libnss3-tools
     certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Shelfcast -i ca.pem
  4. Restart the browser and open https://SERVER:PORT/player
"""
