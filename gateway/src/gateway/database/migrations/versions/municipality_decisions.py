"""What is in force of municipalities is decided by named persons; every load so far was one."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE municipality_decisions (
        number BIGINT GENERATED ALWAYS AS IDENTITY,
        municipality TEXT NOT NULL,
        state TEXT NOT NULL,
        version INTEGER NOT NULL,
        in_force_from timestamptz NOT NULL,
        persons TEXT[] NOT NULL,
        reason TEXT NOT NULL,
        signature TEXT,
        report TEXT,
        decided_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        PRIMARY KEY (number),
        FOREIGN KEY (municipality, version) REFERENCES municipality_versions,
        CONSTRAINT municipality_decisions_state_check
            CHECK (state IN ('tested', 'live', 'suspended', 'retired')),
        CONSTRAINT municipality_decisions_persons_check
            CHECK (cardinality(persons) = 1
                   OR cardinality(persons) = 2 AND lower(persons[1]) <> lower(persons[2]))
    )
    """,
    """
    CREATE INDEX municipality_decisions_municipality
    ON municipality_decisions (municipality, number)
    """,
    """
    INSERT INTO municipality_decisions
        (municipality, state, version, in_force_from, persons, reason, decided_at)
    SELECT municipality,
           CASE WHEN body ->> 'state' = 'suspended' THEN 'suspended' ELSE 'live' END,
           version, loaded_at, ARRAY['migration'], 'loaded before decisions were kept', loaded_at
    FROM municipality_versions ORDER BY loaded_at, municipality, version
    """,
    """
    CREATE TRIGGER municipality_decisions_append_only
    BEFORE UPDATE OR DELETE ON municipality_decisions
    FOR EACH ROW EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER municipality_decisions_not_truncated BEFORE TRUNCATE ON municipality_decisions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)


def upgrade() -> None:
    """Make the table; a build from before goes on with the versions that it has."""
    for statement in STATEMENTS:
        op.execute(statement)
