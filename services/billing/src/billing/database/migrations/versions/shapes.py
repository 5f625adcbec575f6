"""The database knows what an entry looks like; payments keep their reference and can be reversed.

Purposes and accounts stand here a second time on purpose: whoever writes past the service's
rules meets them.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_CHAIN, _CITY = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}", "[0-9]{6}"
_OF_CHAINS = "cash|owed_to_chain|owed_to_cardholders|claims_on"
_OF_CITIES = "owed_to_municipality|commission|commission_tax|share|refunded|treasury|claimed_by"
ACCOUNT = f"^(held_by_centre|earned_by_centre|({_OF_CHAINS}):{_CHAIN}|({_OF_CITIES}):{_CITY})$"
PERIOD = "^[0-9]{4}-(0[1-9]|1[0-2]|late)$"
MOVES = {
    "paid_in": (("held_by_centre", "cash"),),
    "collected": (("owed_to_municipality", "cash"),),
    "paid_out": (("owed_to_municipality", "held_by_centre"),),
    "paid_back": (("held_by_centre", "owed_to_municipality"),),
    "commission_paid_in": (
        ("held_by_centre", "commission"),
        ("held_by_centre", "commission_tax"),
    ),
    "commission_paid_out": (("owed_to_chain", "held_by_centre"),),
    "tax": (("commission_tax", "commission"),),
    "set_off": (
        ("owed_to_municipality", "commission"),
        ("owed_to_municipality", "commission_tax"),
    ),
    "share": (("share", "earned_by_centre"),),
    "share_paid": (("held_by_centre", "share"),),
    "refund_by_chain": (("owed_to_municipality", "cash"),),
    "refund_by_municipality": (("refunded", "treasury"),),
    "handed_back": (("owed_to_cardholders", "cash"),),
    "claim": (("claims_on", "claimed_by"),),
    "explained": (("claimed_by", "claims_on"),),
    "claim_paid": (("held_by_centre", "claims_on"),),
    "claim_passed_on": (("claimed_by", "owed_to_municipality"),),
    "claim_taken_back": (("owed_to_municipality", "claimed_by"),),
    "claim_returned": (("claims_on", "held_by_centre"),),
}
"""Between which kinds of accounts a purpose moves yen, debit first."""
_MOVES = ", ".join(
    f"('{purpose}', '{debit}', '{credit}')"
    for purpose, pairs in MOVES.items()
    for debit, credit in pairs
)
REVERSALS = ("explained", "claim_taken_back", "reversed")

STATEMENTS = (
    "ALTER TABLE billing.transfers ADD COLUMN reference TEXT",
    # What a payment's subject was until now; nothing else of a row changes.
    "ALTER TABLE billing.transfers DISABLE TRIGGER append_only",
    """
    UPDATE billing.transfers SET reference = split_part(subject, '/', 1) WHERE purpose IN
        ('paid_in', 'paid_out', 'commission_paid_in', 'commission_paid_out', 'share_paid')
    """,
    "ALTER TABLE billing.transfers ENABLE TRIGGER append_only",
    "CREATE INDEX transfers_reference ON billing.transfers (reference)",
    # A payment that was reversed may be recorded again, right this time.
    "ALTER TABLE billing.pay_ins DROP CONSTRAINT pay_ins_pkey, ADD PRIMARY KEY (transfer_id)",
    "CREATE INDEX pay_ins_reference ON billing.pay_ins (reference)",
    """
    CREATE TABLE billing.reversals (
        transfer_id UUID PRIMARY KEY REFERENCES billing.transfers (transfer_id),
        recorded_by TEXT NOT NULL,
        reason TEXT NOT NULL
    )
    """,
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing.reversals
    FOR EACH ROW EXECUTE FUNCTION billing.refuse_change()
    """,
    """
    CREATE TRIGGER not_truncated BEFORE TRUNCATE ON billing.reversals
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change()
    """,
    "GRANT SELECT, INSERT ON billing.reversals TO madoguchi_billing",
    f"""
    ALTER TABLE billing.transfers
        ADD CONSTRAINT transfers_accounts
            CHECK (debit_account ~ '{ACCOUNT}' AND credit_account ~ '{ACCOUNT}'),
        ADD CONSTRAINT transfers_purpose CHECK (purpose = 'reversed' OR
            (purpose, split_part(debit_account, ':', 1), split_part(credit_account, ':', 1))
            IN ({_MOVES})),
        ADD CONSTRAINT transfers_reversal CHECK ((purpose IN {REVERSALS}) = (reverses IS NOT NULL)),
        ADD CONSTRAINT transfers_period_shape CHECK (period ~ '{PERIOD}'),
        ADD CONSTRAINT transfers_reversed_once UNIQUE (reverses)
    """,
    f"ALTER TABLE billing.papers ADD CONSTRAINT papers_period_shape CHECK (period ~ '{PERIOD}')",
    f"ALTER TABLE billing.periods ADD CONSTRAINT periods_shape CHECK (period ~ '{PERIOD}')",
    """
    CREATE FUNCTION billing.check_open() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM billing.periods WHERE period = NEW.period) THEN
            RAISE EXCEPTION '% is closed: nothing is added to it', NEW.period
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION billing.check_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM billing.transfers AS t
            WHERE t.transfer_id = NEW.reverses AND t.reverses IS NULL AND t.yen = NEW.yen
              AND t.debit_account = NEW.credit_account AND t.credit_account = NEW.debit_account
        ) THEN
            RAISE EXCEPTION 'a reversal moves the same yen the other way, once'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER of_an_open_period BEFORE INSERT ON billing.transfers
    FOR EACH ROW EXECUTE FUNCTION billing.check_open()
    """,
    """
    CREATE TRIGGER of_an_open_period BEFORE INSERT ON billing.papers
    FOR EACH ROW EXECUTE FUNCTION billing.check_open()
    """,
    """
    CREATE TRIGGER reverses_whole BEFORE INSERT ON billing.transfers
    FOR EACH ROW WHEN (NEW.reverses IS NOT NULL) EXECUTE FUNCTION billing.check_reversal()
    """,
)


def upgrade() -> None:
    """Write the reference down, and add the constraints; books of the service's own fit them."""
    for statement in STATEMENTS:
        op.execute(statement)
