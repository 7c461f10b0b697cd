"""Demo prices by the rules of honesty: a price only where the till agreed on one; yen are simulated from dollars."""

from collections.abc import Iterator

import pandas as pd

from signage.demo.places import ABROAD, WITH_SHELVES

MIN_LINES = 5  # a week with fewer lines says nothing about a price
AGREEMENT = 0.8  # share of a product's lines in its latest such week that must carry the same regular price
YEN_PER_DOLLAR = 150  # invented, fixed: prices of the stores in Japan are marked as simulated


def yen(cents: int) -> int:
    """US cents -> simulated yen, tax included, ending in 8 as Japanese shops like it (399 -> 598)."""
    return max(18, round((cents * YEN_PER_DOLLAR / 100 - 8) / 10) * 10 + 8)


def agreed(transactions: pd.DataFrame) -> pd.Series:
    """Order lines -> regular unit price in cents by GTIN, for products whose latest full week agrees on one price.

    Regular price = (paid + loyalty discount + the store's coupon match) / quantity.
    """
    lines = transactions[(transactions.quantity > 0) & (transactions.sales_value > 0)]
    paid = lines.sales_value + lines.retail_disc + lines.coupon_match_disc
    lines = pd.DataFrame(
        {"gtin": lines.gtin, "week": lines.week, "cents": (paid / lines.quantity * 100).round().astype(int)}
    )
    size = lines.groupby(["gtin", "week"]).cents.transform("size")
    lines = lines[size >= MIN_LINES]
    lines = lines[lines.week == lines.groupby("gtin").week.transform("max")]
    counted = lines.groupby(["gtin", "cents"]).size().rename("n").reset_index()
    counted["share"] = counted.n / counted.groupby("gtin").n.transform("sum")
    best = counted.sort_values(["gtin", "n", "cents"]).groupby("gtin").tail(1)
    return best[best.share >= AGREEMENT].set_index("gtin").cents


def events(prices: pd.Series, at: str) -> Iterator[dict[str, object]]:
    """Prices by GTIN -> `Price Changed` events (CloudEvents 1.0) for each demo store, from the time `at` (RFC 3339)."""
    for gtin, cents in prices.items():
        for store in WITH_SHELVES:
            yield {
                "specversion": "1.0",
                "type": "Price Changed",
                "source": "demo/prices",
                "id": f"{store.store_id}-{gtin}-{at}",
                "time": at,
                "data": {
                    "gtin": gtin,
                    "store_id": store.store_id,
                    "amount_minor": int(cents) if store is ABROAD else yen(int(cents)),
                    "currency": store.currency,
                    "simulated": store is not ABROAD,
                },
            }
