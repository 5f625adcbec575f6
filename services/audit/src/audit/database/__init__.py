"""The archive's PostgreSQL: schema and migrations."""
