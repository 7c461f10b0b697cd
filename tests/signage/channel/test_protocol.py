"""Whatever arrives as a frame becomes a message or a ProtocolError, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.channel.protocol import MAX_BYTES, TYPES, Next, Pong, ProtocolError, dump, parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
FIELDS = ["screen", "key", "request", "cached", "plays", "batch", "text", "n", "errors", "visible", "v", "clock_ms"]


@given(st.text() | st.binary())
def test_noise_is_refused(frame: str | bytes) -> None:
    with pytest.raises(ProtocolError):
        parse(frame)


@given(st.sampled_from(sorted(TYPES)), st.dictionaries(st.sampled_from(FIELDS), JSON), st.sampled_from([1, 1, 2, "1"]))
def test_any_object_is_a_message_or_refused(name: str, body: dict[str, object], version: object) -> None:
    try:
        message = parse(json.dumps({"v": version} | body | {"type": name}))
    except ProtocolError as error:
        assert error.code in {"malformed", "version"}
        assert len(error.text) < 100
    else:
        assert type(message) is TYPES[name]
        assert parse(dump(message)) == message


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ('{"type":"pong","v":1,"n":' + " " * MAX_BYTES + "1}", "too_big"),
        ('{"type":"code","v":1,"text":"' + "あ" * (MAX_BYTES // 3) + '"}', "too_big"),
        ("[" * 60_000, "malformed"),
        ('{"type":"pong","v":1,"n":1,"x":' + "[" * 20 + "]" * 20 + "}", "malformed"),
        ('{"type":"pong","v":1,"n":NaN}', "malformed"),
        ('{"type":"pong","v":1,"n":true}', "malformed"),
        ('{"type":"pong","v":1,"n":1e3}', "malformed"),
        ('{"type":"pong","v":1,"n":' + "9" * 30 + "}", "malformed"),
        ('{"type":"pong","v":1,"n":' + "9" * 5000 + "}", "malformed"),
        ('{"type":"pong","v":1}', "malformed"),
        ('{"type":"next","v":1,"request":"r","cached":["a",1]}', "malformed"),
        ('{"type":"pong","v":2,"n":1}', "version"),
        ('{"type":"pong","n":1}', "version"),
        ('{"type":"haxx","v":1}', "unknown_type"),
        ('{"type":["pong"],"v":1}', "unknown_type"),
        ('["pong"]', "malformed"),
    ],
)
def test_a_hostile_frame_is_refused_with_its_code(frame: str, code: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        parse(frame)
    assert refused.value.code == code


def test_not_told_and_holding_nothing_are_different() -> None:
    assert parse('{"type":"next","v":1,"request":"r"}') == Next("r", cached=None)
    assert parse('{"type":"next","v":1,"request":"r","cached":[]}') == Next("r", cached=())
    assert parse('{"type":"pong","v":1,"n":3}') == Pong(3)
