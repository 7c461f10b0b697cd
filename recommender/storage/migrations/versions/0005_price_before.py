"""What a product cost before its last change, from the history of its prices."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("prices", sa.Column("before_minor", sa.BigInteger(), nullable=True))
    op.execute(
        """
        UPDATE prices SET before_minor = (
            SELECT h.amount_minor FROM price_history h
            WHERE h.gtin = prices.gtin AND h.store_id = prices.store_id AND h.since < prices.since
              AND h.currency = prices.currency AND h.amount_minor <> prices.amount_minor
            ORDER BY h.since DESC LIMIT 1
        )
        """
    )
