"""A screen's own address: good for a minute, ours only; and the QR that carries it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.controller.qr import qr
from signage.controller.tokens import ScreenTokens
from signage.domain.errors import Forbidden
from tests.world import MovableClock


def test_a_token_is_good_for_a_minute(clock: MovableClock) -> None:
    tokens = ScreenTokens("secret", clock)
    token = tokens.make("entrance")
    assert tokens.verify(token, clock()) == "entrance"
    assert tokens.verify(token, clock.tick(60)) == "entrance"
    with pytest.raises(Forbidden) as refused:
        tokens.verify(token, clock.tick(1))
    assert refused.value.code == "screen_token_expired"


def test_a_token_from_the_future_or_of_another_installation_is_refused(clock: MovableClock) -> None:
    made_later = ScreenTokens("secret", MovableClock(clock.now.replace(year=2027))).make("entrance")
    foreign = ScreenTokens("other", clock).make("entrance")
    for token in (made_later, foreign):
        with pytest.raises(Forbidden):
            ScreenTokens("secret", clock).verify(token, clock())


@given(st.text(max_size=80))
def test_whatever_else_is_refused(text: str) -> None:
    clock = MovableClock()
    with pytest.raises(Forbidden):
        ScreenTokens("secret", clock).verify(text, clock())


def test_a_qr_path_draws_the_modules_it_should() -> None:
    symbol = qr("https://shelf.test/01/02000010000029?s=ekimae", "見る")
    assert symbol["size"] in (29, 33)
    assert str(symbol["path"]).startswith("M0 0h7v1h-7z")  # the finder pattern's top edge
    assert len(str(symbol["path"])) < 8_000
