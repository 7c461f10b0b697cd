"""Orders, refunds and views as events: whose they are, what they said, what was taken back; and which links join nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("order_lines", sa.Column("returned", sa.Integer(), server_default="0", nullable=False))
    op.add_column("events", sa.Column("digest", sa.LargeBinary(), nullable=True))
    op.add_column("events", sa.Column("identifier_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_events_identifier_id"), "events", ["identifier_id"])
    op.add_column("identifiers", sa.Column("changed", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("identity_edges", sa.Column("confirmed", sa.Integer(), server_default="0", nullable=False))
    op.add_column("identity_edges", sa.Column("refused", sa.Text(), server_default="", nullable=False))
    # Every link told until now was believed and joined: it goes on joining.
    op.execute("UPDATE identity_edges SET confirmed = 1")
    op.create_table(
        "early_revocations",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "event_id", name=op.f("pk_early_revocations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "returns",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column("gtin", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("identifier_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("source", "event_id", "item", name=op.f("pk_returns")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_returns_order_id"), "returns", ["order_id"])
    op.create_index(op.f("ix_returns_identifier_id"), "returns", ["identifier_id"])
    op.create_table(
        "views",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("identifier_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("gtin", sa.BigInteger(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["identifier_id"], ["identifiers.id"], name=op.f("fk_views_identifier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_views")),
    )
    op.create_index(op.f("ix_views_identifier_id_at"), "views", ["identifier_id", "at"])
