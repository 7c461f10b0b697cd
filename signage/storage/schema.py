"""Signage's tables. There is no member column here, and a test says so.

Times are UTC milliseconds (INTEGER), JSON is canonical text, ids are text made by us.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _ms(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


stores = Table(
    "stores", metadata, _id(),
    Column("name_ja", Text, nullable=False), Column("name_en", Text, nullable=False),
    Column("zone", Text, nullable=False), Column("currency", Text, nullable=False),
    Column("language", Text, nullable=False, server_default="ja"),
    Column("restricted_without_camera", Integer, nullable=False, server_default="0"),
    Column("simulated", Integer, nullable=False, server_default="0"),
    Column("contact", Text, nullable=False, server_default=""),
    Column("own_percent", Integer, nullable=False, server_default="100"),
    Column("own_approval", Integer, nullable=False, server_default="1"),
    Column("latitude", Float), Column("longitude", Float),
)  # fmt: skip

screens = Table(
    "screens", metadata, _id(),
    Column("store_id", Text, ForeignKey("stores.id"), nullable=False),
    Column("name", Text, nullable=False), Column("zone", Text, nullable=False),
    Column("width", Integer, nullable=False), Column("height", Integer, nullable=False),
    Column("tags", Text, nullable=False, server_default="[]"),
    Column("language", Text, nullable=False, server_default="ja"),
    Column("camera", Text, nullable=False, server_default="off"),
    Column("place_ja", Text, nullable=False, server_default=""),
    Column("place_en", Text, nullable=False, server_default=""),
    Column("key_hash", LargeBinary), Column("key_next_hash", LargeBinary),  # two-phase rotation
    Column("revoked", Integer, nullable=False, server_default="0"),
    _ms("created_at"), _ms("seen_at", nullable=True),
    Column("layout", Text, nullable=False, server_default="full"),
    Column("fit", Text, nullable=False, server_default="fit"),
    Column("safe_percent", Integer, nullable=False, server_default="0"),
    Column("lit_from_min", Integer, nullable=False, server_default="0"),
    Column("lit_until_min", Integer, nullable=False, server_default="0"),
    Column("rotating", Integer, nullable=False, server_default="0"),  # the player is to be given a new key
)  # fmt: skip

registrations = Table(  # a player waiting to be let in; the code is public, the poll secret is not
    "registrations", metadata, _id(),
    Column("code", Text, nullable=False, unique=True), Column("poll_secret_hash", LargeBinary, nullable=False),
    Column("width", Integer, nullable=False), Column("height", Integer, nullable=False),
    Column("user_agent", Text, nullable=False, server_default=""),
    Column("insecure", Integer, nullable=False, server_default="0"),
    Column("screen_id", Text, ForeignKey("screens.id")),  # set by the approval
    _ms("created_at"), _ms("expires_at"), _ms("claimed_at", nullable=True),
)  # fmt: skip

users = Table(
    "users", metadata, _id(),
    Column("email", Text, nullable=False, unique=True), Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False), Column("role", Text, nullable=False),
    Column("store_id", Text, ForeignKey("stores.id")),  # empty = headquarters
    Column("session_epoch", Integer, nullable=False, server_default="0"), _ms("created_at"),
)  # fmt: skip

creatives = Table(
    "creatives", metadata, _id(),
    Column("name", Text, nullable=False), Column("kind", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),  # uploaded | processing | ready | failed
    Column("error_ja", Text, nullable=False, server_default=""),
    Column("error_en", Text, nullable=False, server_default=""),
    Column("sha256", Text, nullable=False, server_default=""), Column("mime", Text, nullable=False, server_default=""),
    Column("size", BigInteger, nullable=False, server_default="0"),
    Column("width", Integer, nullable=False, server_default="0"),
    Column("height", Integer, nullable=False, server_default="0"),
    Column("duration_ms", Integer, nullable=False, server_default="0"),
    Column("poster_sha256", Text, nullable=False, server_default=""),
    Column("upload_sha256", Text, nullable=False, server_default=""),
    Column("store_id", Text, ForeignKey("stores.id")), _ms("created_at"), _ms("deleted_at", nullable=True),
    Column("frame", Text, nullable=False, server_default="as_is"),  # domain.content.Frame
    Column("safe_percent", Integer, nullable=False, server_default="0"),
    _ms("expires_at", nullable=True),
    Column("variant_of", Text, nullable=False, server_default=""),  # another creative, of which this is a further file
    Column("language", Text, nullable=False, server_default=""),  # of what is written on it; empty = for all
    Column("page", Integer, nullable=False, server_default="1"),  # of the PDF that it was
    Index("ix_creatives_variant_of", "variant_of"),
)  # fmt: skip

uploads = Table(  # files on their way; their bytes so far are below media/incoming
    "uploads", metadata, _id(),
    Column("user_id", Text, nullable=False), Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False), Column("sha256", Text, nullable=False, server_default=""),
    Column("modified", BigInteger, nullable=False, server_default="0"), _ms("created_at"),
    Index("ix_uploads_user_id", "user_id"),
)  # fmt: skip

campaigns = Table(
    "campaigns", metadata, _id(),
    Column("name", Text, nullable=False), Column("state", Text, nullable=False),
    Column("level", Integer, nullable=False), Column("store_id", Text, ForeignKey("stores.id")),  # owner; empty = headquarters
    _ms("flight_start", nullable=True), _ms("flight_end", nullable=True),
    Column("dayparts", Text, nullable=False, server_default="[]"),
    Column("targeting", Text, nullable=False, server_default="{}"),
    Column("gtins", Text, nullable=False, server_default="[]"),
    Column("restriction", Text, nullable=False, server_default="none"),
    Column("cap_per_hour", Integer, nullable=False, server_default="0"),
    Column("goal_plays", Integer, nullable=False, server_default="0"),
    Column("sponsored", Integer, nullable=False, server_default="0"),
    Column("comment", Text, nullable=False, server_default=""),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("created_by", Text, ForeignKey("users.id")), Column("approved_by", Text, ForeignKey("users.id")),
    _ms("created_at"), _ms("updated_at"),
    Column("cap_per_loop", Integer, nullable=False, server_default="0"),
    Column("cap_per_guest", Integer, nullable=False, server_default="0"),
    Column("goal_share", Integer, nullable=False, server_default="0"),
    Column("competitor", Text, nullable=False, server_default=""),
    Column("price_at_most", BigInteger, nullable=False, server_default="0"),
    Column("price_cut", Integer, nullable=False, server_default="0"),
    Column("price_proved", Integer, nullable=False, server_default="0"),
    Column("edited_by", Text, nullable=False, server_default=""),
    Index("ix_campaigns_flight_end", "flight_end"),  # those long over are never read
)  # fmt: skip

spots = Table(
    "spots", metadata, _id(),
    Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=False),
    Column("name", Text, nullable=False), Column("length_ms", Integer, nullable=False),
    Column("creative_id", Text, ForeignKey("creatives.id")), Column("card", Text),  # one of the two; card is JSON
    Column("position", Integer, nullable=False, server_default="0"),
)  # fmt: skip

inventories = Table(  # what a decision chose from, stored once per version
    "inventories", metadata, Column("version", Text, primary_key=True),
    Column("store_id", Text, nullable=False), Column("body", Text, nullable=False), _ms("created_at"),
)  # fmt: skip

decisions = Table(
    "decisions", metadata, _id(),
    Column("screen_id", Text, nullable=False), Column("store_id", Text, nullable=False), _ms("at"),
    Column("spot_id", Text, nullable=False), Column("guest", Integer, nullable=False),
    Column("inventory", Text, nullable=False), Column("body", Text, nullable=False),
    Index("ix_decisions_screen_at", "screen_id", "at"), Index("ix_decisions_at", "at"),
    Index("ix_decisions_inventory", "inventory"),
)  # fmt: skip

learned = Table(  # how far learning has come; its version grows with every batch
    "learned", metadata, _id(), Column("version", Integer, nullable=False), _ms("until"), _ms("sales_until"),
)  # fmt: skip

response_weights = Table(  # the response model: what tells one spot from the others, and what they share
    "response_weights", metadata, Column("name", Text, primary_key=True), Column("mean", Float, nullable=False),
    Column("variance", Float, nullable=False), Column("day", Float, nullable=False),
)  # fmt: skip

spot_days = Table(  # a spot's measured plays of one day of its store: their number, rewards and squares added up
    "spot_days", metadata, Column("store_id", Text, primary_key=True), Column("spot_id", Text, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False), Column("plays", Integer, nullable=False),
    Column("reward", Float, nullable=False), Column("squared", Float, nullable=False),
)  # fmt: skip

spot_bets = Table(  # what each bet on a spot has become, as JSON; see decide/evidence
    "spot_bets", metadata, Column("store_id", Text, primary_key=True), Column("spot_id", Text, primary_key=True),
    Column("money", Text, nullable=False),
)  # fmt: skip

plays = Table(
    "plays", metadata, Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("screen_id", Text, nullable=False), Column("play_id", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("store_id", Text, nullable=False),
    Column("spot_id", Text, nullable=False), Column("campaign_id", Text, nullable=False),
    Column("decision_id", Text, nullable=False),
    Column("creative_name", Text, nullable=False), Column("creative_sha256", Text, nullable=False),
    Column("manifest", Text, nullable=False),
    _ms("started_at"), Column("expected_ms", Integer, nullable=False), Column("shown_ms", Integer, nullable=False),
    Column("why", Text, nullable=False), Column("completed", Integer, nullable=False),
    Column("offline", Integer, nullable=False), Column("guest", Integer, nullable=False), _ms("received_at"),
    Column("area", Text, nullable=False, server_default="main"),
    Column("measured", Integer, nullable=False, server_default="0"),  # 1 once its people have been counted, if there were any
    UniqueConstraint("screen_id", "play_id"),
    Index("ix_plays_campaign_started", "campaign_id", "started_at"),
    Index("ix_plays_screen_started", "screen_id", "started_at"),
    Index("ix_plays_unmeasured", "screen_id", "started_at",
          sqlite_where=text("measured = 0"), postgresql_where=text("measured = 0")),
)  # fmt: skip

exposures = Table(  # the people before the screen during a play: derived once from the samples, which then may go
    "exposures", metadata, Column("play", BigInteger, primary_key=True, autoincrement=False), _ms("at"),
    Column("gross_impressions", Integer, nullable=False), Column("ots", Integer, nullable=False),
    Column("attention_s", Float, nullable=False), Column("present", Integer, nullable=False),
    Column("present_s", Integer, nullable=False), Column("simulated", Integer, nullable=False),
    Index("ix_exposures_at", "at"),
)  # fmt: skip

refused_plays = Table(  # what a player sent and we could not take, kept with the reason
    "refused_plays", metadata, Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("screen_id", Text, nullable=False), Column("body", Text, nullable=False),
    Column("why", Text, nullable=False), _ms("received_at"),
)  # fmt: skip

conditions = Table(  # how each screen was, by its own reports and its socket's end: a row for each stretch of one condition
    "conditions", metadata, Column("screen_id", Text, primary_key=True), Column("since", BigInteger, primary_key=True),
    _ms("until"), Column("condition", Text, nullable=False), Column("detail", Text, nullable=False, server_default=""),
    Index("ix_conditions_until", "until"),
)  # fmt: skip

alerts = Table(  # the row is the queue: told to the webhook until it answers, or until it has been tried too often
    "alerts", metadata, _id(),
    Column("kind", Text, nullable=False), Column("screen_id", Text, nullable=False),
    Column("store_id", Text, nullable=False), _ms("at"), _ms("ended_at", nullable=True),
    Column("detail", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"), _ms("next_try_at", nullable=True),
    _ms("told_at", nullable=True), Column("error", Text, nullable=False, server_default=""),
    Index("ix_alerts_screen_kind", "screen_id", "kind", "at"), Index("ix_alerts_next_try", "next_try_at"),
)  # fmt: skip

audience_samples = Table(  # counts only, at most one a second and screen, none while a guest session is on
    "audience_samples", metadata, Column("screen_id", Text, primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("source", Text, nullable=False), Column("present", Integer, nullable=False),
    Column("facing", Integer, nullable=False),
    Column("near", Integer, nullable=False), Column("arrived", Integer, nullable=False),
    Column("child", Integer, nullable=False),
    Column("adult", Integer, nullable=False), Column("senior", Integer, nullable=False),
    Column("attention_s", Float, nullable=False),
)  # fmt: skip

audience_cells = Table(  # five minutes before a screen, rounded; where too few people were there, NULL
    "audience_cells", metadata, Column("screen_id", Text, primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("sampled_s", Integer, nullable=False), Column("people", Integer), Column("present_s", Integer),
    Column("attention_s", Integer), Column("simulated", Integer, nullable=False),
)  # fmt: skip

retention = Table(  # when each line of the retention table was enforced last, and how many rows went: then, and in all
    "retention", metadata, Column("line", Text, primary_key=True), _ms("ran_at"),
    Column("removed", BigInteger, nullable=False), Column("removed_in_all", BigInteger, nullable=False),
)  # fmt: skip

notices = Table(  # the camera notice of a store; cameras stay off until it is complete
    "notices", metadata, Column("store_id", Text, ForeignKey("stores.id"), primary_key=True),
    Column("operator", Text, nullable=False), Column("purpose_ja", Text, nullable=False),
    Column("purpose_en", Text, nullable=False),
    Column("contact", Text, nullable=False), _ms("updated_at"),
)  # fmt: skip

jobs = Table(  # the row is the queue; the broker only carries its id
    "jobs", metadata, _id(),
    Column("kind", Text, nullable=False), Column("subject", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("progress", Float, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""), _ms("created_at"), _ms("claimed_until", nullable=True),
    _ms("finished_at", nullable=True),
)  # fmt: skip

idempotency = Table(
    "idempotency", metadata, Column("key", Text, primary_key=True), Column("route", Text, primary_key=True),
    Column("request_sha256", Text, nullable=False), Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False), _ms("created_at"),
)  # fmt: skip

audit = Table(
    "audit", metadata, Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    _ms("at"), Column("user_id", Text, nullable=False, server_default=""), Column("verb", Text, nullable=False),
    Column("subject", Text, nullable=False), Column("detail", Text, nullable=False, server_default=""),
    Index("ix_audit_subject", "subject"),
)  # fmt: skip
