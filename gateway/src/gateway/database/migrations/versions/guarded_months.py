"""A month of meter or ledger cannot be emptied by itself, either.

PostgreSQL gives a partition the row triggers of its table, and not the one for TRUNCATE.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

GUARD_MONTH = """
    CREATE FUNCTION guard_month(partition regclass) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format('CREATE TRIGGER not_truncated BEFORE TRUNCATE ON %s'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', partition);
    END $$
"""
EXISTING = """
    SELECT guard_month(inhrelid::regclass) FROM pg_inherits
    WHERE inhparent IN ('metering_records'::regclass, 'ledger_transfers'::regclass)
"""
ENSURE_MONTH_PARTITIONS = """
    CREATE OR REPLACE FUNCTION ensure_month_partitions(from_month date, months int)
    RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        parent text;
        month date;
        partition text;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('ensure_month_partitions'));
        FOREACH parent IN ARRAY
            ARRAY['issuances', 'metering_records', 'ledger_transfers', 'outbox']
        LOOP
            FOR step IN 0 .. months - 1 LOOP
                month := date_trunc('month', from_month) + make_interval(months => step);
                partition := parent || to_char(month, '_YYYY_MM');
                CONTINUE WHEN to_regclass(partition) IS NOT NULL;
                -- Made apart and attached, because that does not stop writers of the parent.
                EXECUTE format(
                    'CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
                    partition, parent);
                IF parent IN ('metering_records', 'ledger_transfers') THEN
                    PERFORM guard_month(partition::regclass);
                END IF;
                EXECUTE format(
                    'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                    parent, partition, month, (month + interval '1 month')::date);
            END LOOP;
        END LOOP;
    END $$
"""


def upgrade() -> None:
    """Guard the months that are there, and those to come."""
    for statement in (GUARD_MONTH, EXISTING, ENSURE_MONTH_PARTITIONS):
        op.execute(statement)
