"""A municipality that two incidents hold has a stop of each."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE stops ADD COLUMN origin TEXT",
    """
    UPDATE stops SET origin = issuances.municipality FROM issuances
    WHERE stops.cause = 'same_build' AND issuances.issuance_id = stops.issuance_id
      AND issuances.accepted_on = stops.accepted_on
    """,
    "DROP INDEX stops_in_force",
    """
    CREATE UNIQUE INDEX stops_in_force
    ON stops (municipality, (coalesce(terminal, '')), cause, (coalesce(origin, '')))
    WHERE released_at IS NULL
    """,
)


def upgrade() -> None:
    """Add the column; stops in force stay in force."""
    for statement in STATEMENTS:
        op.execute(statement)
