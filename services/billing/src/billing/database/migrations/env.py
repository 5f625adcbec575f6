"""Runs the steps on the connection that `madoguchi_wire.kit.migrating` holds."""

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
# The gateway keeps the version of its own schema in `public`.
connection.execute(text("CREATE SCHEMA IF NOT EXISTS billing"))
context.configure(connection=connection, version_table_schema="billing")
with context.begin_transaction():
    context.run_migrations()
