"""Secrets are made once; the store's CA stays, its certificates follow names and dates."""

import ssl
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from redis import Redis
from redis.exceptions import AuthenticationError

from signage.processes import valkey
from signage.processes.ca import certificate, fingerprint
from signage.processes.keys import kept
from signage.processes.run import tls_names
from signage.processes.supervisor import Supervisor
from signage.settings import Settings

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_many_starters_get_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: kept(tmp_path, "secret"), range(8)))
    assert len(secrets) == 1
    assert len(secrets.pop()) == 64
    assert stat.S_IMODE((tmp_path / "keys" / "secret").stat().st_mode) == 0o600
    assert [p.name for p in (tmp_path / "keys").iterdir()] == ["secret"]


def names(chain: Path) -> set[str]:
    leaf = x509.load_pem_x509_certificate(chain.read_bytes())
    return {str(n.value) for n in leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value}


def test_the_ca_stays_and_the_certificate_follows_the_names(tmp_path: Path) -> None:
    first = certificate(tmp_path, ["shelf.test"], NOW)
    ca, chain = first.ca.read_bytes(), first.chain.read_bytes()
    assert names(first.chain) == {"localhost", "127.0.0.1", "shelf.test"}
    assert certificate(tmp_path, ["shelf.test"], NOW).chain.read_bytes() == chain
    again = certificate(tmp_path, ["shelf.test", "192.168.1.20"], NOW)
    assert "192.168.1.20" in names(again.chain)
    assert again.ca.read_bytes() == ca


def test_the_certificate_names_what_the_qrs_name() -> None:
    by_address = Settings(host="0.0.0.0", tls=True, public_url="https://192.168.1.20:8000")
    assert tls_names(by_address) == ["192.168.1.20"]
    by_name = Settings(host="0.0.0.0", tls=True, tls_names="shelf.test", public_url="")
    assert set(tls_names(by_name)) == {"shelf.test"}


def test_a_certificate_near_its_end_is_renewed(tmp_path: Path) -> None:
    chain = certificate(tmp_path, [], NOW).chain.read_bytes()
    assert certificate(tmp_path, [], NOW + timedelta(days=300)).chain.read_bytes() == chain
    assert certificate(tmp_path, [], NOW + timedelta(days=380)).chain.read_bytes() != chain


def test_what_is_made_serves_and_is_trusted_by_its_own_ca(tmp_path: Path) -> None:
    made = certificate(tmp_path, ["shelf.test"], NOW)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(made.chain, made.key)
    ssl.create_default_context(cafile=str(made.ca))
    assert len(fingerprint(made.ca)) == 95
    for secret in (made.key, tmp_path / "tls" / "ca.key"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_the_embedded_valkey_answers_only_with_the_password(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path / "logs", lambda _: None)
    port = valkey.free_port()
    try:
        supervisor.add(valkey.spec(tmp_path, port, "hush"))
        supervisor.wait_until(lambda: valkey.answers(port), 10, "valkey")
        with Redis.from_url(valkey.url(port, "hush")) as client:
            assert client.ping()
            assert client.config_get("save") == {"save": ""}
        with Redis(port=port) as stranger:
            try:
                stranger.ping()
            except AuthenticationError:
                refused = True
            else:
                refused = False
        assert refused
    finally:
        supervisor.stop()
    assert not valkey.answers(port)
