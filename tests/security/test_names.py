"""What people call their files is text: by every way that a file comes in no name becomes a path, and none becomes markup."""

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from signage.domain.clock import millis
from signage.proof.plays import Proof
from signage.storage.users import Role
from signage.web.library import NAME_MAX
from tests.security.conftest import House, csrf
from tests.security.markup import born
from tests.signage.web.test_creatives import HOSTILE, png
from tests.wire_player import raw_play

HEX = frozenset("0123456789abcdef")


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def multipart(field: str, name: str, content: bytes, **fields: str) -> tuple[bytes, str]:
    """As a hostile client writes it: werkzeug's own client would clean the name."""
    told = {field: FileStorage(io.BytesIO(content), filename=name.replace('"', '\\"'), name=field), **fields}
    boundary, body = encode_multipart(told)
    return body, f"multipart/form-data; boundary={boundary}"


def by_api(client: FlaskClient, token: str, name: str, content: bytes) -> int:
    body, kind = multipart("file", name, content)
    return client.post("/v1/creatives", data=body, content_type=kind, headers={"X-CSRFToken": token}).status_code


def by_form(client: FlaskClient, token: str, name: str, content: bytes) -> int:
    body, kind = multipart("files", name, content, csrf_token=token)
    return client.post("/studio/creatives", data=body, content_type=kind).status_code


def in_pieces(client: FlaskClient, token: str, name: str, content: bytes) -> int:
    told = {"name": name, "size": len(content), "modified": 1, "sha256": hashlib.sha256(content).hexdigest()}
    begun = client.post("/v1/uploads", json=told, headers={"X-CSRFToken": token})
    assert begun.status_code == 201, begun.text
    sent = client.patch(
        f"/v1/uploads/{begun.json['upload_id']}", data=content, content_type="application/offset+octet-stream",
        headers={"X-CSRFToken": token, "Upload-Offset": "0"},
    )  # fmt: skip
    return sent.status_code


def by_quick_post(client: FlaskClient, token: str, name: str, content: bytes) -> int:
    body, kind = multipart(
        "photo", name, content, csrf_token=token, store="ekimae", screens="entrance", line="x", drawn="1",
        post_id=str(uuid4()), until=f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%dT%H:%M}",
    )  # fmt: skip
    return client.post("/studio/quick", data=body, content_type=kind).status_code


WAYS: dict[str, tuple[Callable[[FlaskClient, str, str, bytes], int], int]] = {
    "program": (by_api, 201), "form": (by_form, 302), "pieces": (in_pieces, 201), "quick post": (by_quick_post, 302),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_hostile_name_is_only_text(house: House, way: str, tmp_path: Path) -> None:
    assert len(set(HOSTILE)) >= 40
    send, right = WAYS[way]
    client, storage = house.logged_in(Role.ADMIN), house.web.storage
    token, before = csrf(client), files_below(tmp_path)
    for number, name in enumerate(HOSTILE):
        assert send(client, token, name, png(f"#{number:06x}")) == right, name
    kept = storage.creatives.all(None)
    assert len(kept) == len(HOSTILE)
    assert all(one.name.isprintable() and 0 < len(one.name) <= NAME_MAX for one in kept)
    new = {Path(name) for name in files_below(tmp_path) - before}
    assert {str(path.parent) for path in new if path.parts[:2] == ("data", "media")} == {"data/media/uploads"}
    strangers = {path for path in new if len(path.name) != 64 or not HEX.issuperset(path.name)}
    assert all("-wal" in path.name or "-shm" in path.name for path in strangers), strangers
    for page in (
        "/studio/creatives",
        "/studio/history",
        "/studio/campaigns/new",
        f"/studio/creatives/{kept[0].creative_id}",
    ):
        told = client.get(page, query_string={"lang": "en"}).text
        assert born(told) == [], page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;.png" in client.get("/studio/history").text


def test_a_list_is_read_and_its_name_never_used(house: House, tmp_path: Path) -> None:
    client = house.logged_in(Role.ADMIN)
    token, before = csrf(client), files_below(tmp_path)
    for name in HOSTILE:
        for path in ("/studio/screens/list", "/studio/products/import"):
            body, kind = multipart("file", name, b"nothing,of,this\n1,2,3\n", csrf_token=token)
            answer = client.post(path, data=body, content_type=kind)
            assert answer.status_code in {400, 422}, (path, name)
            assert born(answer.text) == [] and "alert(1)" not in answer.text
    left = {path for path in files_below(tmp_path) - before if "-wal" not in path and "-shm" not in path}
    assert left == set()


def test_a_play_of_a_creative_says_its_name_as_text(house: House) -> None:
    """What a player tells of a name comes from a machine in the shop, and into the report."""
    now = house.web.clock()
    plays = [
        raw_play(name=name[:200], seq=number, started_ms=millis(now) - 20_000) for number, name in enumerate(HOSTILE)
    ]
    ack = Proof(house.web.writer, house.world.screens, lambda _plays: None).record("entrance", plays, now)
    assert len(ack.accepted) >= 40
    client = house.logged_in(Role.ADMIN)
    for page in ("/studio/reports", "/studio/coverage?screen=entrance", "/studio/screens/entrance"):
        assert born(client.get(page).text) == [], page
