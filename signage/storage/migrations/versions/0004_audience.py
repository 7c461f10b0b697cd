"""What becomes of the counts: each play's people, five-minute cells, and what the retention table removed.

Forward only. revision 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plays", sa.Column("measured", sa.Integer(), server_default="0", nullable=False))
    unmeasured = sa.text("measured = 0")
    op.create_index(
        "ix_plays_unmeasured", "plays", ["screen_id", "started_at"], sqlite_where=unmeasured, postgresql_where=unmeasured
    )
    op.create_index("ix_decisions_inventory", "decisions", ["inventory"])
    op.create_table(
        "exposures",
        sa.Column("play", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("gross_impressions", sa.Integer(), nullable=False),
        sa.Column("ots", sa.Integer(), nullable=False),
        sa.Column("attention_s", sa.Float(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("present_s", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("play", name=op.f("pk_exposures")),
    )
    op.create_index("ix_exposures_at", "exposures", ["at"])
    op.create_table(
        "audience_cells",
        sa.Column("screen_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sampled_s", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("present_s", sa.Integer(), nullable=True),
        sa.Column("attention_s", sa.Integer(), nullable=True),
        sa.Column("simulated", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("screen_id", "at", name=op.f("pk_audience_cells")),
    )
    op.create_table(
        "retention",
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("ran_at", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.BigInteger(), nullable=False),
        sa.Column("removed_in_all", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("line", name=op.f("pk_retention")),
    )
