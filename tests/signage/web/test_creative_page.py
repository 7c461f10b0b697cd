"""One creative's page: variants for other screens, expiry, frame, where it is used, history, undo; and pages of a PDF."""

import io
import re
from datetime import timedelta

from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from werkzeug.datastructures import FileStorage

from signage.domain.campaign import CampaignState, Level
from signage.domain.content import Frame, Framing, Media
from signage.jobs import creative_handlers
from signage.storage import wishes
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.users import Role
from tests.signage.web.conftest import Studio, post
from tests.signage.web.test_creatives import png, send


def pdf(pages: int) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    for number in range(1, pages + 1):
        canvas.setFont("Helvetica", 90)
        canvas.drawString(200, 400, str(number))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def ready(studio_app: Studio, content: bytes, name: str = "秋.png", store_id: str = "") -> str:
    client = studio_app.logged_in(Role.EDITOR, store_id, name="uploader")
    made = send(client, content, name).json["creative_id"]
    studio_app.worker.sweep()
    return str(made)


def test_a_creative_is_used_has_a_history_and_comes_back(studio_app: Studio) -> None:
    client, storage = studio_app.logged_in(Role.EDITOR), studio_app.ports.storage
    creative_id = ready(studio_app, png())
    spot = CampaignSpot("autumn-1", "秋", 10_000, creative_id=creative_id)
    storage.campaigns.add(Campaign("autumn", "秋の味覚", Level.OPEN, "", (spot,)), "", studio_app.ports.clock())
    address = f"/studio/creatives/{creative_id}"
    page = client.get(address).text
    assert '<a href="/studio/campaigns/autumn">秋の味覚</a>' in page
    assert "Creative uploaded" in page and "uploader" in page
    gone = post(client, f"{address}/delete", follow_redirects=True).text
    assert f"{address}/restore" in gone and "1 campaign goes on without it." in gone
    later = client.get("/studio/creatives").text
    assert "Deleted lately" in later and f"{address}/restore" in later
    post(client, f"{address}/restore")
    assert "Creative restored" in client.get(address).text
    assert studio_app.logged_in(Role.EDITOR, "elm").get(address).status_code == 404


def test_what_is_said_of_it_is_checked_kept_and_made_into_the_file(studio_app: Studio) -> None:
    client, storage = studio_app.logged_in(Role.EDITOR), studio_app.ports.storage
    creative_id = ready(studio_app, png(size=(800, 800)))
    address = f"/studio/creatives/{creative_id}"
    said = {
        "name": "秋の\u3000味覚",
        "frame": "fill",
        "safe_percent": "5",
        "language": "ja",
        "expires": "2026-12-01T09:00",
    }
    for field, bad in (
        ("name", " "),
        ("frame", "stretch"),
        ("safe_percent", "50"),
        ("language", "fr"),
        ("expires", "soon"),
        ("expires", "0001-01-01T00:00"),
        ("name", "秋\u202e味"),
    ):
        assert post(client, address, said | {field: bad}).status_code == 422, field
    assert storage.creatives.get(creative_id, None).name == "秋.png"
    assert post(client, address, said).status_code == 302
    before = storage.creatives.get(creative_id, None)
    assert (before.width, before.state) == (800, "ready"), "screens go on with what there is"
    assert (before.framing, before.language) == (Framing(), "ja")
    assert before.expires_at is not None and before.expires_at.isoformat() == "2026-12-01T00:00:00+00:00"
    studio_app.worker.sweep()
    after = storage.creatives.get(creative_id, None)
    assert after.framing == Framing(Frame.FILL, 5)
    assert (after.width, after.height) == (889, 500), "800 × 450, with 5 % of ground around it"
    assert after.sha256 != before.sha256
    assert "2026-12-01T09:00" in client.get(address).text


def test_each_screen_gets_the_file_of_its_shape_until_it_expires(studio_app: Studio) -> None:
    client, storage = studio_app.logged_in(Role.EDITOR), studio_app.ports.storage
    creative_id = ready(studio_app, png(size=(320, 180)))
    files = [FileStorage(io.BytesIO(png(size=(180, 320))), "tall.png"), FileStorage(io.BytesIO(b"PK\x03\x04"), "b.zip")]
    told = post(
        client, f"/studio/creatives/{creative_id}/variants", {"files": files, "language": "en"}, follow_redirects=True
    )
    assert "b.zip: Archives" in told.text
    studio_app.worker.sweep()
    assert [one.creative_id for one in storage.creatives.all(None)] == [creative_id], "a variant is no tile of its own"
    [variant] = storage.creatives.variants(creative_id)
    page = client.get(f"/studio/creatives/{creative_id}").text
    assert "tall.png" in page and "Portrait" in page and "Variant added" in page
    expires = studio_app.ports.clock() + timedelta(days=2)
    storage.creatives.describe(
        creative_id, None, "", studio_app.ports.clock(), name="秋", language="", expires_at=expires, framing=Framing()
    )  # fmt: skip
    spot = CampaignSpot("autumn-1", "秋", 10_000, creative_id=creative_id)
    campaign = Campaign("autumn", "秋", Level.OPEN, "", (spot,), state=CampaignState.APPROVED)
    [made] = storage.inventories.spots_of(campaign)
    assert isinstance(made.content, Media) and made.content.creative_id == creative_id
    assert [(one.creative_id, one.language, one.height) for one in made.variants] == [(variant.creative_id, "en", 320)]
    assert made.expires == expires
    back = post(client, f"/studio/creatives/{variant.creative_id}/delete")
    assert back.location.startswith(f"/studio/creatives/{creative_id}?deleted=")
    assert storage.inventories.spots_of(campaign)[0].variants == ()


SAID = {"name": "秋", "safe_percent": "0", "language": "", "expires": ""}


def checked(page: str) -> str:
    """The frame that the form shows."""
    found = re.search(r'name="frame" value="(\w+)" checked', page)
    assert found
    return found[1]


def test_another_frame_is_the_one_asked_for_last(studio_app: Studio) -> None:
    client, storage = studio_app.logged_in(Role.EDITOR), studio_app.ports.storage
    creative_id = ready(studio_app, png(size=(800, 800)))
    address = f"/studio/creatives/{creative_id}"
    lay = creative_handlers(storage.creatives, storage.jobs, storage.media, lambda _id: None)[wishes.KIND]
    post(client, address, SAID | {"frame": "fill"})
    assert storage.creatives.get(creative_id, None).framing == Framing(), "in force is what screens show"
    page = client.get(address).text
    assert checked(page) == "fill" and "It is being laid out anew" in page
    changed: list[int] = []

    def meanwhile(_share: float) -> None:
        if not changed:
            changed.append(post(client, address, SAID | {"frame": "as_is"}).status_code)

    lay.run(wishes.subject(creative_id, Framing(Frame.FILL)), meanwhile)
    assert changed == [302] and storage.creatives.get(creative_id, None).height == 800, "nobody wants that any more"
    studio_app.worker.sweep()
    shown = storage.creatives.get(creative_id, None)
    assert (shown.framing, shown.width, shown.height) == (Framing(), 800, 800)
    assert "It is being laid out anew" not in client.get(address).text


def test_a_frame_that_is_refused_takes_nothing_off_screens_and_the_form_shows_what_is_in_force(
    studio_app: Studio,
) -> None:
    client, storage = studio_app.logged_in(Role.EDITOR), studio_app.ports.storage
    creative_id = ready(studio_app, png(size=(800, 800)))
    address, shown = f"/studio/creatives/{creative_id}", storage.creatives.get(creative_id, None)
    path = storage.media.upload(shown.upload_sha256)
    assert path is not None
    path.rename(path.with_suffix(".gone"))
    post(client, address, SAID | {"frame": "fill", "safe_percent": "5"})
    studio_app.worker.sweep()
    kept = storage.creatives.get(creative_id, None)
    assert (kept.state, kept.sha256, kept.framing) == ("ready", shown.sha256, Framing())
    page = client.get(address).text
    assert checked(page) == "as_is" and '<option selected value="0">' in page
    assert "It couldn’t be laid out anew" in page and kept.error_en in page
    handlers = creative_handlers(storage.creatives, storage.jobs, storage.media, lambda _id: None)
    handlers[wishes.KIND].give_up(wishes.subject(creative_id, Framing(Frame.FILL)))
    assert "more time or memory" in storage.creatives.get(creative_id, None).error_en
    path.with_suffix(".gone").rename(path)
    post(client, address, SAID | {"frame": "fill"})
    studio_app.worker.sweep()
    assert storage.creatives.get(creative_id, None).framing == Framing(Frame.FILL)
    assert "It couldn’t be laid out anew" not in client.get(address).text


def test_a_variant_belongs_to_the_store_of_its_creative(studio_app: Studio) -> None:
    creative_id = ready(studio_app, png(), store_id="elm")
    files = [FileStorage(io.BytesIO(png(size=(36, 64))), "tall.png")]
    address = f"/studio/creatives/{creative_id}/variants"
    assert post(studio_app.logged_in(Role.EDITOR), address, {"files": files}).status_code == 302
    [variant] = studio_app.ports.storage.creatives.variants(creative_id)
    assert (variant.store_id, variant.variant_of) == ("elm", creative_id)


def test_each_page_of_a_pdf_is_a_creative(studio_app: Studio) -> None:
    storage = studio_app.ports.storage
    ready(studio_app, pdf(2), "チラシ.pdf")
    made = {one.name: one for one in storage.creatives.all(None)}
    assert set(made) == {"チラシ.pdf", "チラシ.pdf (2/2)"}
    assert {(one.height, one.state.value, one.mime) for one in made.values()} == {(2560, "ready", "image/webp")}
    assert len({one.sha256 for one in made.values()}) == 2
    second = made["チラシ.pdf (2/2)"]
    studio_app.ports.enqueue("creative", second.creative_id)
    studio_app.worker.sweep()
    assert {one.name: one for one in storage.creatives.all(None)} == made, "processed again, each is what it was"
    path = storage.media.served(second.sha256)
    assert path is not None
    with Image.open(path) as image:
        assert image.getextrema()[0][0] < 60, "something is printed on it"


def test_of_a_pdf_only_the_page_in_question_is_drawn_anew(studio_app: Studio) -> None:
    client, storage = studio_app.logged_in(Role.EDITOR), studio_app.ports.storage
    ready(studio_app, pdf(3), "チラシ.pdf")
    made = {one.page: one for one in storage.creatives.all(None)}
    before = set(storage.media.files())
    for page in (1, 3):
        post(client, f"/studio/creatives/{made[page].creative_id}", SAID | {"frame": "fill", "safe_percent": "10"})
        studio_app.worker.sweep()
    after = {one.page: one for one in storage.creatives.all(None)}
    assert {page: one.framing.safe_percent for page, one in after.items()} == {1: 10, 2: 0, 3: 10}
    assert after[2] == made[2] and len({one.sha256 for one in after.values()}) == 3
    assert len(set(storage.media.files()) - before) == 4, (
        "a picture and a poster for each of the two, and no other page"
    )


def test_pages_take_the_frame_that_was_wished_for_before_the_pdf_was_drawn(studio_app: Studio) -> None:
    client, storage = studio_app.logged_in(Role.EDITOR), studio_app.ports.storage
    creative_id = send(client, pdf(2), "チラシ.pdf").json["creative_id"]
    post(client, f"/studio/creatives/{creative_id}", SAID | {"frame": "fit"})
    studio_app.worker.sweep()
    assert [one.framing for one in storage.creatives.all(None)] == [Framing(Frame.FIT)] * 2


def test_a_store_is_told_that_headquarters_uses_its_creative(studio_app: Studio) -> None:
    storage, creative_id = studio_app.ports.storage, ready(studio_app, png(), store_id="elm")
    spot = CampaignSpot("autumn-1", "秋", 10_000, creative_id=creative_id)
    storage.campaigns.add(Campaign("autumn", "秘密の企画", Level.OPEN, "", (spot,)), "", studio_app.ports.clock())
    page = studio_app.logged_in(Role.EDITOR, "elm").get(f"/studio/creatives/{creative_id}").text
    assert "1 campaign of headquarters" in page and "No campaign shows it." not in page and "秘密の企画" not in page


def test_it_expires_at_its_own_stores_midnight(studio_app: Studio) -> None:
    for store_id, utc in (("elm", "2026-12-01T06:00:00+00:00"), ("ekimae", "2026-11-30T15:00:00+00:00")):
        creative_id = ready(studio_app, png(), store_id=store_id)
        client, storage = studio_app.logged_in(Role.EDITOR, store_id), studio_app.ports.storage
        address = f"/studio/creatives/{creative_id}"
        post(client, address, SAID | {"frame": "as_is", "expires": "2026-12-01T00:00"})
        expires = storage.creatives.get(creative_id, None).expires_at
        assert expires is not None and expires.isoformat() == utc
        assert 'value="2026-12-01T00:00"' in client.get(address).text
        spot = CampaignSpot(f"{store_id}-1", "秋", 10_000, creative_id=creative_id)
        campaign = Campaign(store_id, "秋", Level.OPEN, store_id, (spot,), state=CampaignState.APPROVED)
        assert storage.inventories.spots_of(campaign)[0].expires == expires
