"""The municipality's own numbers of persons, more of the register, and cards bound to persons.

`cardholders` ends: a row of it could be shifted to another person unseen. Cards are registered
anew in `card_registrations`, where each row is bound to its person (decision 0013).
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STEPS = (
    "DROP TABLE cardholders",
    "ALTER TABLE residents DROP CONSTRAINT residents_household_id_fkey",
    "ALTER TABLE seal_registrations DROP CONSTRAINT seal_registrations_resident_id_fkey",
    "ALTER TABLE households ALTER household_id TYPE text",
    """
    ALTER TABLE residents
        ALTER resident_id TYPE text,
        ALTER household_id TYPE text,
        ADD alias text,
        ADD change_pending boolean NOT NULL DEFAULT false,
        DROP CONSTRAINT residents_status_check,
        ADD CHECK (status IN ('current', 'leaving', 'moved_out', 'deceased')),
        ADD FOREIGN KEY (household_id) REFERENCES households
    """,
    "DROP INDEX seal_registrations_one_active",
    """
    ALTER TABLE seal_registrations
        ALTER resident_id TYPE text,
        ADD registered_name text,
        ADD status text CHECK (status IN ('active', 'suspended', 'cancelled')),
        ADD FOREIGN KEY (resident_id) REFERENCES residents
    """,
    """
    UPDATE seal_registrations SET status = CASE WHEN active THEN 'active' ELSE 'cancelled' END,
        registered_name = (SELECT name FROM residents
                           WHERE residents.resident_id = seal_registrations.resident_id)
    """,
    """
    ALTER TABLE seal_registrations
        DROP active, ALTER status SET NOT NULL, ALTER registered_name SET NOT NULL
    """,
    """
    CREATE UNIQUE INDEX seal_registrations_one_active
        ON seal_registrations (resident_id) WHERE status = 'active'
    """,
    "CREATE INDEX residents_birth_date ON residents (birth_date)",
    """
    ALTER TABLE records_version
        ADD fault text CHECK (fault IN ('sequence_gap', 'erasure_not_applied'))
    """,
    """
    CREATE TABLE card_registrations (
        authority text NOT NULL,
        serial text NOT NULL,
        resident_id text NOT NULL,
        bound bytea NOT NULL,
        registered_at timestamptz NOT NULL DEFAULT madoguchi_now(),
        ended_at timestamptz,
        PRIMARY KEY (authority, serial)
    )
    """,
    "CREATE INDEX card_registrations_resident ON card_registrations (resident_id)",
)


def upgrade() -> None:
    """Change the tables."""
    for statement in STEPS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: cards registered here cannot be put back without losing what binds them."""
    raise NotImplementedError("restore a back-up from before the migration")
