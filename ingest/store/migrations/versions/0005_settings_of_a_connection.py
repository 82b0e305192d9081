"""A connection keeps what only its channel knows: hosts, ports, the look of a widget.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("connection", sa.Column("settings", sa.Text()))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("connection", "settings")
