"""Messages out over real HTTP: kept short, never waited for, and the loss of the server stops nothing."""

import logging
import socket
import ssl
import time
from pathlib import Path

import pytest
import trustme

from signage.audience.sender import CODE_LASTS_S, MOST_CODES, Sender, Server
from tests.signage.audience.conftest import CODE
from tests.signage.audience.server import serving


def make(port: int, now: list[float] | None = None) -> Sender:
    clock = time.monotonic if now is None else lambda: now[0]
    return Sender(Server.at(f"http://127.0.0.1:{port}"), "scr/1", "secret", clock)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_messages_arrive_with_the_key_at_the_screens_address() -> None:
    with serving() as received:
        sender = make(received.port).start()
        sender.snapshot(b'{"sequence": 1}')
        received.wait_for(1)
        sender.code(CODE)
        received.wait_for(2)
        sender.close()
    assert received.posts == [
        ("/v1/screens/scr%2F1/snapshots", "Bearer secret", {"sequence": 1}),
        ("/v1/screens/scr%2F1/codes", "Bearer secret", {"type": "code", "v": 1, "text": CODE}),
    ]


def test_only_the_newest_snapshot_waits_and_codes_go_first() -> None:
    with serving() as received:
        sender = make(received.port)
        for number in range(50):
            sender.snapshot(b'{"sequence": %d}' % number)
        sender.code(CODE)
        sender.start()
        sender.close(20)
    assert received.codes == [CODE] and received.posts[0][0].endswith("/codes")
    assert [body["sequence"] for body in received.snapshots] == [49]
    assert sender.dropped == 49


def test_a_server_that_comes_later_gets_the_code_and_only_new_snapshots(caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    sender = make(port).start()
    sender.code(CODE)
    sender.snapshot(b'{"sequence": 1}')
    deadline = time.monotonic() + 20
    while sender.failed < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    with serving(port) as received:
        received.wait_for(1)
        sender.snapshot(b'{"sequence": 2}')
        received.wait_for(2)
        sender.close()
    assert received.codes == [CODE]
    assert received.snapshots[-1] == {"sequence": 2}
    lost = "the server can't be reached (ConnectionRefusedError); counting goes on"
    assert [record.message for record in caplog.records].count(lost) == 1


def test_an_old_code_is_not_sent_and_many_are_not_kept() -> None:
    now = [0.0]
    with serving() as received:
        sender = make(received.port, now)
        sender.code("M1.OLD")
        now[0] = CODE_LASTS_S + 0.1
        for number in range(MOST_CODES - 1):
            sender.code(f"M1.{number}")
        sender.start()
        received.wait_for(MOST_CODES - 1)
        sender.close(20)
        assert received.codes == [f"M1.{number}" for number in range(MOST_CODES - 1)]
    for number in range(1000):
        sender.code(f"M1.{number}")
    assert len(sender._codes) == MOST_CODES


def test_a_refusal_is_said_once_without_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with serving() as received:
        received.answer = 403
        sender = make(received.port).start()
        for number in range(3):
            sender.snapshot(b"{}")
            received.wait_for(number + 1)
        sender.close()
    assert len(caplog.records) == 1 and "refuses this camera (403)" in caplog.text and "secret" not in caplog.text


def test_over_tls_only_the_stores_own_authority_is_trusted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    for name, one in (("store.pem", authority), ("stranger.pem", stranger)):
        one.cert_pem.write_to_path(str(tmp_path / name))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with serving(tls=context) as received:
        url = f"https://localhost:{received.port}"
        doubting = Sender(Server.at(url, str(tmp_path / "stranger.pem")), "s", "secret", time.monotonic).start()
        doubting.snapshot(b'{"sequence": 1}')
        deadline = time.monotonic() + 20
        while not doubting.failed and time.monotonic() < deadline:
            time.sleep(0.01)
        doubting.close()
        assert "SSLCertVerificationError" in caplog.text and received.posts == []
        trusting = Sender(Server.at(url, str(tmp_path / "store.pem")), "s", "secret", time.monotonic).start()
        trusting.snapshot(b'{"sequence": 2}')
        received.wait_for(1)
        trusting.close()
    assert received.snapshots == [{"sequence": 2}]


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://127.0.0.1", "http://", "file:///etc/passwd"])
def test_a_server_has_to_be_http(url: str) -> None:
    with pytest.raises(ValueError, match="http or https"):
        Server.at(url)
