"""Uploads in pieces: resumed, cancelled, refused, recognised; and in Chromium through a connection that breaks."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route, expect

from signage.domain.errors import Conflict
from signage.media import store
from signage.storage.creatives import CreativeState
from signage.storage.uploads import MOST, UNFINISHED, Announced
from signage.storage.users import Role
from signage.web.uploads import PIECE, PIECES
from tests.signage.web.conftest import Studio, token
from tests.signage.web.test_creatives import png
from tests.signage.web.test_marketer import set_up


class Sender:
    """What the library's script does, by hand."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.headers = {"X-CSRFToken": token(client)}

    def begin(self, content: bytes, name: str = "a.png", to: str = "", **more: Any) -> Any:
        facts = {"name": name, "size": len(content), "modified": 1} | more
        return self.client.post(f"/v1/uploads{to}", json=facts, headers=self.headers)

    def piece(self, upload_id: str, offset: object, content: bytes, kind: str = PIECES, to: str = "") -> Any:
        headers = self.headers | {"Upload-Offset": str(offset)}
        return self.client.patch(f"/v1/uploads/{upload_id}{to}", data=content, headers=headers, content_type=kind)

    def cancel(self, upload_id: str) -> Any:
        return self.client.delete(f"/v1/uploads/{upload_id}", headers=self.headers)


def test_a_file_in_pieces_goes_on_where_it_stopped_and_becomes_one_creative(studio_app: Studio) -> None:
    sender, content, storage = Sender(studio_app.logged_in(Role.EDITOR)), png(), studio_app.ports.storage
    upload_id = sender.begin(content).json["upload_id"]
    assert sender.piece(upload_id, 0, content[:50]).json["offset"] == 50
    assert sender.piece(upload_id, 0, content[:50]).status_code == 409, "that is written already"
    asked = sender.client.head(f"/v1/uploads/{upload_id}")
    assert (asked.headers["Upload-Offset"], asked.headers["Cache-Control"]) == ("50", "no-store")
    again = sender.begin(content)
    assert (again.status_code, again.json["upload_id"], again.json["offset"]) == (201, upload_id, 50)
    assert [one["name"] for one in sender.client.get("/v1/uploads").json["uploads"]] == ["a.png"]
    done = sender.piece(upload_id, 50, content[50:])
    assert (done.status_code, done.json["known"], done.json["creative"]["state"]) == (201, False, "uploaded")
    assert studio_app.worker.sweep() == 1
    [creative] = storage.creatives.all(None)
    assert (creative.state, creative.upload_sha256) == (CreativeState.READY, hashlib.sha256(content).hexdigest())
    assert sender.client.get("/v1/uploads").json == {"uploads": []}


def test_the_same_file_again_is_recognised_before_and_after_it_is_sent(studio_app: Studio) -> None:
    sender, content = Sender(studio_app.logged_in(Role.EDITOR)), png()
    first = sender.piece(sender.begin(content).json["upload_id"], 0, content).json["creative"]
    told = sender.begin(content, "b.png", sha256=hashlib.sha256(content).hexdigest())
    assert (told.status_code, told.json["known"]) == (200, True)
    assert told.json["creative"]["creative_id"] == first["creative_id"]
    sent = sender.piece(sender.begin(content, "c.png").json["upload_id"], 0, content)
    assert (sent.json["known"], sent.json["creative"]["creative_id"]) == (True, first["creative_id"])
    other = Sender(studio_app.logged_in(Role.EDITOR, "elm"))
    assert other.begin(content, sha256=hashlib.sha256(content).hexdigest()).status_code == 201, (
        "another owner's is not told"
    )


def test_what_is_refused_or_cancelled_leaves_nothing(studio_app: Studio) -> None:
    sender, content, storage = Sender(studio_app.logged_in(Role.EDITOR)), png(), studio_app.ports.storage
    for name, sent, code in (
        ("logo.svg", b"<svg onload='alert(1)'/>", "file_svg"), ("film.mp4", content, "file_name_says_video"),
    ):  # fmt: skip
        answer = sender.piece(sender.begin(sent, name).json["upload_id"], 0, sent)
        assert (answer.status_code, answer.json["code"]) == (422, code)
    page = b"<html>" + bytes(9000)
    early = sender.piece(sender.begin(page, "page.png").json["upload_id"], 0, page[:5000])
    assert (early.status_code, early.json["code"]) == (422, "file_html"), "at its first piece, not its last"
    wrong = sender.begin(content, sha256="0" * 64).json["upload_id"]
    assert sender.piece(wrong, 0, content).json["code"] == "file_damaged"
    gone = sender.begin(content).json["upload_id"]
    sender.piece(gone, 0, content[:9])
    assert sender.cancel(gone).status_code == 204
    assert sender.piece(gone, 9, content[9:]).status_code == 404
    assert sender.begin(b"").json["code"] == "file_empty"
    assert sender.begin(b"", size=(20 << 20) + 1).json["code"] == "file_too_large"
    assert (storage.creatives.all(None), storage.media.files(), storage.media.incoming.waiting()) == ([], [], [])


def test_a_server_that_died_amid_a_piece_or_before_the_end_goes_on(studio_app: Studio) -> None:
    sender, content, storage = Sender(studio_app.logged_in(Role.EDITOR)), png(), studio_app.ports.storage
    upload_id = sender.begin(content).json["upload_id"]
    sender.piece(upload_id, 0, content[:50])
    [file] = storage.media.incoming.waiting()
    with file.open("ab") as torn:
        torn.write(content[50:61])  # and then the power failed: nobody was told
    assert sender.piece(upload_id, 50, content[50:]).status_code == 409
    assert sender.begin(content).json["offset"] == 61
    with file.open("ab") as whole:
        whole.write(content[61:])  # all of it is here, and again nobody was told
    assert sender.begin(content).json["offset"] == len(content)
    done = sender.piece(upload_id, len(content), b"")
    assert (done.status_code, done.json["creative"]["state"]) == (201, "uploaded")


def test_two_windows_send_the_same_file(studio_app: Studio) -> None:
    client, content, storage = studio_app.logged_in(Role.EDITOR), png(), studio_app.ports.storage
    one, other = Sender(client), Sender(client)
    facts = {"sha256": hashlib.sha256(content).hexdigest()}
    upload_id = one.begin(content, **facts).json["upload_id"]
    assert other.begin(content, **facts).json["upload_id"] == upload_id
    one.piece(upload_id, 0, content[:50])
    assert other.piece(upload_id, 0, content[:50]).status_code == 409
    assert other.piece(upload_id, other.begin(content, **facts).json["offset"], content[50:]).status_code == 201
    assert one.piece(upload_id, 50, content[50:]).status_code == 404
    assert one.begin(content, **facts).json["known"]
    assert len(storage.creatives.all(None)) == 1
    for begun in ({}, facts):  # begun before the file was known, by a browser that could not hash it, or could
        storage.uploads.begin(
            Announced("a.png", len(content), begun.get("sha256", ""), 1), _me(studio_app), studio_app.ports.clock()
        )
    assert one.begin(content, **facts).json["known"]
    [left] = client.get("/v1/uploads").json["uploads"]
    assert left["offset"] == 0, "the one that was known is no unfinished one any more"


def _me(studio_app: Studio) -> str:
    user = studio_app.ports.storage.users.by_email("editor-hq@example.jp")
    assert user is not None
    return user.user_id


def test_hostile_pieces(studio_app: Studio) -> None:
    sender, content = Sender(studio_app.logged_in(Role.EDITOR)), png()
    upload_id = sender.begin(content).json["upload_id"]
    for offset in ("", "-1", "x", "1e3", "9" * 30, "٣"):
        assert sender.piece(upload_id, offset.encode().decode("latin-1"), content).status_code == 400, offset
    assert sender.piece(upload_id, 0, content + b"!").json["code"] == "upload_long"
    assert sender.piece(upload_id, 0, content, "text/html").json["code"] == "piece_type"
    assert sender.piece(upload_id, 0, bytes(PIECE + 1)).status_code == 413
    theirs = Sender(studio_app.logged_in(Role.EDITOR, name="another"))
    assert theirs.piece(upload_id, 0, content).status_code == theirs.cancel(upload_id).status_code == 404
    assert sender.client.patch(f"/v1/uploads/{upload_id}", data=content, content_type=PIECES).status_code == 400, (
        "no token"
    )
    for body in (
        {"name": 1, "size": 1},
        {"name": "a"},
        {"name": "a", "size": 1.5},
        {"name": "a", "size": 1, "sha256": "x"},
        {"name": "a", "size": 1, "sha256": "\0" * 64},
        {"name": "a", "size": True},
    ):
        assert sender.client.post("/v1/uploads", json=body, headers=sender.headers).status_code == 400, body
    begun = [sender.begin(content, f"{n}.png").status_code for n in range(MOST)]
    assert begun == [201] * (MOST - 1) + [409]
    assert Sender(studio_app.logged_in(Role.VIEWER)).begin(content).status_code == 403


def test_a_piece_that_comes_too_late_or_finds_no_room_is_told(
    studio_app: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender, content, storage = Sender(studio_app.logged_in(Role.EDITOR)), png(), studio_app.ports.storage
    upload_id = sender.begin(content).json["upload_id"]
    sender.piece(upload_id, 0, content[:50])
    storage.media.incoming.drop(upload_id)  # cancelled in another window, or finished there
    late = sender.piece(upload_id, 50, content[50:])
    assert (late.status_code, late.json["code"]) == (409, "upload_offset")
    assert storage.media.incoming.waiting() == []
    for late_too in (
        lambda: storage.media.incoming.head(upload_id, 1),
        lambda: storage.media.incoming.complete(upload_id, ""),
    ):
        with pytest.raises(Conflict):
            late_too()
    monkeypatch.setattr(store, "FREE", 1 << 60)
    assert sender.piece(upload_id, 0, content).json["code"] == "disk_full", "others filled it meanwhile"


def test_what_was_left_for_a_day_is_removed(studio_app: Studio) -> None:
    sender, storage, now = Sender(studio_app.logged_in(Role.EDITOR)), studio_app.ports.storage, studio_app.ports.clock()
    upload_id = sender.begin(png()).json["upload_id"]
    sender.piece(upload_id, 0, png()[:9])
    [file] = storage.media.incoming.waiting()
    written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    assert storage.media.incoming.sweep(written - timedelta(seconds=1)) == 0
    assert storage.retention.enforce(now + UNFINISHED - timedelta(minutes=5))["uploads"] == 0
    assert storage.media.incoming.sweep(written + timedelta(seconds=1)) == 1
    assert storage.retention.enforce(now + UNFINISHED)["uploads"] == 1
    assert sender.piece(upload_id, 9, png()[9:]).status_code == 404


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    context = browser.new_context(base_url=served, viewport={"width": 1440, "height": 900}, locale="ja-JP")
    yield context.new_page()
    context.close()


@pytest.mark.browser
def test_many_files_at_once_through_a_connection_that_breaks(page: Page, studio_app: Studio, tmp_path: Path) -> None:
    set_up(page)
    files = [tmp_path / f"{color}.png" for color in ("red", "green", "blue")]
    for file in files:
        file.write_bytes(png(file.stem))
    page.goto("/studio/creatives")
    broken: list[str] = []

    def once(route: Route) -> None:
        if route.request.method == "PATCH" and len(broken) < 3:
            broken.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/v1/uploads/**", once)
    page.locator("#files").set_input_files([*files, files[0]])
    expect(page.locator(".uploads li").first).to_contain_text("通信が切れました")
    expect(page.locator("[data-creative]")).to_have_count(3, timeout=20_000)
    expect(page.locator(".uploads li")).to_contain_text("すでにあります", timeout=20_000)
    assert broken and {one.name for one in studio_app.ports.storage.creatives.all(None)} == {
        file.name for file in files
    }
    page.route("**/v1/uploads/**", lambda route: route.abort())
    left = tmp_path / "left.png"
    left.write_bytes(png("white"))
    page.locator("#files").set_input_files(left)
    expect(page.locator(".uploads li").last).to_contain_text("通信が切れました")
    page.unroute_all()
    page.reload()
    expect(page.locator(".uploads li")).to_contain_text("同じファイル")
    page.get_by_role("button", name="やめる: left.png").click()
    expect(page.locator(".uploads li")).to_have_count(0)
    page.reload()
    expect(page.locator("[data-creative]")).to_have_count(3)
    expect(page.locator(".uploads li")).to_have_count(0)


def test_a_variant_comes_in_pieces_and_belongs_to_its_creative(studio_app: Studio) -> None:
    client, storage = studio_app.logged_in(Role.EDITOR), studio_app.ports.storage
    sender, tall = Sender(client), png(size=(36, 64))
    first = sender.piece(sender.begin(png()).json["upload_id"], 0, png()).json["creative"]["creative_id"]
    to = f"?variant_of={first}&language=en"
    assert sender.begin(tall, to="?variant_of=nobody").status_code == 404
    begun = sender.begin(tall, to=to).json["upload_id"]
    sender.piece(begun, 0, tall[:40], to=to)
    done = sender.piece(begun, 40, tall[40:], to=to).json
    [variant] = storage.creatives.variants(first)
    assert (done["known"], variant.creative_id, variant.language) == (False, done["creative"]["creative_id"], "en")
    again = sender.begin(tall, to=to, sha256=hashlib.sha256(tall).hexdigest()).json
    assert again["known"] and again["creative"]["creative_id"] == variant.creative_id
    own = sender.begin(png(), to=to, sha256=hashlib.sha256(png()).hexdigest()).json
    assert own["known"] and own["creative"]["creative_id"] == first, "it is the creative itself"
    assert not sender.begin(tall, sha256=hashlib.sha256(tall).hexdigest()).json.get("known"), "in the library it is new"
    theirs = Sender(studio_app.logged_in(Role.EDITOR, "elm"))
    assert theirs.begin(tall, to=to).status_code == 404
    storage.creatives.delete(first, None, "", studio_app.ports.clock())
    assert sender.begin(tall, "b.png", to=to).status_code == 409


@pytest.mark.browser
def test_variants_are_dropped_on_the_creatives_page(page: Page, studio_app: Studio, tmp_path: Path) -> None:
    set_up(page)
    file = tmp_path / "tall.png"
    file.write_bytes(png(size=(36, 64)))
    sender = Sender(studio_app.logged_in(Role.EDITOR))
    first = sender.piece(sender.begin(png()).json["upload_id"], 0, png()).json["creative"]["creative_id"]
    studio_app.worker.sweep()
    page.goto(f"/studio/creatives/{first}")
    page.get_by_label("書かれている言語").last.select_option("en")
    page.locator("#files").set_input_files(file)
    tile = page.locator("[data-creative]")
    expect(tile).to_contain_text("変換待ち")
    page.evaluate("window.choosing = true")
    studio_app.worker.sweep()
    expect(tile).to_contain_text("縦型")
    expect(tile).to_contain_text("English")
    assert page.evaluate("window.choosing"), "a reload would take the file dialog along"
    page.locator("#files").set_input_files(file)
    expect(page.locator(".uploads li")).to_contain_text("すでにあります")
    page.get_by_role("link", name="開く").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("tall.png")


@pytest.mark.browser
def test_a_file_that_changes_on_its_way_is_told_and_not_tried_for_ever(page: Page, tmp_path: Path) -> None:
    set_up(page)
    file = tmp_path / "film.png"
    file.write_bytes(png())
    page.goto("/studio/creatives")

    def change(route: Route) -> None:
        file.write_bytes(png("red", (640, 360)))
        route.abort("connectionreset")

    page.route("**/v1/uploads/**", change)
    page.locator("#files").set_input_files(file)
    expect(page.locator(".uploads li")).to_contain_text("もう一度ファイルを置いてください")
