"""GTINs: one product, spelled with 8, 12, 13 or 14 digits; kept as 14."""

LENGTHS = (8, 12, 13, 14)


class BadGtin(ValueError):
    """Not a GTIN. `why` is one of: digits, length, check."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{text!r} is not a GTIN ({why})")
        self.why = why


def check_digit(body: str) -> int:
    """Digits without the check digit -> the check digit (GS1 General Specifications, 7.9: weights 3, 1 from the right)."""
    return -sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(body))) % 10


def is_gtin14(text: str) -> bool:
    """Fourteen ASCII digits, as products are kept. The check digit isn't looked at: a wrong one is simply unknown."""
    return len(text) == 14 and text.isascii() and text.isdigit()


def to_gtin14(text: str) -> str:
    """JAN/EAN/UPC/GTIN-14 digits -> 14 digits. Raises BadGtin; accepts ASCII digits only."""
    if not (text.isascii() and text.isdigit()):
        raise BadGtin(text, "digits")
    if len(text) not in LENGTHS:
        raise BadGtin(text, "length")
    if check_digit(text[:-1]) != int(text[-1]):
        raise BadGtin(text, "check")
    return text.zfill(14)


def restricted(reference: int) -> str:
    """A retailer's own product number (at most 11 digits) -> a GTIN-14 under prefix 02 (restricted circulation)."""
    body = f"02{reference:011d}"
    if len(body) != 13:
        raise BadGtin(str(reference), "length")
    return f"{body}{check_digit(body)}"
