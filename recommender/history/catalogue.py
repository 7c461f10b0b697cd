"""Rows of products, categories and stores as read -> rows for the database, or what is wrong with them."""

from collections.abc import Callable, Collection
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from recommender.domain.gtin import BadGtin, to_gtin14
from recommender.domain.imported import PRODUCT_FACTS
from recommender.domain.product import PriceKind
from recommender.domain.text import one_line
from recommender.history.order_lines import BadLine

Record = dict[str, str]
Parse = Callable[[Record], Any]  # raises BadLine

CATEGORIES = (
    "category", "name_ja", "short_ja", "name_en", "family", "pictogram", "price_kind", "tax", "law_class", "public_safe",
)  # fmt: skip
STORES = ("store_id", "zone")
YES_NO = {"yes": 1, "true": 1, "1": 1, "はい": 1, "no": 0, "false": 0, "0": 0, "いいえ": 0}
TEXT_LENGTH = 200


def product_parser(known_categories: Collection[str]) -> Parse:
    def _parse(record: Record) -> dict[str, Any]:
        try:
            gtin = to_gtin14(record["gtin"].strip())
        except BadGtin as bad:
            raise BadLine(f"not a GTIN ({bad.why})") from None
        category = _text(record, "category")
        if category not in known_categories:
            raise BadLine(f"unknown category {category!r}")
        names = {name: _text(record, name) for name in ("name_ja", "name_en")}
        rest = {
            name: _text(record, name, blank=True) for name in ("short_ja", "brand", "size", "maker", *PRODUCT_FACTS)
        }
        flags = {name: yes_no(record, name, blank=1) for name in ("in_models", "public_safe")}
        flags["sample_facts"] = yes_no(record, "sample_facts", blank=0)
        return {"gtin": gtin, **names, **rest, "category": category, **flags}

    return _parse


def parse_category(record: Record) -> dict[str, Any]:
    kind = record["price_kind"].strip()
    if kind not in set(PriceKind):
        raise BadLine(f"price_kind is none of {', '.join(PriceKind)}")
    tax = record["tax"].strip()
    if not (tax.isascii() and tax.isdigit() and int(tax) <= 100):
        raise BadLine("tax is not a percentage")
    return {
        **{name: _text(record, name) for name in ("category", "name_ja", "short_ja", "name_en", "family", "law_class")},
        "pictogram": _text(record, "pictogram", blank=True),
        "price_kind": kind,
        "tax": int(tax),
        "public_safe": yes_no(record, "public_safe"),
    }


def parse_store(record: Record) -> dict[str, Any]:
    zone = record["zone"].strip()
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadLine(f"{zone!r} is no IANA time zone") from None
    return {"store_id": _text(record, "store_id"), "zone": zone}


def _text(record: Record, name: str, *, blank: bool = False) -> str:
    text = record[name].strip()
    if not text and not blank:
        raise BadLine(f"{name} is blank")
    if len(text) > TEXT_LENGTH or not one_line(text):
        raise BadLine(f"{name} is longer than {TEXT_LENGTH} characters or not printable")
    return text


def yes_no(record: Record, name: str, blank: int | None = None) -> int:
    told = record[name].strip().lower()
    if not told and blank is not None:
        return blank
    try:
        return YES_NO[told]
    except KeyError:
        raise BadLine(f"{name} is neither yes nor no") from None
