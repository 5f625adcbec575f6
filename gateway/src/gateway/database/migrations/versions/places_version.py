"""One number says whether terminals, sites or commissions have changed, however many there are."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLES = ("terminals", "sites", "chain_commissions")
_CHANGES = (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))


def upgrade() -> None:
    """Make the number, and let the tables count it up where a row changes."""
    op.execute(
        "CREATE TABLE places_version"
        " (only_one BOOLEAN PRIMARY KEY CHECK (only_one), number BIGINT NOT NULL)"
    )
    op.execute("INSERT INTO places_version VALUES (true, 1)")
    op.execute("""
        CREATE FUNCTION count_places_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            -- What is behind a condition is planned when it is reached: TRUNCATE has no such table.
            IF TG_OP = 'TRUNCATE' THEN
                UPDATE places_version SET number = number + 1;
            ELSIF EXISTS (SELECT FROM changed) THEN
                UPDATE places_version SET number = number + 1;
            END IF;
            RETURN NULL;
        END $$
    """)
    for table in _TABLES:
        for change, rows in _CHANGES:
            op.execute(f"""
                CREATE TRIGGER {table}_counted_at_{change.lower()} AFTER {change} ON {table}
                REFERENCING {rows} TABLE AS changed
                FOR EACH STATEMENT EXECUTE FUNCTION count_places_version()
            """)
        op.execute(f"""
            CREATE TRIGGER {table}_counted_at_truncate AFTER TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION count_places_version()
        """)
