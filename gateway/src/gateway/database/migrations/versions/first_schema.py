"""The first schema: configuration, orders, issuances, the books, the outbox."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MADOGUCHI_NOW = """
    CREATE FUNCTION madoguchi_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
        SELECT clock_timestamp() + make_interval(secs => coalesce(
            nullif(current_setting('madoguchi.clock_offset', true), ''), '0')::double precision)
    $$
"""
"""The database's time plus the simulation's offset, which each connection sets."""

TABLES = (
    """
    CREATE TABLE municipality_versions (
        municipality TEXT NOT NULL,
        version INTEGER NOT NULL,
        loaded_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        digest TEXT NOT NULL,
        body JSONB NOT NULL,
        PRIMARY KEY (municipality, version)
    )
    """,
    """
    CREATE TABLE chains (
        chain TEXT NOT NULL,
        name TEXT NOT NULL,
        commission INTEGER NOT NULL CHECK (commission >= 0),
        PRIMARY KEY (chain)
    )
    """,
    """
    CREATE TABLE sites (
        site TEXT NOT NULL,
        chain TEXT NOT NULL,
        name TEXT NOT NULL,
        municipality TEXT NOT NULL,
        type TEXT NOT NULL CHECK (type IN ('store', 'city')),
        PRIMARY KEY (site),
        FOREIGN KEY(chain) REFERENCES chains (chain)
    )
    """,
    """
    CREATE TABLE terminals (
        terminal TEXT NOT NULL,
        site TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('enrolled', 'suspended')),
        PRIMARY KEY (terminal),
        FOREIGN KEY(site) REFERENCES sites (site)
    )
    """,
    """
    CREATE TABLE client_assertions (
        jti TEXT NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (jti)
    )
    """,
    "CREATE INDEX client_assertions_expires_at ON client_assertions (expires_at)",
    """
    CREATE TABLE sessions (
        session_id UUID NOT NULL,
        municipality TEXT NOT NULL,
        terminal TEXT NOT NULL,
        digest TEXT NOT NULL,
        challenge TEXT NOT NULL,
        opened_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        configuration_version INTEGER NOT NULL,
        PRIMARY KEY (session_id),
        UNIQUE (digest),
        UNIQUE (challenge)
    )
    """,
    """
    CREATE TABLE orders (
        order_id UUID NOT NULL,
        session_id UUID NOT NULL,
        terminal TEXT NOT NULL,
        municipality TEXT NOT NULL,
        accepted_on DATE NOT NULL,
        idempotency_key UUID NOT NULL,
        body_digest TEXT NOT NULL,
        order_digest TEXT NOT NULL,
        session_digest TEXT NOT NULL,
        kind TEXT NOT NULL,
        copies INTEGER NOT NULL,
        unit_price INTEGER NOT NULL,
        tariff_version TEXT NOT NULL,
        configuration_version INTEGER NOT NULL,
        deadline timestamptz NOT NULL,
        leased_until timestamptz,
        lease_owner UUID,
        created_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        PRIMARY KEY (order_id),
        UNIQUE (idempotency_key),
        UNIQUE (order_digest)
    )
    """,
    """
    CREATE TABLE issuances (
        municipality TEXT NOT NULL,
        accepted_on DATE NOT NULL,
        issuance_id UUID NOT NULL,
        order_id UUID NOT NULL,
        session_id UUID NOT NULL,
        order_digest TEXT NOT NULL,
        session_digest TEXT NOT NULL,
        copy_number INTEGER NOT NULL,
        terminal TEXT NOT NULL,
        site TEXT NOT NULL,
        chain TEXT NOT NULL,
        place TEXT NOT NULL,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        fee INTEGER NOT NULL CHECK (fee >= 0),
        tariff_version TEXT NOT NULL,
        configuration_version INTEGER NOT NULL,
        deadline timestamptz NOT NULL,
        report_deadline timestamptz,
        attestation TEXT,
        certificate_number TEXT,
        pages INTEGER,
        document_sha256 TEXT,
        ciphertext_sha256 TEXT,
        problem TEXT,
        void_reason TEXT,
        money TEXT,
        event_sequence INTEGER DEFAULT 0 NOT NULL,
        accepted_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        prepared_at timestamptz,
        delivered_at timestamptz,
        paid_at timestamptz,
        ended_at timestamptz,
        PRIMARY KEY (municipality, accepted_on, issuance_id)
    ) PARTITION BY RANGE (accepted_on)
    """,
    "CREATE INDEX issuances_issuance_id ON issuances (issuance_id)",
    """
    CREATE INDEX issuances_report_deadline ON issuances (report_deadline)
    WHERE state IN ('delivered', 'paid')
    """,
    "CREATE INDEX issuances_order_id ON issuances (order_id)",
    """
    CREATE INDEX issuances_accepted_deadline ON issuances (deadline)
    WHERE state IN ('accepted', 'prepared')
    """,
    """
    CREATE UNLOGGED TABLE sealed_documents (
        issuance_id UUID NOT NULL,
        municipality TEXT NOT NULL,
        accepted_on DATE NOT NULL,
        ciphertext BYTEA NOT NULL,
        PRIMARY KEY (issuance_id)
    )
    """,
    """
    CREATE TABLE reports (
        terminal TEXT NOT NULL,
        sequence BIGINT NOT NULL,
        issuance_id UUID,
        municipality TEXT,
        accepted_on DATE,
        event TEXT NOT NULL,
        token TEXT NOT NULL,
        received_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        changed_state BOOLEAN NOT NULL,
        PRIMARY KEY (terminal, sequence)
    )
    """,
    "CREATE INDEX reports_issuance_id ON reports (issuance_id)",
    """
    CREATE TABLE metering_records (
        municipality TEXT NOT NULL,
        accepted_on DATE NOT NULL,
        issuance_id UUID NOT NULL,
        kind TEXT NOT NULL,
        chain TEXT NOT NULL,
        site TEXT NOT NULL,
        place TEXT NOT NULL,
        yen INTEGER NOT NULL CHECK (yen >= 0),
        tariff_version TEXT NOT NULL,
        configuration_version INTEGER NOT NULL,
        completed_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        PRIMARY KEY (municipality, accepted_on, issuance_id)
    ) PARTITION BY RANGE (accepted_on)
    """,
    """
    CREATE TABLE ledger_transfers (
        transfer_id UUID DEFAULT gen_random_uuid() NOT NULL,
        municipality TEXT NOT NULL,
        accepted_on DATE NOT NULL,
        issuance_id UUID NOT NULL,
        purpose TEXT NOT NULL,
        debit_account TEXT NOT NULL,
        credit_account TEXT NOT NULL,
        yen INTEGER NOT NULL CHECK (yen >= 0),
        booked_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        reverses TEXT,
        PRIMARY KEY (municipality, accepted_on, issuance_id, purpose),
        CONSTRAINT ledger_transfers_moves CHECK (debit_account <> credit_account)
    ) PARTITION BY RANGE (accepted_on)
    """,
    """
    CREATE TABLE outbox (
        position BIGINT GENERATED ALWAYS AS IDENTITY,
        recorded_on DATE NOT NULL,
        municipality TEXT,
        event_id UUID NOT NULL,
        subject TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        type TEXT NOT NULL,
        canonical BYTEA NOT NULL,
        salt BYTEA NOT NULL,
        digest TEXT NOT NULL,
        created_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        published_at timestamptz,
        PRIMARY KEY (recorded_on, subject, sequence)
    ) PARTITION BY RANGE (recorded_on)
    """,
    "CREATE INDEX outbox_unpublished ON outbox (position) WHERE published_at IS NULL",
    """
    CREATE TABLE outcomes (
        issuance_id UUID NOT NULL,
        municipality TEXT NOT NULL,
        accepted_on DATE NOT NULL,
        outcome TEXT NOT NULL,
        created_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        attempts INTEGER DEFAULT 0 NOT NULL,
        next_attempt_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        acknowledged_at timestamptz,
        PRIMARY KEY (issuance_id)
    )
    """,
    """
    CREATE INDEX outcomes_unacknowledged ON outcomes (next_attempt_at)
    WHERE acknowledged_at IS NULL
    """,
    """
    CREATE TABLE caller_failures (
        minute timestamptz NOT NULL,
        slug TEXT NOT NULL,
        count BIGINT NOT NULL,
        PRIMARY KEY (minute, slug)
    )
    """,
    """
    CREATE TABLE relay_files (
        name TEXT NOT NULL,
        committed_bytes BIGINT NOT NULL,
        PRIMARY KEY (name)
    )
    """,
)

LEDGER_LINES = """
    CREATE VIEW ledger_lines AS
    SELECT transfer_id, municipality, accepted_on, issuance_id, purpose,
           line.account, line.yen, booked_at, reverses
    FROM ledger_transfers
    CROSS JOIN LATERAL (VALUES (debit_account, yen), (credit_account, -yen)) AS line(account, yen)
"""
"""Each transfer as a debit (+) and a credit (-) line."""

APPEND_ONLY = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only: book a reversal instead', TG_TABLE_NAME;
    END $$
    """,
    """
    CREATE TRIGGER ledger_transfers_append_only BEFORE UPDATE OR DELETE ON ledger_transfers
    FOR EACH ROW EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER ledger_transfers_not_truncated BEFORE TRUNCATE ON ledger_transfers
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)

ENSURE_MONTH_PARTITIONS = """
    CREATE FUNCTION ensure_month_partitions(from_month date, months int)
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
                EXECUTE format(
                    'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                    parent, partition, month, (month + interval '1 month')::date);
            END LOOP;
        END LOOP;
    END $$
"""
"""Makes the partitions of `months` months from `from_month` on, where they are missing."""


def upgrade() -> None:
    """Make everything."""
    op.execute(MADOGUCHI_NOW)
    for statement in TABLES:
        op.execute(statement)
    op.execute(LEDGER_LINES)
    for statement in APPEND_ONLY:
        op.execute(statement)
    op.execute(ENSURE_MONTH_PARTITIONS)
