"""Claims on copies of orders, the answers they got, and issuances that have ended."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CLAIMS = """
    CREATE TABLE claims (
        order_digest text NOT NULL,
        copy_number integer NOT NULL CHECK (copy_number >= 1),
        issuance_id uuid NOT NULL UNIQUE,
        session_digest text NOT NULL,
        nonce text NOT NULL,
        terminal text NOT NULL,
        state text NOT NULL CHECK (state IN ('claimed', 'prepared', 'refused', 'closed')),
        lease_owner uuid NOT NULL,
        lease_until timestamptz NOT NULL,
        certificate_number text NOT NULL UNIQUE,
        attestation text,
        ciphertext bytea,
        problem text,
        outcome text,
        created_at timestamptz NOT NULL DEFAULT madoguchi_now(),
        expires_at timestamptz,
        PRIMARY KEY (order_digest, copy_number),
        UNIQUE (session_digest, nonce, copy_number),
        CHECK ((state = 'prepared') <= (attestation IS NOT NULL)),
        CHECK ((state = 'refused') <= (problem IS NOT NULL)),
        CHECK ((state = 'closed') <= (outcome IS NOT NULL AND ciphertext IS NULL))
    )
"""
"""The second unique key holds an order's single use even if its signature is spelt another way:
with ECDSA anybody can turn one valid signature into another valid one of the same statement."""

CLOSED = """
    CREATE TABLE closed_issuances (
        issuance_id uuid PRIMARY KEY,
        outcome text NOT NULL,
        reports text[] NOT NULL,
        vouched boolean NOT NULL,
        decided_at timestamptz NOT NULL,
        closed_at timestamptz NOT NULL DEFAULT madoguchi_now()
    )
"""
"""Also of issuances that were never prepared here: their ids stay closed. `reports` are the
terminal's signed reports; `vouched` says whether one of them tells the same outcome."""


def upgrade() -> None:
    """Make the tables."""
    for statement in (CLAIMS, CLOSED):
        op.execute(statement)
    op.execute("CREATE INDEX claims_expires_at ON claims (expires_at) WHERE ciphertext IS NOT NULL")


def downgrade() -> None:
    """Remove the tables."""
    op.execute("DROP TABLE closed_issuances")
    op.execute("DROP TABLE claims")
