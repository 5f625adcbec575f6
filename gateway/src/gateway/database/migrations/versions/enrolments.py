"""Terminals are enrolled by the registrar, and kept from working by the centre."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE terminal_withholdings (
        terminal TEXT NOT NULL,
        state TEXT NOT NULL,
        since timestamptz DEFAULT madoguchi_now() NOT NULL,
        decided_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (terminal),
        CHECK (state IN ('suspended', 'lost'))
    )
    """,
    """
    CREATE TABLE enrolments (
        enrolment TEXT NOT NULL,
        terminal TEXT NOT NULL,
        token TEXT NOT NULL,
        not_after timestamptz NOT NULL,
        signed_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        withdrawn_at timestamptz,
        is_lost BOOLEAN DEFAULT false NOT NULL,
        PRIMARY KEY (enrolment)
    )
    """,
    "CREATE INDEX enrolments_terminal ON enrolments (terminal)",
    """
    CREATE INDEX enrolments_withdrawn ON enrolments (not_after) WHERE withdrawn_at IS NOT NULL
    """,
    """
    CREATE TABLE enrolment_codes (
        code UUID NOT NULL,
        terminal TEXT NOT NULL,
        made_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        expires_at timestamptz NOT NULL,
        made_by TEXT NOT NULL,
        tries_left INTEGER NOT NULL,
        used_by UUID,
        PRIMARY KEY (code)
    )
    """,
    "CREATE INDEX enrolment_codes_terminal ON enrolment_codes (terminal)",
    """
    CREATE TABLE enrolment_requests (
        request UUID NOT NULL,
        terminal TEXT NOT NULL,
        asked TEXT NOT NULL,
        asked_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        answered_at timestamptz,
        enrolment TEXT,
        problem TEXT,
        PRIMARY KEY (request)
    )
    """,
    """
    CREATE INDEX enrolment_requests_waiting ON enrolment_requests (asked_at)
    WHERE answered_at IS NULL
    """,
    """
    CREATE TABLE withdrawn_lists (
        number BIGINT NOT NULL,
        token TEXT NOT NULL,
        digest TEXT NOT NULL,
        signed_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        PRIMARY KEY (number)
    )
    """,
    """
    CREATE TABLE terminal_sightings (
        terminal TEXT NOT NULL,
        seen_at timestamptz NOT NULL,
        software TEXT NOT NULL,
        PRIMARY KEY (terminal)
    )
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
