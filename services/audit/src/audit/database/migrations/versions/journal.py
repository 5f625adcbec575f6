"""The journal: each look, hold, lifting, rule and removal once more, in one chain of digests."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NOTED = {
    "accesses": "at",
    "holds": "placed_at",
    "hold_liftings": "lifted_at",
    "retention_rules": "set_at",
    "removals": "removed_at",
}
"""Tables whose rows are entered, and when a row says that it was made."""
TABLE = """
    CREATE TABLE journal (
        position BIGINT NOT NULL,
        entry TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (position)
    )
"""
ADD = """
    CREATE FUNCTION add_to_journal(added text) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        last_position bigint;
        last_digest text;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('journal of the archive'));
        SELECT position, digest INTO last_position, last_digest
        FROM journal ORDER BY position DESC LIMIT 1;
        INSERT INTO journal (position, entry, digest) VALUES (
            coalesce(last_position, 0) + 1, added,
            encode(sha256(convert_to(coalesce(last_digest, '') || E'\\n' || added, 'UTF8')),
                   'hex'));
    END $$
"""
ENTER = """
    CREATE FUNCTION enter_in_journal() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
    BEGIN
        PERFORM add_to_journal(
            jsonb_build_object('table', TG_TABLE_NAME, 'said', to_jsonb(NEW))::text);
        RETURN NULL;
    END $$
"""
BEGIN = """
    SELECT add_to_journal(
        jsonb_build_object('table', 'journal', 'said', jsonb_build_object(
            'archive', gen_random_uuid()))::text)
"""
"""The first entry names the archive, so that nobody takes another's journal for this one's."""
_KNOWN = " UNION ALL ".join(
    f"SELECT {moment} AS made_at, '{table}' AS name, to_jsonb(kept) AS said FROM {table} AS kept"  # noqa: S608 (tables of ours)
    for table, moment in NOTED.items()
)
FILL = f"""
    DO $$
    DECLARE
        known record;
    BEGIN
        FOR known IN {_KNOWN} ORDER BY made_at LOOP
            PERFORM add_to_journal(
                jsonb_build_object('table', known.name, 'said', known.said)::text);
        END LOOP;
    END $$
"""
RIGHTS = (
    "REVOKE ALL ON FUNCTION add_to_journal(text), enter_in_journal() FROM PUBLIC",
    "GRANT SELECT ON journal TO madoguchi_audit_service",
)


def upgrade() -> None:
    """Make the journal, and enter what is there."""
    for statement in (TABLE, ADD, ENTER, *RIGHTS):
        op.execute(statement)
    for table in NOTED:
        # At the commit, so that a long transaction keeps nobody else from being recorded.
        op.execute(
            f"CREATE CONSTRAINT TRIGGER in_journal AFTER INSERT ON {table} DEFERRABLE"
            " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION enter_in_journal()"
        )
    op.execute(BEGIN)
    # Moments are spelt in this session's time zone.
    op.execute("SET LOCAL TIME ZONE 'UTC'")
    op.execute(FILL)
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER not_truncated BEFORE TRUNCATE ON journal"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
