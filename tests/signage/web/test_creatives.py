"""Uploads: hostile names and contents, idempotency, what others may see, deleting with undo."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from signage.domain.clock import millis
from signage.media import store
from signage.proof.plays import Proof
from signage.storage.creatives import CreativeState
from signage.storage.users import Role
from signage.storage.writer import GroupWriter
from tests.signage.web.conftest import Studio, post, token
from tests.wire_player import raw_play
from tests.world import START

HOSTILE = [
    "../../etc/passwd.png", "..\\..\\windows\\win.ini.png", "%2e%2e%2fup.png", "%252e%252e/up.png", "a\x00.png",
    "a\x00.php.png", "\\\\server\\share\\a.png", "//server/share/a.png", "C:\\a.png", "C:a.png",
    "file:///etc/passwd.png", "/etc/passwd.png", "CON.png", "con", "NUL.png", "AUX", "COM1.png", "LPT9.png",
    "PRN.png", "a.png::$DATA", "a.png:stream", ".htaccess", ".png", ".", "..", "...", "a" * 255 + ".png",
    "あ" * 300 + ".png", "\u202egnp.exe.png", "a\u2066b.png", "a%0D%0ASet-Cookie: x=1.png", "a\tb.png",
    "<script>alert(1)</script>.png", "\"><img src=x onerror=alert(1)>.png", "{{7*7}}.png", "${jndi:ldap://x}.png",
    "`id`.png", "$(id).png", "a;rm -rf ~.png", "a|b.png", "a&b.png", "-rf.png", "~root.png", "a.php", "a.png.jsp",
    "a.svg.png", "=cmd|'/c calc'!A1.png", "\ufeffa.png", "\ufffd.png", " .png ", "'; DROP TABLE creatives;--.png",
]  # fmt: skip


def png(color: str = "#0F5C4A", size: tuple[int, int] = (64, 36)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


def send(client: FlaskClient, content: bytes, name: str = "a.png", key: str = "") -> Any:
    headers = {"X-CSRFToken": token(client)} | ({"Idempotency-Key": key} if key else {})
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(content), filename=name, name="file")})
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/v1/creatives", data=body, headers=headers, content_type=kind)


def fetch(client: FlaskClient, path: str) -> tuple[int, str, bytes]:
    """(status, type, body) of a file, closed again."""
    with client.get(path) as answer:
        return answer.status_code, answer.mimetype, answer.data


def test_hostile_names_are_only_text(studio_app: Studio) -> None:
    assert len(HOSTILE) >= 40
    client = studio_app.logged_in(Role.EDITOR)
    for name in HOSTILE:
        assert send(client, png(), name).status_code == 201, name
    stored = studio_app.ports.storage.creatives.all(None)
    assert len(stored) == len(HOSTILE)
    for name in studio_app.ports.storage.media.files():
        assert len(name) == 64 and set(name) <= set("0123456789abcdef")
    for creative in stored:
        assert creative.name.isprintable() and 0 < len(creative.name) <= 200
    page = "".join(client.get(f"/studio/creatives?page={number}").text for number in (1, 2))
    assert "<script>alert" not in page and "<img src=x" not in page and "49.png" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;.png" in page


NEVER = [
    ("logo.svg", b'<?xml version="1.0"?><svg onload="alert(1)"/>', "SVG"),
    ("logo.png", b'\xef\xbb\xbf <!-- x --><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "SVG"),
    ("page.png", b"<!DOCTYPE html><script>alert(1)</script>", "web page"),
    ("all.zip", b"PK\x03\x04" + bytes(60), "Archives"),
    ("all.png", b"PK\x03\x04" + bytes(60), "Archives"),
    ("photo.heic", b"\x00\x00\x00\x18ftypheic" + bytes(40), "JPEG"),
    ("a.exe", b"MZ" + bytes(200), "neither"),
    ("a.png", b"", "empty"),
    ("clip.mp4", png(), "is an image. Save it as .png"),
    ("film.png", b"\x00\x00\x00\x18ftypmp42" + bytes(40), "is a video. Save it as .mp4"),
]


def test_what_can_never_be_shown_is_refused_at_once(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    for name, content, says in NEVER:
        answer = send(client, content, name)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), name
        assert says in answer.json["detail"], name
    assert studio_app.ports.storage.creatives.all(None) == []
    assert studio_app.ports.storage.media.files() == []


def test_too_large_is_refused_and_leaves_nothing(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    assert send(client, png() + bytes(20 << 20)).status_code == 422
    assert send(client, png() + bytes(22 << 20)).status_code == 413
    assert studio_app.ports.storage.media.files() == []


def test_the_same_key_makes_one_creative(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    first, again = send(client, png(), key="k1"), send(client, png(), key="k1")
    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    assert send(client, png("red"), key="k1").status_code == 400
    assert len(studio_app.ports.storage.creatives.all(None)) == 1


def test_processing_makes_a_poster_and_facts(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    made = send(client, png(size=(1920, 1080))).json
    assert made["state"] == "uploaded" and made["poster"] == ""
    assert fetch(client, f"/studio/creatives/{made['creative_id']}/poster")[0] == 404
    assert studio_app.worker.sweep() == 1
    [listed] = client.get("/v1/creatives").json["creatives"]
    assert listed["state"] == "ready" and listed["facts"].startswith("1920×1080")
    status, mime, poster = fetch(client, listed["poster"])
    assert (status, mime) == (200, "image/webp")
    assert Image.open(io.BytesIO(poster)).size == (640, 360)


def test_a_damaged_file_says_what_to_do(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    send(client, png(size=(800, 600))[:-40])
    studio_app.worker.sweep()
    [creative] = studio_app.ports.storage.creatives.all(None)
    assert creative.state is CreativeState.FAILED
    assert "Export it again" in client.get("/studio/creatives").text
    assert "書き出し直して" in client.get("/studio/creatives?lang=ja").text


def test_delete_and_undo(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    creative_id = send(client, png()).json["creative_id"]
    gone = post(client, f"/studio/creatives/{creative_id}/delete", follow_redirects=True)
    assert f"/studio/creatives/{creative_id}/restore" in gone.text
    assert studio_app.ports.storage.creatives.all(None) == []
    assert studio_app.heard.changed == [[]]
    at = studio_app.ports.storage.audit
    post(client, f"/studio/creatives/{creative_id}/delete")
    for _twice in range(2):
        post(client, f"/studio/creatives/{creative_id}/restore")
    assert len(studio_app.ports.storage.creatives.all(None)) == 1
    verbs = ["creative_restored", "creative_deleted", "creative_uploaded"]
    assert [deed.verb for deed in at.of([creative_id])] == verbs, "pressed twice is done once"
    assert "Screens stop showing it" not in client.get(f"/studio/creatives?deleted={creative_id}").text


def test_a_play_keeps_the_name_and_the_hash_of_a_creative_that_is_gone(studio_app: Studio, writer: GroupWriter) -> None:
    client, storage = studio_app.logged_in(Role.EDITOR), studio_app.ports.storage
    creative_id = send(client, png()).json["creative_id"]
    play = raw_play(name="秋.png", sha256="b" * 64, started_ms=millis(START))
    Proof(writer, storage.screens, lambda plays: None).record("entrance", [play], START)
    post(client, f"/studio/creatives/{creative_id}/delete")
    [kept] = storage.plays.between(["entrance"], START, START + timedelta(seconds=1))
    assert (kept.creative_name, kept.creative_sha256) == ("秋.png", "b" * 64)


def test_the_form_without_a_script_leaves_the_disk_its_reserve(
    studio_app: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    monkeypatch.setattr(store, "FREE", 1 << 60)
    files = [FileStorage(io.BytesIO(png()), filename="a.png")]
    assert "disk is nearly full" in post(client, "/studio/creatives", {"files": files}, follow_redirects=True).text
    assert send(client, png()).json["code"] == "disk_full"
    assert (studio_app.ports.storage.creatives.all(None), studio_app.ports.storage.media.files()) == ([], [])


def test_the_form_without_a_script_takes_each_on_its_own(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    files = [FileStorage(io.BytesIO(png()), filename="a.png"), FileStorage(io.BytesIO(b"PK\x03\x04"), filename="b.zip")]
    answer = post(client, "/studio/creatives", {"files": files}, follow_redirects=True)
    assert "1 file is being processed." in answer.text
    assert "b.zip: Archives" in answer.text
    assert len(studio_app.ports.storage.creatives.all(None)) == 1


def test_another_stores_creative_is_not_there(studio_app: Studio) -> None:
    mine, theirs = studio_app.logged_in(Role.EDITOR, "ekimae"), studio_app.logged_in(Role.EDITOR, "elm")
    creative_id = send(mine, png()).json["creative_id"]
    studio_app.worker.sweep()
    assert theirs.get("/v1/creatives").json == {"creatives": []}
    assert fetch(theirs, f"/studio/creatives/{creative_id}/poster")[0] == 404
    for verb in ("delete", "restore"):
        assert post(theirs, f"/studio/creatives/{creative_id}/{verb}").status_code == 404
    assert fetch(mine, f"/studio/creatives/{creative_id}/poster")[0] == 200


def test_a_deleted_creative_is_changed_by_no_form_until_it_is_back(studio_app: Studio) -> None:
    client, creatives = studio_app.logged_in(Role.EDITOR), studio_app.ports.storage.creatives
    creative_id = send(client, png()).json["creative_id"]
    post(client, f"/studio/creatives/{creative_id}/delete")
    before = creatives.get(creative_id, None)
    told = {"name": "Other", "frame": "fill", "safe_percent": "0", "language": "ja", "expires": ""}
    photo = FileStorage(io.BytesIO(png("red")), filename="b.png")
    for path, fields in (("", told), ("/variants", {"files": photo})):
        answer = post(client, f"/studio/creatives/{creative_id}{path}", fields)
        assert (answer.status_code, "Restore it first" in answer.text) == (409, True), path
    assert (creatives.get(creative_id, None), creatives.variants(creative_id)) == (before, [])
    post(client, f"/studio/creatives/{creative_id}/restore")
    assert post(client, f"/studio/creatives/{creative_id}", told).status_code == 302
    assert creatives.get(creative_id, None).name == "Other"
