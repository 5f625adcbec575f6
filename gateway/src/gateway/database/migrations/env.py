"""Runs the steps on the connection that `gateway.database.migrate` holds."""

from alembic import context

from gateway.database.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
