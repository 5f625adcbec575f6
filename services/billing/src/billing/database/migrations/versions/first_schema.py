"""Billed papers, closed periods, the settlement ledger, statements; the service's own role."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLE = "madoguchi_billing"
MAKE_ROLE = f"""
    DO $$
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
            CREATE ROLE {ROLE} NOLOGIN;
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;  -- another database of this server was migrated at the same moment
    END $$
"""

TABLES = (
    """
    CREATE TABLE billing.days (
        day DATE PRIMARY KEY,
        closed_by TEXT NOT NULL,
        closed_at timestamptz DEFAULT madoguchi_now() NOT NULL
    )
    """,
    """
    CREATE TABLE billing.periods (
        period TEXT PRIMARY KEY CHECK (period ~ '^[0-9]{4}-([0-9]{2}|late)$'),
        position INTEGER GENERATED ALWAYS AS IDENTITY UNIQUE,
        closed_on DATE NOT NULL,
        closed_by TEXT NOT NULL,
        closed_at timestamptz DEFAULT madoguchi_now() NOT NULL
    )
    """,
    """
    CREATE TABLE billing.papers (
        issuance_id UUID PRIMARY KEY,
        municipality TEXT NOT NULL,
        accepted_on DATE NOT NULL,
        entered_on DATE NOT NULL,
        kind TEXT NOT NULL,
        channel TEXT NOT NULL,
        chain TEXT NOT NULL,
        site TEXT NOT NULL,
        place TEXT NOT NULL,
        fee INTEGER NOT NULL CHECK (fee >= 0),
        commission INTEGER NOT NULL CHECK (commission >= 0),
        tariff_version TEXT NOT NULL,
        period TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE billing.unended (
        issuance_id UUID PRIMARY KEY,
        municipality TEXT NOT NULL,
        accepted_on DATE NOT NULL
    )
    """,
    "CREATE INDEX papers_period ON billing.papers (period, municipality, chain)",
    """
    CREATE TABLE billing.transfers (
        transfer_id UUID DEFAULT gen_random_uuid() PRIMARY KEY,
        purpose TEXT NOT NULL,
        subject TEXT NOT NULL,
        debit_account TEXT NOT NULL,
        credit_account TEXT NOT NULL,
        yen BIGINT NOT NULL CHECK (yen >= 0),
        day DATE NOT NULL,
        period TEXT NOT NULL,
        municipality TEXT,
        chain TEXT,
        issuance_id UUID,
        reverses UUID REFERENCES billing.transfers (transfer_id),
        reverses_purpose TEXT,
        recorded_by TEXT NOT NULL,
        booked_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        UNIQUE (purpose, subject),
        CONSTRAINT transfers_moves CHECK (debit_account <> credit_account),
        CONSTRAINT transfers_reverses_one CHECK (reverses IS NULL OR reverses_purpose IS NULL)
    )
    """,
    "CREATE INDEX transfers_period ON billing.transfers (period, purpose)",
    "CREATE INDEX transfers_issuance ON billing.transfers (issuance_id)",
    """
    CREATE TABLE billing.pay_ins (
        reference TEXT NOT NULL,
        chain TEXT NOT NULL,
        municipality TEXT NOT NULL,
        day DATE NOT NULL,
        yen BIGINT NOT NULL CHECK (yen > 0),
        paid_on DATE NOT NULL,
        recorded_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        transfer_id UUID NOT NULL UNIQUE REFERENCES billing.transfers (transfer_id),
        PRIMARY KEY (reference, municipality, day)
    )
    """,
    """
    CREATE TABLE billing.refunds (
        issuance_id UUID PRIMARY KEY,
        yen BIGINT NOT NULL CHECK (yen > 0),
        borne_by TEXT NOT NULL CHECK (borne_by IN ('chain', 'municipality')),
        recorded_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        transfer_id UUID NOT NULL UNIQUE REFERENCES billing.transfers (transfer_id)
    )
    """,
    """
    CREATE TABLE billing.explanations (
        issuance_id UUID PRIMARY KEY,
        recorded_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        transfer_id UUID NOT NULL UNIQUE REFERENCES billing.transfers (transfer_id)
    )
    """,
    """
    CREATE TABLE billing.statements (
        number TEXT PRIMARY KEY,
        period TEXT NOT NULL REFERENCES billing.periods (period),
        party TEXT NOT NULL,
        body JSONB NOT NULL,
        digest TEXT NOT NULL,
        recorded_by TEXT NOT NULL,
        made_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        UNIQUE (period, party)
    )
    """,
)
KEPT = (
    "days",
    "periods",
    "papers",
    "unended",
    "transfers",
    "pay_ins",
    "refunds",
    "explanations",
    "statements",
)

LEDGER = """
    CREATE VIEW billing.ledger AS
    SELECT t.transfer_id, t.purpose, t.municipality, t.accepted_on AS day, t.issuance_id,
           line.account, line.yen
    FROM ledger_transfers AS t
    CROSS JOIN LATERAL (VALUES (t.debit_account, t.yen::bigint), (t.credit_account, -t.yen))
        AS line(account, yen)
    UNION ALL
    SELECT t.transfer_id, t.purpose, t.municipality, t.day, t.issuance_id, line.account, line.yen
    FROM billing.transfers AS t
    CROSS JOIN LATERAL (VALUES (t.debit_account, t.yen), (t.credit_account, -t.yen))
        AS line(account, yen)
"""
"""Every transfer, the gateway's and ours, as a debit (+) and a credit (-) line."""

REFUSE_CHANGE = """
    CREATE FUNCTION billing.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'billing.% is append-only: book a reversal instead', TG_TABLE_NAME;
    END $$
"""
READ = ("metering_records", "ledger_transfers", "issuances", "reports")
"""What the service sees of the gateway's; it can change none of it."""
RIGHTS = (
    f"GRANT USAGE ON SCHEMA billing TO {ROLE}",
    f"GRANT SELECT ON {', '.join(READ)} TO {ROLE}",
    f"GRANT SELECT ON billing.ledger, billing.alembic_version TO {ROLE}",
    *(f"GRANT SELECT, INSERT ON billing.{table} TO {ROLE}" for table in KEPT),
)


def upgrade() -> None:
    """Make everything; the owner is whoever migrates, and never the service."""
    op.execute(MAKE_ROLE)
    for statement in (*TABLES, LEDGER, REFUSE_CHANGE):
        op.execute(statement)
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing.{table}"
            " FOR EACH ROW EXECUTE FUNCTION billing.refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER not_truncated BEFORE TRUNCATE ON billing.{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change()"
        )
    for statement in RIGHTS:
        op.execute(statement)
