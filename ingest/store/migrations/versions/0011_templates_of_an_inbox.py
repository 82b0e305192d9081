"""Templates by inbox, with the time of the newest word on state and category; names that profiles told last.

What could not be read has an index, as it is rare and looked for.

What providers said of templates before counts after the next list of them, or `prosa live rebuild`.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_UNREAD = sa.text("type IN ('delivery.unreadable', 'delivery.unrecognised')")


def upgrade() -> None:
    """Make the table anew, and the index."""
    op.create_table(
        "template_by_inbox",
        sa.Column("workspace_id", sa.Text(), primary_key=True),
        sa.Column("inbox_id", sa.Text(), primary_key=True),
        sa.Column("template_id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("category", sa.Text()),
        sa.Column("category_us", sa.BigInteger()),
        sa.Column("template_status", sa.Text()),
        sa.Column("template_status_us", sa.BigInteger()),
        sa.Column("components", sa.Text()),
        sa.Column("described_us", sa.BigInteger()),
    )
    op.execute(
        "INSERT INTO template_by_inbox "
        "SELECT workspace_id, coalesce(inbox_id, ''), template_id, name, language, category, "
        "CASE WHEN category IS NOT NULL THEN described_us END, template_status, "
        "CASE WHEN template_status IS NOT NULL THEN described_us END, components, described_us FROM template"
    )
    op.drop_table("template")
    op.rename_table("template_by_inbox", "template")
    op.create_index("template_told", "template", ["template_id"])
    op.add_column("contact", sa.Column("profile_name", sa.Text()))
    op.add_column("contact", sa.Column("profile_us", sa.BigInteger()))
    op.create_index(
        "journal_unread", "journal", ["workspace_id", "seq"], sqlite_where=_UNREAD, postgresql_where=_UNREAD
    )


def downgrade() -> None:
    """Make the table of before; of a template that several inboxes list, one row stays."""
    op.drop_index("journal_unread", "journal")
    with op.batch_alter_table("contact") as table:
        table.drop_column("profile_us")
        table.drop_column("profile_name")
    op.create_table(
        "template_of_all",
        sa.Column("template_id", sa.Text(), primary_key=True),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("inbox_id", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("category", sa.Text()),
        sa.Column("template_status", sa.Text()),
        sa.Column("components", sa.Text(), nullable=False),
        sa.Column("described_us", sa.BigInteger(), nullable=False),
    )
    op.execute(
        "INSERT INTO template_of_all "
        "SELECT template_id, workspace_id, nullif(inbox_id, ''), name, language, category, "
        "template_status, components, described_us FROM template AS kept WHERE name IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM template AS other WHERE other.template_id = kept.template_id AND other.name IS NOT NULL "
        "AND (other.workspace_id, other.inbox_id) < (kept.workspace_id, kept.inbox_id))"
    )
    op.drop_table("template")
    op.rename_table("template_of_all", "template")
    op.create_index("ix_template_workspace_id", "template", ["workspace_id"])
