"""What officers stop, why persons were refused, how many papers a person had a day."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STEPS = (
    """
    CREATE TABLE stops (
        stop_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        resident_id text NOT NULL,
        what text NOT NULL CHECK (what IN ('person', 'seal')),
        officer text NOT NULL CHECK (officer <> ''),
        reason text NOT NULL CHECK (reason <> ''),
        stopped_at timestamptz NOT NULL DEFAULT madoguchi_now(),
        lifted_at timestamptz,
        lifted_by text,
        lift_reason text,
        CHECK ((lifted_at IS NULL) = (lifted_by IS NULL AND lift_reason IS NULL))
    )
    """,
    "CREATE INDEX stops_in_force ON stops (resident_id) WHERE lifted_at IS NULL",
    """
    CREATE FUNCTION is_stopped(holder text, household text[], is_seal boolean) RETURNS boolean
    LANGUAGE sql STABLE AS $$
        SELECT EXISTS (
            SELECT FROM stops WHERE lifted_at IS NULL AND (
                (what = 'person' AND resident_id = ANY(household))
                OR (what = 'seal' AND is_seal AND resident_id = holder)
            )
        )
    $$
    """,
    """
    CREATE TABLE refusals (
        refusal_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        refused_at timestamptz NOT NULL DEFAULT madoguchi_now(),
        reason text NOT NULL,
        event text NOT NULL,
        kind text NOT NULL,
        issuance_id uuid,
        resident_id text,
        cause text
    )
    """,
    "CREATE INDEX refusals_at ON refusals (refused_at)",
    """
    CREATE TABLE papers_a_day (
        resident_id text NOT NULL,
        day date NOT NULL,
        papers integer NOT NULL CHECK (papers > 0),
        PRIMARY KEY (resident_id, day)
    )
    """,
    "ALTER TABLE claims ADD holder text, ADD household text[], ADD is_seal boolean",
)
"""`papers_a_day` counts over all cards of a person. `claims` remembers whom an answer concerns
until its outcome, so that a stop holds back an answer that was prepared before it."""


def upgrade() -> None:
    """Make the tables."""
    for statement in STEPS:
        op.execute(statement)


def downgrade() -> None:
    """Remove the tables."""
    op.execute("DROP FUNCTION is_stopped(text, text[], boolean)")
    op.execute("ALTER TABLE claims DROP holder, DROP household, DROP is_seal")
    for table in ("papers_a_day", "refusals", "stops"):
        op.execute(f"DROP TABLE {table}")
