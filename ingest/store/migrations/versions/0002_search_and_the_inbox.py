"""Search over what was said and who said it; uploads; indexes that the inbox reads by.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

from ingest.store.search import create, drop

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SOME = {
    "conversation_unread": ("unread_count > 0", ["workspace_id", "status", "last_message_us", "conversation_id"]),
    "conversation_waiting": (
        "waiting_since_us IS NOT NULL",
        ["workspace_id", "status", "waiting_since_us", "conversation_id"],
    ),
}


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "upload",
        sa.Column("upload_id", sa.Text(), primary_key=True),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
    )
    desk = ["inbox_id", "status", "assignee_id", "last_message_us", "conversation_id"]
    op.create_index("conversation_desk", "conversation", desk)
    for name, (condition, columns) in _SOME.items():
        where = sa.text(condition)
        op.create_index(name, "conversation", columns, sqlite_where=where, postgresql_where=where)
    create(op.get_bind())


def downgrade() -> None:
    """Drop them again."""
    drop(op.get_bind())
    for name in (*_SOME, "conversation_desk"):
        op.drop_index(name, "conversation")
    op.drop_table("upload")
