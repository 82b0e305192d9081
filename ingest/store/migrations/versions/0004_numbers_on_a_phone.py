"""An inbox knows whether its number is on a phone as well: such numbers may send 20 messages a second, not 80.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("inbox", sa.Column("is_on_phone", sa.Boolean()))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("inbox", "is_on_phone")
