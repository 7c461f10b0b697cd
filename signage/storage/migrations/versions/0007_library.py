"""The library: uploads in pieces; creatives with a frame, an expiry and variants.

Forward only. revision 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False, server_default=""),
        sa.Column("modified", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_uploads_user_id", "uploads", ["user_id"])
    for column in (
        sa.Column("frame", sa.Text(), nullable=False, server_default="as_is"),
        sa.Column("safe_percent", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("variant_of", sa.Text(), nullable=False, server_default=""),
        sa.Column("language", sa.Text(), nullable=False, server_default=""),
        sa.Column("page", sa.Integer(), nullable=False, server_default="1"),
    ):
        op.add_column("creatives", column)
    op.create_index("ix_creatives_variant_of", "creatives", ["variant_of"])
