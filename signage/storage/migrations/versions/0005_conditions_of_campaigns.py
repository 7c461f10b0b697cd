"""Campaigns: caps per loop and guest session, share of voice, competitive separation, conditions on the price.

Forward only. revision 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("cap_per_loop", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("cap_per_guest", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("goal_share", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("competitor", sa.Text(), nullable=False, server_default=""),
        sa.Column("price_at_most", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("price_cut", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("campaigns", column)
    op.create_index("ix_campaigns_flight_end", "campaigns", ["flight_end"])
