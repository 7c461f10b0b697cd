"""A tag's EPC binary string in, the Digital Link of the product that it is on out.

After GS1 Digital Link URI: Compression for EPC binary strings 1.0 (`/eh…` hexadecimal, `/ex…` base64url) and the EPC Tag
Data Standard 2.3, of which only the schemes of a GTIN are read: SGTIN-96, SGTIN-198, SGTIN+ and DSGTIN+. What may follow
one of the latter two (other AIs, a host name) is left unread: it says nothing of which product it is.
"""

import re
from typing import Final

from recommender.domain.gtin import check_digit
from signage.domain.digital_link import KEY, BadLink, DigitalLink, UnknownKey, parse

BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_SPELLINGS = {"eh": ("0123456789abcdef", 4), "ex": (BASE64, 6)}
_PREFIX_DIGITS: Final = (12, 11, 10, 9, 8, 7, 6)  # of the company, by partition; the item has the rest of 13
_PREFIX_BITS: Final = (40, 37, 34, 30, 27, 24, 20)  # of 44
_ITEM_BITS = 44
_DATES = ("11", "13", "15", "16", "17", "7006", "7007")  # by DSGTIN+'s type of date
_OTHERS = re.compile(r"2[cde]|3[1-47-9acdef]|4[01]|e[6-9a-f]|f[0-689a]")  # headers of schemes that have another key
_SHORT_40 = " ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789"  # a space fills up


class _Bits:
    """Read from the front. Raises ValueError where there are too few."""

    def __init__(self, text: str) -> None:
        letters, width = _SPELLINGS[text[:2]]
        self._rest = "".join(f"{letters.index(letter):0{width}b}" for letter in text[2:])

    def take(self, count: int) -> str:
        if len(self._rest) < count:
            raise ValueError("too short")
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def number(self, bits: int, digits: int = 1) -> str:
        """In decimal, with leading zeros. Raises ValueError where it has more digits than that."""
        text = str(int(self.take(bits), 2)) if bits else ""
        if len(text) > digits > 1:
            raise ValueError("too many digits")
        return text.zfill(digits)

    def letters(self, count: int, alphabet: str, width: int) -> str:
        return "".join(alphabet[int(self.take(width), 2)] for _ in range(count))

    def end(self) -> None:
        if "1" in self._rest:
            raise ValueError("too long")


def decompress(text: str) -> DigitalLink:
    """`text`: the path with its two letters. Raises BadLink, UnknownKey for an EPC of something that is no product."""
    try:
        bits = _Bits(text.lower() if text.startswith("eh") else text)  # readers write hexadecimal in capitals
        header = f"{int(bits.take(8), 2):02x}"
        read = {"30": _sgtin_96, "36": _sgtin_198, "f7": _plus, "fd": _plus, "fb": _dated, "fc": _dated}.get(header)
        if read is None and _OTHERS.fullmatch(header):
            raise UnknownKey(header)
        gtin, serial, attribute = read(bits) if read else ("", "", "")
        link = DigitalLink(gtin, (("21", serial),)).uri("")
        return parse(link.removeprefix(f"/{KEY}/"), attribute)
    except (ValueError, IndexError) as error:  # BadLink is one, of what the bits say
        raise BadLink(text, "compressed") from error


def _sgtin_96(bits: _Bits) -> tuple[str, str, str]:
    gtin, serial = _gtin(bits), bits.number(38)
    bits.end()
    return gtin, serial, ""


def _sgtin_198(bits: _Bits) -> tuple[str, str, str]:
    gtin, serial = _gtin(bits), bits.letters(20, "".join(map(chr, range(128))), 7)
    bits.end()
    return gtin, serial.rstrip("\0"), ""


def _gtin(bits: _Bits) -> str:
    """A filter, a partition, the company's prefix, then the indicator and the item."""
    bits.take(3)
    partition = int(bits.take(3), 2)
    digits, width = _PREFIX_DIGITS[partition], _PREFIX_BITS[partition]
    company = bits.number(width, digits)
    item = bits.number(_ITEM_BITS - width, 13 - digits)
    body = item[0] + company + item[1:]
    return f"{body}{check_digit(body)}"


def _plus(bits: _Bits) -> tuple[str, str, str]:
    bits.take(1 + 3)  # whether other AIs follow, a filter
    return _digits(bits, 14), _serial(bits), ""


def _dated(bits: _Bits) -> tuple[str, str, str]:
    bits.take(1 + 3)
    kind = _DATES[int(bits.take(4), 2)]
    date = "".join(bits.number(width, 2) for width in (7, 4, 5))
    return _digits(bits, 14), _serial(bits), f"{kind}={date}"


def _digits(bits: _Bits, count: int) -> str:
    return bits.letters(count, "0123456789", 4)


def _serial(bits: _Bits) -> str:
    """Three bits say how its characters are written, five how many they are."""
    how, count = int(bits.take(3), 2), int(bits.take(5), 2)
    if how == 0:
        return bits.number((10**count - 1).bit_length(), count) if count else ""
    if how == 5:
        return _three_in_two_bytes(bits, count)
    alphabet, width = {
        1: ("0123456789ABCDEF", 4),
        2: ("0123456789abcdef", 4),
        3: (BASE64, 6),
        4: ("".join(map(chr, range(128))), 7),
    }.get(how, ("", 1))
    return bits.letters(count, alphabet, width)


def _three_in_two_bytes(bits: _Bits, count: int) -> str:
    """URN Code 40: three characters of forty in each 16 bits."""
    text = ""
    for _ in range(-(-count // 3)):
        three = int(bits.take(16), 2) - 1
        if not 0 <= three < 40**3:
            raise ValueError("no three of them")
        text += "".join(_SHORT_40[three // place % 40] for place in (1600, 40, 1))
    return text.rstrip(" ")
