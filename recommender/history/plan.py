"""Rows of the promotion plan as read -> promotions, or what is wrong with them."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import lru_cache, partial

from recommender.domain.promotion import Promotion
from recommender.history.catalogue import Parse, Record, yes_no
from recommender.history.order_lines import BadLine, identifier, known_gtin

REQUIRED = ("store_id", "gtin", "first_day", "last_day", "display", "leaflet")
EARLIEST = date(2000, 1, 1)
LONGEST = timedelta(days=366)
AHEAD = 2 * LONGEST  # nobody plans for longer: the year is mistyped
DAYS, PRODUCTS = 2**12, 2**17  # a plan names few of them in many rows: what was read before is remembered
_day = lru_cache(DAYS)(date.fromisoformat)


def parser(known: Collection[str], now: datetime) -> Parse:
    """`known`: the GTINs of products there are, of 14 digits."""
    latest = now.date() + AHEAD
    gtin = lru_cache(PRODUCTS)(partial(known_gtin, known=known))

    def _parse(record: Record) -> Promotion:
        first, last = (_a_day(record, name) for name in ("first_day", "last_day"))
        if last < first:
            raise BadLine("last_day is before first_day")
        if last - first >= LONGEST:
            raise BadLine(f"longer than {LONGEST.days} days")
        if first < EARLIEST or last > latest:
            raise BadLine("first_day is before 2000" if first < EARLIEST else "last_day is more than two years ahead")
        return Promotion(
            store_id=identifier(record, "store_id", blank=True),
            gtin=gtin(record["gtin"].strip()),
            first=first,
            last=last,
            display=bool(yes_no(record, "display")),
            leaflet=bool(yes_no(record, "leaflet")),
        )

    return _parse


def _a_day(record: Record, name: str) -> date:
    try:
        return _day(record[name].strip())
    except ValueError:
        raise BadLine(f"{name} is no day such as 2026-11-23") from None
