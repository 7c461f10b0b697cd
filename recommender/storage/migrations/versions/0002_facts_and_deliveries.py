"""What a shopper asks besides the price: origin and allergens of a product, and when the shelf is filled next."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("origin_ja", "origin_en", "allergens_ja", "allergens_en"):
        op.add_column("products", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("products", sa.Column("sample_facts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("stock", sa.Column("next_delivery", sa.Text(), server_default="", nullable=False))
