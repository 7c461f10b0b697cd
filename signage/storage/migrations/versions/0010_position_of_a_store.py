"""Stores: where they are, so that the nearest is named first.

Forward only. revision 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("latitude", "longitude"):
        op.add_column("stores", sa.Column(name, sa.Float()))
