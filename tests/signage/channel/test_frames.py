"""Frames made here are read by everybody else's rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage

from signage.channel.sockets import text_frame


def read(data: bytes) -> list[str]:
    player = Connection(ConnectionType.CLIENT)
    player.receive_data(data)
    events = list(player.events())
    assert all(isinstance(event, TextMessage) and event.message_finished for event in events)
    return [event.data for event in events if isinstance(event, TextMessage)]


@given(st.lists(st.text(max_size=200), max_size=5))
def test_what_is_sent_together_is_read_one_by_one(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    assert read(b"".join(map(text_frame, texts))) == texts


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 70_000])
def test_every_length_has_its_head(size: int) -> None:
    assert read(text_frame("x" * size)) == ["x" * size]
