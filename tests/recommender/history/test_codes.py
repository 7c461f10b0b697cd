"""The member code: one spelling, nothing forged, fits a QR of version 3."""

import segno
from hypothesis import given
from hypothesis import strategies as st

from recommender.history import codes
from tests.recommender.shop import NOW

SECRET = bytes(range(32))
aliases = st.binary(min_size=8, max_size=8)
steps = st.integers(0, 2**32 - 1)


@given(aliases, steps)
def test_what_was_made_is_read_and_signed(alias: bytes, step: int) -> None:
    text = codes.make(alias, SECRET, step)
    read = codes.read(text)
    assert read is not None
    assert (read.alias, read.step) == (alias, step)
    assert read.is_signed(SECRET)
    assert not read.is_signed(bytes(32))
    assert text.removeprefix("M1.").isalnum()
    assert text == text.upper()


@given(aliases, steps, st.data())
def test_no_other_spelling_is_accepted(alias: bytes, step: int, data: st.DataObject) -> None:
    text = codes.make(alias, SECRET, step)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="ascii"))
    changed = text[:place] + letter + text[place + 1 :]
    read = codes.read(changed)
    assert changed == text or read is None or not read.is_signed(SECRET)


@given(st.text(max_size=60))
def test_any_text_is_read_without_harm(text: str) -> None:
    read = codes.read(text)
    assert read is None or not read.is_signed(SECRET)


def test_it_fits_a_small_qr() -> None:
    qr = segno.make(codes.make(bytes(8), SECRET, codes.step_at(NOW)), error="m")
    assert qr.version <= 3


def test_a_step_lasts_half_a_minute_and_a_day_2880_steps() -> None:
    step = codes.step_at(NOW)
    assert codes.start_of(step) <= NOW < codes.start_of(step + 1)
    assert codes.day_of(2880) == codes.day_of(2879) + 1
