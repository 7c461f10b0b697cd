"""A camera that would tell more than it may: nothing of a face gets into a database, Redis, a file or a log."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import Engine, select

from signage.app.web import Web, create_app
from signage.domain.audience import AudienceSource
from signage.settings import Settings
from signage.storage.notices import Notice, Notices
from signage.storage.schema import audience_samples, metadata
from tests.signage.channel.test_http_routes import SNAPSHOT
from tests.world import START, World

FACE = b"\xfa\xceCANARY-FACE\x00\xfe"
LANDMARKS = [0.48213097, 0.73105858]
FORMS = ["CANARY", base64.b64encode(FACE).decode()[:12], FACE.hex()[:12], str(LANDMARKS[0])]
KEY = {"Authorization": "Bearer camera-key"}


def attempts() -> list[tuple[str, Any]]:
    """(route, body): a face as a field of its own, instead of a word or a number, and as a member's code."""
    text, at = base64.b64encode(FACE).decode(), int(datetime.now(UTC).timestamp() * 1000)
    good = SNAPSHOT | {"taken_ms": at}
    bad: list[dict[str, Any]] = [
        {"face": text}, {"embedding": LANDMARKS}, {"source": FACE.hex()}, {"camera": "CANARY-FACE"}, {"fps": LANDMARKS},
        {"sequence": LANDMARKS[0]}, {"present": {"face": text}}, {"screen": "CANARY-FACE"}, {"v": "CANARY-FACE"}, {"type": text},
    ]  # fmt: skip
    snapshots = [("snapshots", good | one) for one in bad]
    codes = [("codes", {"text": value}) for value in (text, "M1." + FACE.hex().upper(), "CANARY-FACE", LANDMARKS)]
    return [("snapshots", good), *snapshots, *codes, ("light", {"lit": text}), ("light", {"lit": True, "face": text})]


def test_nothing_of_a_face_gets_in_whatever_a_camera_sends(
    *, engine: Engine, world: World, database_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    data = tmp_path / "data"
    for name, value in {
        "SHELFCAST_DATA_DIR": str(data), "SHELFCAST_DATABASE_URL": database_url, "REDIS_URL": redis_url,
        "SHELFCAST_SECRET_KEY": "k" * 64, "SHELFCAST_CAMERA_KEY": "camera-key",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Web, "start", lambda _self: None)
    Notices(engine).save(Notice("ekimae", "駅前", "計測", "Counting", "03-0000-0000", START), by="")
    app = create_app(Settings())
    client = app.test_client()
    answers = [client.post(f"/v1/screens/entrance/{route}", json=body, headers=KEY) for route, body in attempts()]
    assert answers[0].status_code == 204
    redis = Redis.from_url(redis_url)
    read = {b"string": redis.get, b"hash": redis.hgetall, b"set": redis.smembers}
    held = {key: read[redis.type(key)](key) for key in redis.scan_iter()}
    redis.close()
    app.extensions["shelfcast"].close()  # what waits to be written is on disk after that

    assert b"sig:snapshot:entrance" in held
    told = [repr(both) for both in held.items()]
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            told += [repr(tuple(row)) for row in connection.execute(select(table))]
        samples = connection.execute(select(audience_samples)).mappings().all()
    assert len(samples) == 1
    for name, value in samples[0].items():
        assert isinstance(value, int | float) or value in {"entrance", *AudienceSource}, name
    told += [file.read_bytes().decode("latin-1") for file in data.rglob("*") if file.is_file()]
    told += list(capfd.readouterr())
    assert len(told) > 15
    assert [text[:300] for text in told for form in FORMS if form.lower() in text.lower()] == []
