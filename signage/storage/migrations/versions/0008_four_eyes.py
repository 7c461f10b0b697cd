"""Campaigns: who edited last; the audit log is asked for what was done with one thing.

Forward only. revision 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("edited_by", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_audit_subject", "audit", ["subject"])
