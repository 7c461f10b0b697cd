"""What is learned from plays: the response model's weights, each spot's days, and the evidence for the better ones.

Forward only. revision 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "learned",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("sales_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned")),
    )
    op.create_table(
        "response_weights",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mean", sa.Float(), nullable=False),
        sa.Column("variance", sa.Float(), nullable=False),
        sa.Column("day", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_response_weights")),
    )
    op.create_table(
        "spot_days",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("spot_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("reward", sa.Float(), nullable=False),
        sa.Column("squared", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "spot_id", "day", name=op.f("pk_spot_days")),
    )
    op.create_table(
        "spot_bets",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("spot_id", sa.Text(), nullable=False),
        sa.Column("money", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "spot_id", name=op.f("pk_spot_bets")),
    )
