"""Long lists by the page: the page that the address asks for, and the addresses of its neighbours."""

from dataclasses import dataclass

from flask import request

from signage.web.address import asked_again

_MOST_PAGES = 100_000


@dataclass(frozen=True, slots=True)
class Paged:
    """`number` from 1. One that is past the end is told as such: what was there has become less. `key`: its name in the
    address, where a page has several lists; `anchor`: where on the page the list begins."""

    number: int
    total: int
    per_page: int
    key: str = "page"
    anchor: str = ""

    @property
    def start(self) -> int:
        """How many come before it."""
        return (self.number - 1) * self.per_page

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    def link(self, number: int) -> str:
        """This address with another page, whatever else it asks for."""
        return asked_again(anchor=self.anchor, **{self.key: str(number)})


def asked_page(key: str = "page") -> int:
    """From 1; nonsense is the first."""
    text = request.args.get(key, "")
    return min(max(int(text), 1), _MOST_PAGES) if text.isascii() and text.isdigit() and len(text) < 9 else 1
