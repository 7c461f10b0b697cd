"""What operating screens needs: layouts and panel hours, key rotation, areas of plays, conditions, alerts.

Forward only. revision 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("screens", sa.Column("layout", sa.Text(), server_default="full", nullable=False))
    op.add_column("screens", sa.Column("fit", sa.Text(), server_default="fit", nullable=False))
    for name in ("safe_percent", "lit_from_min", "lit_until_min", "rotating"):
        op.add_column("screens", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("plays", sa.Column("area", sa.Text(), server_default="main", nullable=False))
    op.create_table(
        "conditions",
        sa.Column("screen_id", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("screen_id", "since", name=op.f("pk_conditions")),
    )
    op.create_index("ix_conditions_until", "conditions", ["until"])
    op.create_table(
        "alerts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("screen_id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index("ix_alerts_screen_kind", "alerts", ["screen_id", "kind", "at"])
    op.create_index("ix_alerts_next_try", "alerts", ["next_try_at"])
