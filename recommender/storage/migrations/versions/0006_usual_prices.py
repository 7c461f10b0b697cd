"""What a product usually cost, as far as proved, beside its price; known from each product's next price on."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("sale_since", "usual_minor", "usual_first", "usual_last", "usual_ends"):
        op.add_column("prices", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("prices", sa.Column("unproved", sa.Text(), nullable=True))
