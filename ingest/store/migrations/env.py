"""Alembic's way in: the connection comes from `ingest.store.migrate`."""

from alembic import context

import ingest.store.live
import ingest.store.own  # noqa: F401  # both fill the metadata
from ingest.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
