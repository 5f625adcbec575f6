"""Which bank account is in force, and who decided it: by digests alone, and never changed.

From when a decision counts is the database's word, by its own clock: nobody can pass another time.
What is in force at the moment of a decision stands in its row, so the newest row of a party says
all: its own account from its time on, and until then the one that it replaces.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_DIGEST = "^[0-9a-f]{64}$"
STATEMENTS = (
    f"""
    CREATE TABLE billing.account_decisions (
        position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        party TEXT NOT NULL,
        act TEXT NOT NULL CHECK (act IN ('first', 'change', 'withdraw')),
        follows BIGINT REFERENCES billing.account_decisions (position),
        replaces TEXT NOT NULL CHECK (replaces ~ '{_DIGEST}'),
        digest TEXT NOT NULL CHECK (digest ~ '{_DIGEST}'),
        decided_by TEXT NOT NULL,
        agreed_by TEXT,
        reason TEXT NOT NULL,
        consent TEXT,
        decided_at timestamptz NOT NULL,
        in_force_from timestamptz NOT NULL,
        CONSTRAINT account_decisions_followed_once UNIQUE NULLS NOT DISTINCT (party, follows),
        CONSTRAINT account_decisions_consent_once UNIQUE (consent),
        CONSTRAINT account_decisions_changes CHECK ((act = 'change') = (replaces <> digest)),
        CONSTRAINT account_decisions_two_persons CHECK (CASE act
            WHEN 'change' THEN agreed_by IS NOT NULL AND lower(agreed_by) <> lower(decided_by)
            ELSE agreed_by IS NULL END),
        CONSTRAINT account_decisions_consent CHECK (
            (act = 'change' AND party ~ '^[0-9]{{6}}$') = (consent IS NOT NULL))
    )
    """,
    """
    CREATE FUNCTION billing.decide_account() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        last billing.account_decisions%ROWTYPE;
        held TEXT;
    BEGIN
        SELECT * INTO last FROM billing.account_decisions
        WHERE party = NEW.party ORDER BY position DESC LIMIT 1;
        NEW.follows := last.position;
        NEW.decided_at := madoguchi_now();
        NEW.in_force_from := NEW.decided_at
            + CASE NEW.act WHEN 'change' THEN interval '72 hours' ELSE interval '0' END;
        held := CASE WHEN last.in_force_from <= NEW.decided_at THEN last.digest
                     ELSE last.replaces END;
        IF (NEW.act = 'first') <> (last.position IS NULL) THEN
            RAISE EXCEPTION 'an account is known once, and then decided about'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.replaces <> coalesce(held, NEW.digest) THEN
            RAISE EXCEPTION 'another account of % is in force', NEW.party
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.act = 'withdraw' AND last.in_force_from <= NEW.decided_at THEN
            RAISE EXCEPTION 'no account of % waits', NEW.party USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.decided_at < last.decided_at OR NEW.act = 'change' AND NEW.decided_at < greatest(
            (SELECT max(closed_at) FROM billing.days), (SELECT max(at) FROM billing.accesses),
            (SELECT max(decided_at) FROM billing.account_decisions)
        ) THEN
            RAISE EXCEPTION 'the clock is behind what is in the books: 72 hours would be fewer'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER decided BEFORE INSERT ON billing.account_decisions
    FOR EACH ROW EXECUTE FUNCTION billing.decide_account()
    """,
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing.account_decisions
    FOR EACH ROW EXECUTE FUNCTION billing.refuse_change()
    """,
    """
    CREATE TRIGGER not_truncated BEFORE TRUNCATE ON billing.account_decisions
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change()
    """,
    """
    GRANT SELECT, INSERT (party, act, replaces, digest, decided_by, agreed_by, reason, consent)
    ON billing.account_decisions TO madoguchi_billing
    """,
)


def upgrade() -> None:
    """Make the table; an account is known from the next close on."""
    for statement in STATEMENTS:
        op.execute(statement)
