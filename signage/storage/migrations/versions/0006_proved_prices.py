"""Campaigns: creatives that show what a product cost before run only while that is proved.

Forward only. revision 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("price_proved", sa.Integer(), nullable=False, server_default="0"))
