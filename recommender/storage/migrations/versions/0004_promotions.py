"""What is planned to stand on a display or in a leaflet: which product, in which store, on which days."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "promotions",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("gtin", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_day", sa.Integer(), nullable=False),
        sa.Column("display", sa.Integer(), server_default="0", nullable=False),
        sa.Column("leaflet", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("store_id", "gtin", "first_day", name=op.f("pk_promotions")),
        sqlite_with_rowid=False,
    )
