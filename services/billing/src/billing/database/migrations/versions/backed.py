"""What stands behind an entry is there when it is: a pay-in, a refund, a reason, the meter.

As in `shapes`, whoever writes past the service's rules meets them in the database.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_PAID_IN = """
    EXISTS (SELECT FROM billing.pay_ins AS p WHERE p.transfer_id = NEW.transfer_id
        AND (p.yen, p.chain, p.municipality, p.paid_on, p.reference)
          = (NEW.yen, NEW.chain, NEW.municipality, NEW.day, NEW.reference))
"""
_REFUNDED = """
    EXISTS (SELECT FROM billing.refunds AS r WHERE r.transfer_id = NEW.transfer_id
        AND (r.issuance_id, r.yen, r.borne_by) = (NEW.issuance_id, NEW.yen,
            CASE NEW.purpose WHEN 'refund_by_municipality' THEN 'municipality' ELSE 'chain' END))
"""
_OF_A_FEE = """
    EXISTS (SELECT FROM issuances AS i JOIN metering_records AS m
                USING (municipality, accepted_on, issuance_id)
            WHERE i.issuance_id = NEW.issuance_id
              AND (m.municipality, m.chain, m.yen) = (NEW.municipality, NEW.chain, NEW.yen))
"""
_NOT_SETTLED = """
    NOT EXISTS (SELECT FROM billing.papers JOIN billing.periods USING (period)
                WHERE issuance_id = NEW.issuance_id)
"""
_OF_A_KEPT_FEE = """
    EXISTS (SELECT FROM issuances AS i JOIN ledger_transfers AS g
                USING (municipality, accepted_on, issuance_id)
            WHERE i.issuance_id = NEW.issuance_id AND g.purpose = 'fee_kept'
              AND (g.municipality, g.credit_account, g.yen)
                = (NEW.municipality, NEW.debit_account, NEW.yen))
"""
_EXPLAINED = """
    EXISTS (SELECT FROM billing.explanations AS e
            WHERE (e.transfer_id, e.issuance_id) = (NEW.transfer_id, NEW.issuance_id))
"""
_REVERSED = """
    EXISTS (SELECT FROM billing.reversals AS r WHERE r.transfer_id = NEW.transfer_id)
"""
_VOIDED = """
    EXISTS (SELECT FROM issuances AS i
            WHERE (i.issuance_id, i.municipality, i.chain, i.fee)
                = (NEW.issuance_id, NEW.municipality, NEW.chain, NEW.yen)
              AND i.state = 'voided' AND i.delivered_at IS NOT NULL)
"""
BACKED = {
    "paid_in": (_PAID_IN,),
    "refund_by_chain": (_REFUNDED, _OF_A_FEE, _NOT_SETTLED),
    "refund_by_municipality": (_REFUNDED, _OF_A_FEE),
    "handed_back": (_REFUNDED, _OF_A_KEPT_FEE),
    "explained": (_EXPLAINED,),
    "reversed": (_REVERSED,),
    "claim": (_VOIDED,),
}
"""What must be there by the end of its transaction, for an entry of a purpose."""
_PURPOSES = ", ".join(f"'{purpose}'" for purpose in BACKED)
_BRANCHES = "".join(
    f" WHEN '{purpose}' THEN {' AND '.join(needed)}" for purpose, needed in BACKED.items()
)
_SAME = ("kind", "channel", "chain", "site", "place", "commission", "tariff_version")
_FACTS = ", ".join(f"{{0}}.{name}" for name in _SAME)

STATEMENTS = (
    f"""
    CREATE FUNCTION billing.check_backed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT (CASE NEW.purpose {_BRANCHES} END) THEN
            RAISE EXCEPTION 'nothing stands behind % %', NEW.purpose, NEW.subject
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE CONSTRAINT TRIGGER backed AFTER INSERT ON billing.transfers
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.purpose IN ({_PURPOSES})) EXECUTE FUNCTION billing.check_backed()
    """,
    f"""
    CREATE FUNCTION billing.check_metered() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        first DATE;
        last DATE;
        strange UUID;
    BEGIN
        SELECT min(accepted_on), max(accepted_on) INTO first, last FROM added;
        SELECT a.issuance_id INTO strange FROM added AS a WHERE NOT EXISTS (
            SELECT FROM metering_records AS m WHERE m.accepted_on BETWEEN first AND last
              AND (m.municipality, m.accepted_on, m.issuance_id)
                = (a.municipality, a.accepted_on, a.issuance_id)
              AND ({_FACTS.format("m")}, m.yen) = ({_FACTS.format("a")}, a.fee)
              AND (m.completed_at AT TIME ZONE 'Asia/Tokyo')::date = a.entered_on) LIMIT 1;
        IF strange IS NOT NULL THEN
            RAISE EXCEPTION '% is not metered so', strange USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,  # noqa: S608 (names of columns)
    """
    CREATE TRIGGER metered AFTER INSERT ON billing.papers REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION billing.check_metered()
    """,
)


def upgrade() -> None:
    """Add the triggers; entries that are there already are the check's to look at."""
    for statement in STATEMENTS:
        op.execute(statement)
