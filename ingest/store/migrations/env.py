"""Alembic's way in: the connection comes from `ingest.store.migrate`."""

from alembic import context

from ingest.store.live import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
