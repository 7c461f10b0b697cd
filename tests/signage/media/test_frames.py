"""Files laid into the shapes of screens, and PDFs that can't be drawn."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from signage.domain.content import Frame, Framing
from signage.media.frame import GROUND, lay
from signage.media.process import Made, process
from signage.media.store import MediaStore
from tests.signage.media.making import picture, refusal, served, video


def framed(store: MediaStore, content: bytes, framing: Framing) -> Made:
    taken = store.take(io.BytesIO(content), 50)
    [made] = process(store, taken.sha256, lambda _share: None, framing=framing)
    return made


@given(
    st.tuples(st.integers(1, 8000), st.integers(1, 8000)), st.sampled_from(Frame), st.sampled_from([0, 3, 5, 10]),
    st.booleans(),
)  # fmt: skip
def test_nothing_is_stretched_and_nothing_is_too_large(
    size: tuple[int, int], frame: Frame, safe: int, even: bool
) -> None:
    laid = lay(size, Framing(frame, safe), 1920, even=even)
    assert all(1 <= inside <= outside <= 1920 for inside, outside in zip(laid.picture, laid.canvas, strict=True))
    assert all(1 <= cut <= whole for cut, whole in zip(laid.crop, size, strict=True))
    assert not even or all(side % 2 == 0 for side in (*laid.picture, *laid.canvas))
    if min(laid.picture) >= 50:
        (cut_w, cut_h), (width, height) = laid.crop, laid.picture
        assert width / height == pytest.approx(cut_w / cut_h, rel=0.06)
    if frame is not Frame.AS_IS and min(laid.canvas) >= 50:
        wide = laid.canvas[0] / laid.canvas[1]
        assert min(abs(wide / shape - 1) for shape in (16 / 9, 9 / 16, 16 / 3)) < 0.06


def test_a_picture_is_shown_whole_or_cropped(store: MediaStore) -> None:
    square = picture("JPEG", (360, 360))
    whole = framed(store, square, Framing(Frame.FIT))
    assert (whole.width, whole.height) == (640, 360)
    with Image.open(io.BytesIO(served(store, whole))) as image:
        corner = image.convert("RGB").getpixel((3, 3))
    assert isinstance(corner, tuple) and all(abs(a - b) < 6 for a, b in zip(corner, GROUND, strict=True))
    cropped = framed(store, square, Framing(Frame.FILL, 10))
    assert (cropped.width, cropped.height) == (450, 253), "360 × 202.5, with a tenth of ground at each side"


def test_a_video_that_plays_as_it_is_is_encoded_for_its_frame(store: MediaStore, tmp_path: Path) -> None:
    clip = video(tmp_path / "a.webm", "libvpx-vp9", "webm", 5, size=(320, 240))
    made = framed(store, clip.read_bytes(), Framing(Frame.FILL, 5))
    assert (made.mime, made.width, made.height) == ("video/webm", 356, 200)


def test_a_pdf_that_cant_be_drawn_says_why(store: MediaStore) -> None:
    def written(pages: int, password: str = "") -> bytes:
        out = io.BytesIO()
        canvas = Canvas(out, encrypt=StandardEncryption(password, canPrint=0) if password else None)
        for _ in range(pages):
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    assert refusal(store, written(1, "secret")) == "file_pdf_locked"
    assert refusal(store, written(51)) == "file_pdf_pages"
    assert refusal(store, b"%PDF-1.7\n" + bytes(300)) == "file_broken_pdf"
