"""The `data` of orders and product views in Segment's shape -> our payloads. What nobody here needs is not read.

https://segment.com/docs/connections/spec/ecommerce/v2/: `products` with `gtin`, `sku` or `product_id`, `quantity`, `price`
of one in whole units, and `currency`. Beside these we take `line_id`, and `amount_minor` of the whole line.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

from recommender.domain.event import (
    ItemVoided,
    OrderCancelled,
    OrderCompleted,
    OrderedProduct,
    OrderRefunded,
    Payload,
    ProductAdded,
    ProductRemoved,
    ProductViewed,
    RefusedEvent,
    ReturnedProduct,
)
from recommender.domain.gtin import BadGtin, to_gtin14
from recommender.domain.money import is_currency, to_minor

Data = Mapping[str, Any]
ONLINE = "online"  # the store of an order that names none
PRODUCTS_LIMIT = 1000
GTIN_AT = ("gtin", "sku", "product_id")


def order_completed(data: Data) -> OrderCompleted:
    """Raises RefusedEvent, as do all of these."""
    told = _products(data)
    if not told:
        raise RefusedEvent("data.products is empty")
    currencies = {_text(product, "currency") for product in told} | {_text(data, "currency")} - {""}
    currencies -= {""}
    if len(currencies) != 1:
        raise RefusedEvent("data.currency is missing" if not currencies else "one order has several currencies")
    (currency,) = currencies
    if not is_currency(currency):
        raise RefusedEvent("data.currency is not three capital letters of ISO 4217")
    store = _text(data, "store_id") or _text(data, "affiliation")
    lines = []
    for number, product in enumerate(told, 1):
        line = _text(product, "line_id") or str(number)
        quantity = _whole(product, "quantity")
        quantity = 1 if quantity is None else quantity
        lines.append(OrderedProduct(line, _gtin(product), quantity, _amount(product, quantity, currency, number)))
    channel = _text(data, "channel") or ("" if store else ONLINE)
    return OrderCompleted(_text(data, "order_id"), store or ONLINE, currency, tuple(lines), channel)


def order_refunded(data: Data) -> OrderRefunded:
    parts = []
    for product in _products(data):
        line = _text(product, "line_id")
        parts.append(ReturnedProduct(line, "" if line else _gtin(product), _whole(product, "quantity")))
    return OrderRefunded(_text(data, "order_id"), tuple(parts))


def order_cancelled(data: Data) -> OrderCancelled:
    return OrderCancelled(_text(data, "order_id"))


def item_voided(data: Data) -> ItemVoided:
    line = _text(data, "line_id")
    return ItemVoided(_text(data, "order_id"), line, "" if line else _gtin(data), _whole(data, "quantity"))


def product_viewed(data: Data) -> ProductViewed:
    return ProductViewed(_gtin(data), _text(data, "store_id"))


def product_added(data: Data) -> ProductAdded:
    return ProductAdded(_gtin(data), _text(data, "store_id"))


def product_removed(data: Data) -> ProductRemoved:
    return ProductRemoved(_gtin(data), _text(data, "store_id"))


READERS: dict[type[Any], Callable[[Data], Payload]] = {
    OrderCompleted: order_completed,
    OrderRefunded: order_refunded,
    OrderCancelled: order_cancelled,
    ItemVoided: item_voided,
    ProductViewed: product_viewed,
    ProductAdded: product_added,
    ProductRemoved: product_removed,
}


def _products(data: Data) -> list[Data]:
    told = data.get("products") or []
    if not isinstance(told, list | tuple) or not all(isinstance(product, Mapping) for product in told):
        raise RefusedEvent("data.products must be a list of objects")
    if len(told) > PRODUCTS_LIMIT:
        raise RefusedEvent(f"data.products has more than {PRODUCTS_LIMIT} lines")
    return list(told)


def _gtin(product: Data) -> str:
    """The first of GTIN_AT that is one, as 14 digits; else the first that is told, which no product will have."""
    told = [text for name in GTIN_AT if (text := _text(product, name))]
    for text in told:
        with suppress(BadGtin):
            return to_gtin14(text)
    return told[0][:64] if told else ""


def _amount(product: Data, quantity: int, currency: str, number: int) -> int:
    amount = _whole(product, "amount_minor")
    if amount is not None:
        return amount
    price = product.get("price")
    if isinstance(price, bool) or not isinstance(price, int | float):
        raise RefusedEvent(f"data.products[{number - 1}].price is missing or no number")
    try:
        return to_minor(Decimal(str(price)), currency) * quantity
    except ValueError as bad:
        raise RefusedEvent(f"data.products[{number - 1}].price: {bad}") from None


def _whole(told: Data, name: str) -> int | None:
    value = told.get(name)
    if value is not None and type(value) is not int:
        raise RefusedEvent(f"data.{name} must be a whole number")
    return value


def _text(told: Data, name: str) -> str:
    """A text, or a number as text: shops number their orders. "" when it is missing or null."""
    value = told.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RefusedEvent(f"data.{name} must be text")
    return str(value).strip()
