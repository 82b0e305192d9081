"""The journal's index of conversations leaves out what has none: deliveries, two thirds of its rows.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_HAS_ONE = sa.text("conversation_id IS NOT NULL")


def upgrade() -> None:
    """Make the index anew, smaller."""
    op.drop_index("journal_conversation", "journal")
    op.create_index(
        "journal_conversation",
        "journal",
        ["conversation_id", "seq"],
        sqlite_where=_HAS_ONE,
        postgresql_where=_HAS_ONE,
    )


def downgrade() -> None:
    """Make the index over every row."""
    op.drop_index("journal_conversation", "journal")
    op.create_index("journal_conversation", "journal", ["conversation_id", "seq"])
