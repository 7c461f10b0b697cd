"""Stores: whom to call about a screen, the share that a store's own campaigns may have, and whether they need an approval.

Forward only. revision 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("contact", sa.Text(), nullable=False, server_default=""),
        sa.Column("own_percent", sa.Integer(), nullable=False, server_default="100"),
        sa.Column("own_approval", sa.Integer(), nullable=False, server_default="1"),
    ):
        op.add_column("stores", column)
