"""Channel and commission are fixed on each paper; commissions have dates; the meter is append-only.

What an installation has already is told by what was booked, and where nothing was booked by what
was in force until now.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COMMISSIONS = (
    """
    CREATE TABLE chain_commissions (
        chain TEXT NOT NULL,
        valid_from DATE NOT NULL,
        yen INTEGER NOT NULL CHECK (yen >= 0),
        PRIMARY KEY (chain, valid_from),
        FOREIGN KEY(chain) REFERENCES chains (chain)
    )
    """,
    # It had no date, so it counts from the first day that there is.
    """
    INSERT INTO chain_commissions (chain, valid_from, yen)
    SELECT chain, DATE '0001-01-01', commission FROM chains WHERE commission > 0
    """,
)

ISSUANCES = (
    "ALTER TABLE issuances ADD COLUMN channel TEXT, ADD COLUMN commission INTEGER",
    # A site that is gone is told by its chain: only a city's own has no commission.
    """
    UPDATE issuances SET channel = known.channel, commission = known.commission
    FROM (
        SELECT kept.municipality, kept.accepted_on, kept.issuance_id,
               CASE WHEN coalesce(sites.type = 'store', chains.commission > 0)
                   THEN 'store' ELSE 'city_machine' END AS channel,
               CASE WHEN kept.state = 'completed' THEN coalesce(booked.yen, 0)
                    WHEN sites.type = 'city' THEN 0
                    ELSE chains.commission END AS commission
        FROM issuances AS kept
        JOIN chains ON chains.chain = kept.chain
        LEFT JOIN sites ON sites.site = kept.site
        LEFT JOIN ledger_transfers AS booked
            ON booked.municipality = kept.municipality AND booked.accepted_on = kept.accepted_on
            AND booked.issuance_id = kept.issuance_id AND booked.purpose = 'commission'
    ) AS known
    WHERE issuances.municipality = known.municipality
      AND issuances.accepted_on = known.accepted_on AND issuances.issuance_id = known.issuance_id
    """,
    """
    ALTER TABLE issuances
        ALTER COLUMN channel SET NOT NULL, ALTER COLUMN commission SET NOT NULL,
        ADD CONSTRAINT issuances_channel_check CHECK (channel IN ('store', 'city_machine')),
        ADD CONSTRAINT issuances_commission_check CHECK (commission >= 0)
    """,
    "ALTER TABLE chains DROP COLUMN commission",
)

METER = (
    "ALTER TABLE metering_records ADD COLUMN channel TEXT, ADD COLUMN commission INTEGER",
    """
    UPDATE metering_records AS record
    SET channel = issuances.channel, commission = issuances.commission
    FROM issuances
    WHERE issuances.municipality = record.municipality
      AND issuances.accepted_on = record.accepted_on
      AND issuances.issuance_id = record.issuance_id
    """,
    """
    ALTER TABLE metering_records
        ALTER COLUMN channel SET NOT NULL, ALTER COLUMN commission SET NOT NULL,
        ADD CONSTRAINT metering_records_commission_check CHECK (commission >= 0)
    """,
    """
    CREATE TRIGGER metering_records_append_only BEFORE UPDATE OR DELETE ON metering_records
    FOR EACH ROW EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER metering_records_not_truncated BEFORE TRUNCATE ON metering_records
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)

MENUS = (
    "ALTER TABLE sites ADD COLUMN opens TEXT, ADD COLUMN closes TEXT",
    "ALTER TABLE sessions ADD COLUMN shown_at timestamptz",
    # Until now the price of a session was that of its own beginning.
    "UPDATE sessions SET shown_at = opened_at",
    "ALTER TABLE sessions ALTER COLUMN shown_at SET NOT NULL",
)


def upgrade() -> None:
    """Widen the tables and fill in what is known."""
    for statement in (*COMMISSIONS, *ISSUANCES, *METER, *MENUS):
        op.execute(statement)
