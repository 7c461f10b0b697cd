"""The recommender's tables. Times are UTC milliseconds; a GTIN is kept as a number and read as 14 digits.

Nobody's identifier is stored: `identifiers.value_hash` is an HMAC under the history's key, secrets are SHA-256 hashes.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

EVERY_STORE = ""  # the store_id of what is so in all of them
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Gtin(TypeDecorator[str]):
    """14 digits in Python, a number in the database: a third of the space in a history of millions of lines."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{value:014d}"


# SQLite numbers rows by itself only for a column of the exact type INTEGER.
Serial = BigInteger().with_variant(Integer, "sqlite")


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


def _flag(name: str, default: str = "0") -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=default)


def _ms(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _member() -> Column[int]:
    return Column("identifier_id", BigInteger, ForeignKey("identifiers.id"), nullable=False, index=True)


# What there is ------------------------------------------------------------------------------------------------------

categories = Table(
    "categories", metadata, Column("category", Text, primary_key=True),
    _text("name_ja"), _text("short_ja"), _text("name_en"), _text("family"), _text("pictogram"), _text("price_kind"),
    Column("tax", Integer, nullable=False), _text("law_class"), _flag("public_safe"),
)  # fmt: skip

products = Table(
    "products", metadata, Column("gtin", Gtin, primary_key=True, autoincrement=False),
    _text("name_ja"), _text("name_en"), _text("short_ja"), _text("brand"), _text("size"),
    Column("category", Text, ForeignKey("categories.category"), nullable=False, index=True),
    _text("maker"), _flag("in_models", "1"), _flag("public_safe", "1"),
    _text("origin_ja", server_default=""), _text("origin_en", server_default=""),
    _text("allergens_ja", server_default=""), _text("allergens_en", server_default=""), _flag("sample_facts"),
    _text("words"),  # the names, folded for search
    Column("sold", BigInteger, nullable=False, server_default="0", index=True),  # lines ever sold; search shows best first
)  # fmt: skip

product_facts = Table(  # JSON, as an import file has it; lot '' = the product itself
    "product_facts", metadata, Column("gtin", Gtin, primary_key=True, autoincrement=False),
    Column("lot", Text, primary_key=True), _text("told"),
    sqlite_with_rowid=False,
)  # fmt: skip

versions = Table("versions", metadata, Column("name", Text, primary_key=True), Column("value", Integer, nullable=False))

stores = Table(
    "stores", metadata, Column("code", Integer, primary_key=True), _text("store_id", unique=True), _text("zone"),
)  # fmt: skip

prices = Table(  # the newest of each store; store_id '' = every store
    "prices", metadata, Column("gtin", Gtin, primary_key=True, autoincrement=False),
    Column("store_id", Text, primary_key=True),
    Column("amount_minor", BigInteger, nullable=False), _text("currency"), _ms("since"), _flag("simulated"),
    Column("before_minor", BigInteger),  # before the last change
    _ms("sale_since", nullable=True), Column("usual_minor", BigInteger), _ms("usual_first", nullable=True),
    _ms("usual_last", nullable=True), _ms("usual_ends", nullable=True), Column("unproved", Text),  # see domain.usual_price
    sqlite_with_rowid=False,
)  # fmt: skip

price_history = Table(
    "price_history", metadata, Column("gtin", Gtin, primary_key=True, autoincrement=False),
    Column("store_id", Text, primary_key=True), Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("amount_minor", BigInteger, nullable=False), _text("currency"), _flag("simulated"),
    sqlite_with_rowid=False,
)  # fmt: skip

stock = Table(
    "stock", metadata, Column("gtin", Gtin, primary_key=True, autoincrement=False),
    Column("store_id", Text, primary_key=True),
    Column("quantity", BigInteger, nullable=False), _ms("as_of"), _flag("simulated"),
    _text("next_delivery", server_default=""),  # 2026-11-23 on the store's calendar
    sqlite_with_rowid=False,
)  # fmt: skip

promotions = Table(  # planned ahead; store_id '' = every store; days are `date.toordinal()` on the store's calendar
    "promotions", metadata, Column("store_id", Text, primary_key=True),
    Column("gtin", Gtin, primary_key=True, autoincrement=False),
    Column("first_day", Integer, primary_key=True, autoincrement=False), Column("last_day", Integer, nullable=False),
    _flag("display"), _flag("leaflet"),
    sqlite_with_rowid=False,
)  # fmt: skip

# What happened ------------------------------------------------------------------------------------------------------

order_lines = Table(  # no foreign keys: the importer checks products and stores by the batch
    "order_lines", metadata, Column("order_id", Text, primary_key=True), Column("line_id", Text, primary_key=True),
    Column("identifier_id", BigInteger), _text("store_id"), _ms("ordered_at"), Column("gtin", Gtin, nullable=False),
    Column("quantity", Integer, nullable=False), Column("amount_minor", BigInteger, nullable=False), _text("currency"),
    _text("channel"),
    Column("returned", Integer, nullable=False, server_default="0"),  # of `quantity`; follows from `returns`
    Index(None, "identifier_id"), Index(None, "ordered_at"),
    sqlite_with_rowid=False,
)  # fmt: skip

events = Table(  # what has arrived by the door `record`, so that a second arrival changes nothing
    "events", metadata, Column("source", Text, primary_key=True), Column("event_id", Text, primary_key=True),
    _text("kind"), _ms("at"),
    Column("digest", LargeBinary),  # of what it said, under the history's key: the same event again says the same
    Column("identifier_id", BigInteger, index=True),  # whose it is, so that erasing them erases it
    sqlite_with_rowid=False,
)  # fmt: skip

returns = Table(  # what was taken back, as told: it may come before its order; `quantity` NULL = all of it
    "returns", metadata, Column("source", Text, primary_key=True), Column("event_id", Text, primary_key=True),
    Column("item", Integer, primary_key=True, autoincrement=False),
    _text("order_id", index=True), _text("line_id"), Column("gtin", Gtin), Column("quantity", Integer), _ms("at"),
    Column("identifier_id", BigInteger, index=True),
    sqlite_with_rowid=False,
)  # fmt: skip

views = Table(  # what a known phone or browser looked at, put into a cart or scanned at a shelf
    "views", metadata, Column("id", Serial, primary_key=True),
    Column("identifier_id", BigInteger, ForeignKey("identifiers.id"), nullable=False),
    _text("kind"), _ms("at"), Column("gtin", Gtin, nullable=False), _text("store_id"),
    Index(None, "identifier_id", "at"),
)  # fmt: skip

interactions = Table(  # the key is random: a running number would tell between which two scans a check-in fell
    "interactions", metadata, Column("id", Text, primary_key=True), _text("kind"), _ms("at"),
    Column("gtin", Gtin), _text("store_id"), _text("screen_id"),
    Index(None, "at"),
    sqlite_with_rowid=False,
)  # fmt: skip

import_runs = Table(
    "import_runs", metadata, Column("id", Serial, primary_key=True),
    _text("file"), _text("kind"), _ms("started_at"), _ms("ended_at", nullable=True),
    Column("lines", BigInteger, nullable=False, server_default="0"),
    Column("added", BigInteger, nullable=False, server_default="0"),
    Column("known", BigInteger, nullable=False, server_default="0"),
    Column("rejected", BigInteger, nullable=False, server_default="0"),
)  # fmt: skip

import_rejects = Table(
    "import_rejects", metadata, Column("run_id", BigInteger, ForeignKey("import_runs.id"), primary_key=True),
    Column("line", BigInteger, primary_key=True, autoincrement=False), _text("reason"),
    _text("raw"),  # the line as read, without its member_id
    sqlite_with_rowid=False,
)  # fmt: skip

# Who ----------------------------------------------------------------------------------------------------------------

identifiers = Table(
    "identifiers", metadata, Column("id", Serial, primary_key=True), _text("namespace"),
    Column("value_hash", LargeBinary, nullable=False),
    Column("profile_id", BigInteger, nullable=False, index=True),  # the smallest id among those joined by edges
    Column("changed", BigInteger, nullable=False, server_default="0"),  # a new number whenever a ranking would read anew
    UniqueConstraint("namespace", "value_hash"),
)  # fmt: skip

identity_edges = Table(
    "identity_edges", metadata, Column("source", Text, primary_key=True), Column("event_id", Text, primary_key=True),
    Column("a", BigInteger, ForeignKey("identifiers.id"), nullable=False, index=True),
    Column("b", BigInteger, ForeignKey("identifiers.id"), nullable=False, index=True),
    _ms("at"), _ms("revoked_at", nullable=True),
    _flag("confirmed"),  # the retailer's own word that two numbers are one person: no limit holds it up
    _text("refused", server_default=""),  # why it joins nobody, though it was told and not taken back
)  # fmt: skip

early_revocations = Table(  # they came before the link that they take back
    "early_revocations", metadata, Column("source", Text, primary_key=True), Column("event_id", Text, primary_key=True),
    _ms("at"),
    sqlite_with_rowid=False,
)  # fmt: skip

consents = Table(  # only added to; the newest row of a purpose counts
    "consents", metadata, Column("id", Serial, primary_key=True), _member(),
    _text("purpose"), _flag("granted"), _text("version"), _ms("at"),
)  # fmt: skip

sessions = Table(
    "sessions", metadata, Column("secret_hash", LargeBinary, primary_key=True), _member(), _ms("created_at"), _ms("expires_at"),
    _text("device", server_default=""),  # in a few words: "Chrome · Android"
)  # fmt: skip

passkeys = Table(
    "passkeys", metadata, Column("credential_id", LargeBinary, primary_key=True), _member(),
    Column("public_key", LargeBinary, nullable=False), Column("user_handle", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False), _text("device"), _ms("created_at"), _ms("used_at", nullable=True),
)  # fmt: skip

sign_in_links = Table(
    "sign_in_links", metadata, Column("secret_hash", LargeBinary, primary_key=True), _member(), _ms("expires_at"),
    _ms("used_at", nullable=True),
)  # fmt: skip

member_aliases = Table(
    "member_aliases", metadata, Column("alias", LargeBinary, primary_key=True),
    Column("identifier_id", BigInteger, ForeignKey("identifiers.id"), nullable=False),
    Column("day", Integer, nullable=False, index=True),  # days since 1970-01-01 UTC
    Column("secret", LargeBinary, nullable=False),
    UniqueConstraint("identifier_id", "day"),
)  # fmt: skip

erasures = Table(  # how much went and when; whose is not kept
    "erasures", metadata, Column("id", Serial, primary_key=True), _ms("at"), Column("lines", BigInteger, nullable=False),
)  # fmt: skip
