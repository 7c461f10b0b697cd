"""A body that comes too slowly is given up."""

from types import SimpleNamespace

import gevent
import pytest
from gunicorn.http.body import Body

from signage.app import gunicorn_conf


class Dripping:
    """A client that sends the first part and then nothing for a long while."""

    def __init__(self) -> None:
        self.parts = [b"first"]

    def read(self, size: int) -> bytes:
        if not self.parts:
            gevent.sleep(60)
        return self.parts.pop()


def test_who_stops_sending_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gunicorn_conf, "PART_S", 0.1)
    request = SimpleNamespace(body=Body(Dripping()))
    gunicorn_conf.pre_request(None, request)
    with pytest.raises(TimeoutError):
        request.body.read(1000)
    assert request.body.failed, "nor is another request read from that connection"
