"""Which papers were one cardholder's: found in the events' own bytes."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CARDHOLDER_OF = r"""
    CREATE FUNCTION cardholder_of(canonical bytea) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURNS NULL ON NULL INPUT AS $$
        SELECT substring(pg_catalog.convert_from(canonical, 'UTF8') FROM
            '"cardholder":([{]"key":"[0-9a-f-]{36}","pseudonym":"[0-9a-f]{32}"[}])')
    $$
"""
"""The object as its one spelling has it; a quote inside a text would have a backslash before it."""
# An index over the bytes themselves: it also finds what an older build archived, and what is
# emptied leaves it.
INDEX = """
    CREATE INDEX events_cardholder ON events (cardholder_of(canonical))
    WHERE type = 'madoguchi.issuance.accepted.v1'
"""


def upgrade() -> None:
    """Make function and index."""
    op.execute(CARDHOLDER_OF)
    op.execute(INDEX)
