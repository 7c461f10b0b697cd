"""Amounts of money as told in whole units ("2.58 USD") -> whole minor units (258), as they are kept."""

import re
from decimal import Decimal

NO_MINOR = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split()  # noqa: SIM905 - as a list sixteen lines
)
THREE_DIGITS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_CODE = re.compile("[A-Z]{3}")


def is_currency(text: str) -> bool:
    """Does it look like a code of ISO 4217?"""
    return bool(_CODE.fullmatch(text))


def digits(currency: str) -> int:
    """How many digits the currency's minor unit has (ISO 4217)."""
    return 0 if currency in NO_MINOR else 3 if currency in THREE_DIGITS else 2


def to_minor(amount: Decimal, currency: str) -> int:
    """258 for 2.58 USD, 258 for 258 JPY. Raises ValueError for a fraction of the minor unit, and for no amount at all."""
    minor = amount.scaleb(digits(currency)) if amount.is_finite() and abs(amount.adjusted()) < 18 else Decimal("NaN")
    if not minor.is_finite() or minor != minor.to_integral_value():
        raise ValueError(f"{amount} is no amount of {currency}")
    return int(minor)
