"""What a retailer may set about prices and stock, and what is refused at the start."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from signage.app.web import stock_limits
from signage.domain.price import TaxRounding
from signage.domain.stock import DEFAULT_LIMITS
from signage.settings import Settings


def test_the_defaults_are_the_tables() -> None:
    assert stock_limits(Settings()) == DEFAULT_LIMITS
    assert Settings().tax_rounding == TaxRounding.DOWN


def test_limits_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("PLENTY", "20"), ("FEW", "0"), ("FRESH_MIN", "45")):
        monkeypatch.setenv(f"SHELFCAST_STOCK_{name}", value)
    limits = stock_limits(Settings())
    assert (limits.plenty, limits.few, limits.fresh) == (20, 0, timedelta(minutes=45))
    assert limits.number_on_screen == timedelta(minutes=2)  # nobody's to set


@pytest.mark.parametrize(
    ("name", "value"),
    [("STOCK_FEW", "10"), ("STOCK_PLENTY", "3"), ("STOCK_FRESH_MIN", "0"), ("TAX_ROUNDING", "sideways")],
)
def test_nonsense_stops_the_start_and_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SHELFCAST_{name}", value)
    with pytest.raises(ValidationError, match=f"(?i){name.split('_', maxsplit=1)[0]}"):
        Settings()


def test_every_way_of_rounding_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for rounding in TaxRounding:
        monkeypatch.setenv("SHELFCAST_TAX_ROUNDING", str(rounding))
        assert TaxRounding(Settings().tax_rounding) is rounding
