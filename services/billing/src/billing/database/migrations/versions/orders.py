"""Transfers are counted, so that a close knows what was recorded before; transfer files are kept.

Deposits that a claim settles, and tax in commissions paid before their close, are booked.
"""

from alembic import op

from billing.database.migrations.versions.shapes import ACCOUNT, MOVES

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ACCOUNT = ACCOUNT.replace("owed_to_municipality|", "owed_to_municipality|lost|deposits|")
_MOVES = ", ".join(
    f"('{purpose}', '{debit}', '{credit}')"
    for purpose, pairs in {
        **MOVES,
        "claim": (*MOVES["claim"], ("lost", "claimed_by")),
        "explained": (*MOVES["explained"], ("claimed_by", "lost")),
        "tax_paid": (("commission", "commission_tax"),),
        "deposit_released": (("deposits", "cash"),),
    }.items()
    for debit, credit in pairs
)
STATEMENTS = (
    "ALTER TABLE billing.transfers ADD COLUMN position BIGINT UNIQUE",
    "ALTER TABLE billing.transfers DISABLE TRIGGER append_only",
    """
    UPDATE billing.transfers AS t SET position = ordered.number FROM (
        SELECT transfer_id, row_number() OVER (ORDER BY booked_at, transfer_id) AS number
        FROM billing.transfers) AS ordered
    WHERE ordered.transfer_id = t.transfer_id
    """,
    "ALTER TABLE billing.transfers ENABLE TRIGGER append_only",
    # One writer at a time has the lock, so the numbers follow the order of recording.
    """
    ALTER TABLE billing.transfers ALTER COLUMN position SET NOT NULL,
        ALTER COLUMN position ADD GENERATED ALWAYS AS IDENTITY
    """,
    """
    SELECT setval(pg_get_serial_sequence('billing.transfers', 'position'),
        (SELECT coalesce(max(position), 0) + 1 FROM billing.transfers), false)
    """,
    "ALTER TABLE billing.periods ADD COLUMN last_transfer BIGINT",
    "ALTER TABLE billing.periods DISABLE TRIGGER append_only",
    """
    UPDATE billing.periods AS p SET last_transfer = (
        SELECT coalesce(max(t.position), 0) FROM billing.transfers AS t
        WHERE t.booked_at <= p.closed_at)
    """,
    "ALTER TABLE billing.periods ENABLE TRIGGER append_only",
    "ALTER TABLE billing.periods ALTER COLUMN last_transfer SET NOT NULL",
    """
    CREATE FUNCTION billing.note_last_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.last_transfer := (SELECT coalesce(max(position), 0) FROM billing.transfers);
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER knows_last_transfer BEFORE INSERT ON billing.periods
    FOR EACH ROW EXECUTE FUNCTION billing.note_last_transfer()
    """,
    f"""
    ALTER TABLE billing.transfers
        DROP CONSTRAINT transfers_accounts, DROP CONSTRAINT transfers_purpose,
        ADD CONSTRAINT transfers_accounts
            CHECK (debit_account ~ '{_ACCOUNT}' AND credit_account ~ '{_ACCOUNT}'),
        ADD CONSTRAINT transfers_purpose CHECK (purpose = 'reversed' OR
            (purpose, split_part(debit_account, ':', 1), split_part(credit_account, ':', 1))
            IN ({_MOVES}))
    """,
    """
    CREATE TABLE billing.transfer_files (
        number TEXT PRIMARY KEY,
        period TEXT NOT NULL REFERENCES billing.periods (period),
        payer TEXT NOT NULL,
        part INTEGER NOT NULL CHECK (part > 0),
        pay_day DATE NOT NULL,
        entries JSONB NOT NULL,
        content BYTEA NOT NULL,
        digest TEXT NOT NULL,
        recorded_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        made_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        UNIQUE (period, payer, part)
    )
    """,
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing.transfer_files
    FOR EACH ROW EXECUTE FUNCTION billing.refuse_change()
    """,
    """
    CREATE TRIGGER not_truncated BEFORE TRUNCATE ON billing.transfer_files
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change()
    """,
    "GRANT SELECT, INSERT ON billing.transfer_files TO madoguchi_billing",
)


def upgrade() -> None:
    """Number what is there, and make the table."""
    for statement in STATEMENTS:
        op.execute(statement)
