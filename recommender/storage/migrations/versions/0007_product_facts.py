"""What is known of products and their lots."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "product_facts",
        sa.Column("gtin", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("gtin", "lot", name="pk_product_facts"),
        sqlite_with_rowid=False,
    )
