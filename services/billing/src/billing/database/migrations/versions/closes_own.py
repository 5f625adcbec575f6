"""What a close alone books is in a closed period when it is there; what is taken back may be.

As in `backed`, whoever writes past the service's rules meets them in the database.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OF_CLOSES = ("tax", "tax_paid", "set_off", "share")
REVERSIBLE = {
    "reversed": (
        "paid_in",
        "paid_out",
        "commission_paid_in",
        "commission_paid_out",
        "share_paid",
        "paid_back",
        "claim_returned",
        "claim_paid",
        "claim_passed_on",
        "deposit_released",
    ),
    "explained": ("claim",),
    "claim_taken_back": ("claim_passed_on",),
}
"""What each kind of reversal may take back."""
_CLOSED = "EXISTS (SELECT FROM billing.periods WHERE period = NEW.period)"
_EXPLAINED = """
    EXISTS (SELECT FROM billing.explanations AS e JOIN billing.transfers AS t USING (transfer_id)
            WHERE t.purpose = 'explained'
              AND (e.issuance_id, t.issuance_id) = (NEW.issuance_id, NEW.issuance_id))
"""
_SETTLED = """
    EXISTS (SELECT FROM billing.papers JOIN billing.periods USING (period)
            WHERE issuance_id = NEW.issuance_id)
    OR EXISTS (SELECT FROM issuances
               WHERE issuance_id = NEW.issuance_id AND channel = 'city_machine')
"""
_NEVER_TAKEN = """
    EXISTS (SELECT FROM issuances AS i JOIN ledger_transfers AS g
                USING (municipality, accepted_on, issuance_id)
            WHERE i.issuance_id = NEW.issuance_id AND i.state = 'voided'
              AND i.money = 'not_taken' AND g.purpose = 'fee_deposited'
              AND (g.municipality, g.credit_account, g.debit_account, g.yen)
                = (NEW.municipality, NEW.debit_account, NEW.credit_account, NEW.yen))
"""
_CLAIM_SETTLED = """
    EXISTS (SELECT FROM billing.transfers AS s
            WHERE s.issuance_id = NEW.issuance_id AND s.purpose IN ('explained', 'claim_paid'))
"""
_RELEASED_ONCE = """
    NOT EXISTS (SELECT FROM billing.transfers AS o
                WHERE o.issuance_id = NEW.issuance_id AND o.purpose = 'deposit_released'
                  AND o.transfer_id <> NEW.transfer_id AND NOT EXISTS (
                    SELECT FROM billing.transfers AS r WHERE r.reverses = o.transfer_id))
"""
NEEDED = {
    **dict.fromkeys(OF_CLOSES, (_CLOSED,)),
    "claim_taken_back": (_EXPLAINED,),
    "refund_by_municipality": (_SETTLED,),
    "deposit_released": (_NEVER_TAKEN, _CLAIM_SETTLED, _RELEASED_ONCE),
}
"""What must be there by the end of its transaction, beside what `backed` asks for."""
_PURPOSES = ", ".join(f"'{purpose}'" for purpose in NEEDED)
_BRANCHES = "".join(
    f" WHEN '{purpose}' THEN ({') AND ('.join(needed)})" for purpose, needed in NEEDED.items()
)
_TAKES_BACK = "".join(
    f" WHEN '{purpose}' THEN t.purpose IN ('" + "', '".join(taken) + "')"
    for purpose, taken in REVERSIBLE.items()
)

STATEMENTS = (
    f"""
    CREATE FUNCTION billing.check_occasion() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT (CASE NEW.purpose {_BRANCHES} END) THEN
            RAISE EXCEPTION 'there is no occasion for % %', NEW.purpose, NEW.subject
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE CONSTRAINT TRIGGER has_occasion AFTER INSERT ON billing.transfers
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.purpose IN ({_PURPOSES})) EXECUTE FUNCTION billing.check_occasion()
    """,
    f"""
    CREATE FUNCTION billing.check_reversible() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM billing.transfers AS t WHERE t.transfer_id = NEW.reverses
              AND (t.municipality, t.chain, t.issuance_id)
                IS NOT DISTINCT FROM (NEW.municipality, NEW.chain, NEW.issuance_id)
              AND CASE NEW.purpose {_TAKES_BACK} END
        ) THEN
            RAISE EXCEPTION '% does not take back such an entry', NEW.purpose
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,  # noqa: S608 (names of purposes)
    """
    CREATE TRIGGER reverses_what_it_may BEFORE INSERT ON billing.transfers
    FOR EACH ROW WHEN (NEW.reverses IS NOT NULL) EXECUTE FUNCTION billing.check_reversible()
    """,
)


def upgrade() -> None:
    """Add the triggers; entries that are there already are the check's to look at."""
    for statement in STATEMENTS:
        op.execute(statement)
