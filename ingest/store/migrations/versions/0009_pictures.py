"""What contacts show of themselves.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("contact", sa.Column("picture", sa.Text()))
    op.add_column("contact", sa.Column("picture_us", sa.BigInteger()))


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("contact") as table:
        table.drop_column("picture_us")
        table.drop_column("picture")
