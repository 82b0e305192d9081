"""Which contacts are one customer; which addresses are proven; what people said of both.

Contacts met before stay customers of their own until `prosa live rebuild` reads the journal again.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    op.create_table(
        "contact_link",
        sa.Column("contact_id", sa.Text(), primary_key=True),
        sa.Column("other", sa.Text(), primary_key=True),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("set_us", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_contact_link_other", "contact_link", ["other"])
    op.add_column("contact", sa.Column("customer_id", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE contact SET customer_id = contact_id")
    op.add_column("identity", sa.Column("is_proven", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text("UPDATE identity SET is_proven = (kind IN ('phone', 'email') AND channel <> 'email')"))
    with op.batch_alter_table("contact") as table:
        table.alter_column("customer_id", server_default=None)
        table.create_index("ix_contact_customer_id", ["customer_id"])
    with op.batch_alter_table("identity") as table:
        table.alter_column("is_proven", server_default=None)


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("identity") as table:
        table.drop_column("is_proven")
    with op.batch_alter_table("contact") as table:
        table.drop_index("ix_contact_customer_id")
        table.drop_column("customer_id")
    op.drop_index("ix_contact_link_other", "contact_link")
    op.drop_table("contact_link")
