"""Whose public holidays a store keeps: its time zone in, a country out."""

from functools import lru_cache

from babel.core import get_global


@lru_cache(maxsize=64)
def country_of(zone: str) -> str:
    """IANA zone -> ISO 3166 code by the CLDR, "" for zones of no country (UTC)."""
    return str(get_global("zone_territories").get(get_global("zone_aliases").get(zone, zone), ""))
