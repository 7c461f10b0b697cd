"""One address can't take every place among the players that wait to be let in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from math import ceil

from werkzeug.exceptions import TooManyRequests

from signage.storage.screens import CODE_LASTS

MOST_OF_ONE = 10  # codes of one address at once; a store's players may share one


class Crowding:
    """One per process, in memory. It holds no more than the database lets wait: each place is a registration's."""

    def __init__(self) -> None:
        self._taken: list[tuple[datetime, str]] = []  # when the code lapses, address; oldest first

    @contextmanager
    def place(self, address: str, now: datetime) -> Iterator[None]:
        """A place until the code lapses, given back when registering fails. Raises TooManyRequests with Retry-After."""
        self._taken = [place for place in self._taken if place[0] > now]
        theirs = [lapses for lapses, whose in self._taken if whose == address]
        if len(theirs) >= MOST_OF_ONE:
            raise TooManyRequests(retry_after=ceil((min(theirs) - now).total_seconds()))
        place = (now + CODE_LASTS, address)
        self._taken.append(place)
        try:
            yield
        except BaseException:
            self._taken.remove(place)
            raise
