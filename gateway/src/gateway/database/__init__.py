"""The gateway's PostgreSQL: schema, migrations, connections."""
