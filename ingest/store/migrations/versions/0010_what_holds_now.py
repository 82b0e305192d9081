"""Which address holds now, who may answer a shared thread, machines' answers, albums, and what a notice is about.

What was folded before is as it was until `prosa live rebuild` reads the journal again.

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("identity", "told_us", sa.BigInteger()),
    ("identity", "told_inbox_id", sa.Text()),
    ("conversation", "last_auto_us", sa.BigInteger()),
    ("conversation", "holder", sa.Text()),
    ("conversation", "holder_us", sa.BigInteger()),
    ("message", "is_auto", sa.Boolean()),
    ("message", "album", sa.Text()),
)


def upgrade() -> None:
    """Add the columns; every notice of before is a matter of its own."""
    for table, column, kind in _COLUMNS:
        op.add_column(table, sa.Column(column, kind))
    op.add_column("channel_notice", sa.Column("matter", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE channel_notice SET matter = event_id")
    with op.batch_alter_table("channel_notice") as batch:
        batch.alter_column("matter", server_default=None)
    op.create_index("channel_notice_matter", "channel_notice", ["workspace_id", "matter", "at_us"])
    op.create_index("channel_notice_severity", "channel_notice", ["workspace_id", "severity", "at_us"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("channel_notice_severity", "channel_notice")
    op.drop_index("channel_notice_matter", "channel_notice")
    op.drop_column("channel_notice", "matter")
    for table, column, _ in reversed(_COLUMNS):
        op.drop_column(table, column)
