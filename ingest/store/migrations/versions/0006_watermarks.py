"""How far a contact's side has come, where a provider says it by an instant; when a message of ours was handed over.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COLUMNS = (("conversation", "delivered_us"), ("conversation", "read_us"), ("message", "sent_us"))


def upgrade() -> None:
    """Add the columns."""
    for table, column in _COLUMNS:
        op.add_column(table, sa.Column(column, sa.BigInteger()))


def downgrade() -> None:
    """Take them away."""
    for table, column in reversed(_COLUMNS):
        op.drop_column(table, column)
