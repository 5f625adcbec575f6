"""What batches and change events brought into the own tables, and whom they could not tell of."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STEPS = (
    "ALTER TABLE residents DROP CONSTRAINT residents_household_id_fkey",
    "ALTER TABLE residents DROP CONSTRAINT residents_household_id_legal_order_key",
    "ALTER TABLE seal_registrations DROP CONSTRAINT seal_registrations_resident_id_fkey",
    """
    ALTER TABLE residents
        ADD FOREIGN KEY (household_id) REFERENCES households DEFERRABLE INITIALLY DEFERRED
    """,
    "CREATE INDEX residents_household ON residents (household_id, legal_order)",
    """
    ALTER TABLE seal_registrations
        ADD FOREIGN KEY (resident_id) REFERENCES residents DEFERRABLE INITIALLY DEFERRED
    """,
    """
    ALTER TABLE records_version
        ADD last_sequence bigint,
        ADD event_lost boolean NOT NULL DEFAULT false,
        ADD erasure_missed boolean NOT NULL DEFAULT false
    """,
    """
    CREATE TABLE imports (
        import_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        file text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('batch', 'changes')),
        first bigint NOT NULL,
        last bigint NOT NULL,
        digest text NOT NULL,
        made_at timestamptz NOT NULL,
        imported_at timestamptz NOT NULL DEFAULT madoguchi_now(),
        outcome text NOT NULL,
        UNIQUE (digest, outcome)
    )
    """,
    """
    CREATE TABLE unmappable_records (
        what text NOT NULL CHECK (what IN ('household', 'resident', 'seal')),
        key text NOT NULL,
        owner text NOT NULL,
        file text NOT NULL,
        line integer NOT NULL,
        cause text NOT NULL,
        PRIMARY KEY (what, key)
    )
    """,
    "CREATE INDEX unmappable_records_owner ON unmappable_records (owner)",
)
"""`owner` is the household of a resident, the resident of a seal, and a household itself."""


def upgrade() -> None:
    """Make the tables; keys are compared when a transaction ends, as events come in any order."""
    for statement in STEPS:
        op.execute(statement)


def downgrade() -> None:
    """Remove the tables."""
    op.execute("DROP TABLE unmappable_records")
    op.execute("DROP TABLE imports")
    op.execute(
        "ALTER TABLE records_version DROP last_sequence, DROP event_lost, DROP erasure_missed"
    )
