"""The first schema of the archive: what is kept, who may empty it, who looked at it."""

from alembic import op
from madoguchi_wire.kit.database_time import CREATE_NOW

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLES = """
    DO $$
    DECLARE
        wanted text;
    BEGIN
        FOREACH wanted IN ARRAY ARRAY['madoguchi_audit_emptying', 'madoguchi_audit_retention'] LOOP
            BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                    EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
                END IF;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- another database of this server was migrated at the same moment
            END;
        END LOOP;
    END $$
"""
"""`…_emptying` owns the one function that empties; `…_retention` may call it, and nothing else."""

TABLES = (
    """
    CREATE TABLE events (
        day DATE NOT NULL,
        source TEXT NOT NULL,
        event_id TEXT NOT NULL,
        type TEXT NOT NULL,
        subject TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        time timestamptz NOT NULL,
        municipality TEXT,
        canonical BYTEA,
        digest TEXT NOT NULL,
        terminal TEXT,
        site TEXT,
        kind TEXT,
        build TEXT,
        fonts TEXT,
        templates TEXT,
        records_version TEXT,
        archived_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        PRIMARY KEY (day, source, event_id)
    ) PARTITION BY RANGE (day)
    """,
    "CREATE INDEX events_subject ON events (subject, sequence)",
    "CREATE INDEX events_municipality ON events (municipality, day)",
    "CREATE INDEX events_terminal ON events (terminal, day) WHERE terminal IS NOT NULL",
    "CREATE INDEX events_build ON events (build) WHERE build IS NOT NULL",
    """
    CREATE TABLE event_keys (
        source TEXT NOT NULL,
        event_id TEXT NOT NULL,
        digest TEXT NOT NULL,
        day DATE NOT NULL,
        PRIMARY KEY (source, event_id)
    )
    """,
    "CREATE INDEX event_keys_digest ON event_keys (digest)",
    """
    CREATE TABLE stamp_records (
        centre TEXT NOT NULL,
        number BIGINT NOT NULL,
        stamp TEXT NOT NULL,
        stamped_at timestamptz NOT NULL,
        record BYTEA NOT NULL,
        record_digest TEXT NOT NULL,
        archived_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        PRIMARY KEY (centre, number, record_digest)
    )
    """,
    "CREATE INDEX stamp_records_stamped_at ON stamp_records (stamped_at)",
    """
    CREATE TABLE dead_letters (
        position BIGINT GENERATED ALWAYS AS IDENTITY,
        origin TEXT NOT NULL,
        partition INTEGER NOT NULL,
        place BIGINT NOT NULL,
        reason TEXT NOT NULL,
        what TEXT NOT NULL,
        key BYTEA,
        value BYTEA NOT NULL,
        value_sha256 TEXT NOT NULL,
        archived_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        sent_at timestamptz,
        PRIMARY KEY (position),
        UNIQUE (origin, partition, place, value_sha256)
    )
    """,
    "CREATE INDEX dead_letters_unsent ON dead_letters (position) WHERE sent_at IS NULL",
    """
    CREATE TABLE offsets (
        topic TEXT NOT NULL,
        partition INTEGER NOT NULL,
        next_offset BIGINT NOT NULL,
        PRIMARY KEY (topic, partition)
    )
    """,
    """
    CREATE TABLE accesses (
        position BIGINT GENERATED ALWAYS AS IDENTITY,
        at timestamptz DEFAULT clock_timestamp() NOT NULL,
        who TEXT NOT NULL,
        what TEXT NOT NULL,
        why TEXT NOT NULL,
        about JSONB NOT NULL,
        PRIMARY KEY (position)
    )
    """,
    """
    CREATE TABLE holds (
        hold_id UUID NOT NULL,
        municipality TEXT,
        subject TEXT,
        first_day DATE,
        last_day DATE,
        placed_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        placed_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        PRIMARY KEY (hold_id)
    )
    """,
    """
    CREATE TABLE hold_liftings (
        hold_id UUID NOT NULL,
        lifted_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        lifted_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        PRIMARY KEY (hold_id),
        FOREIGN KEY (hold_id) REFERENCES holds (hold_id)
    )
    """,
    """
    CREATE TABLE retention_rules (
        position BIGINT GENERATED ALWAYS AS IDENTITY,
        municipality TEXT NOT NULL,
        days INTEGER NOT NULL CHECK (days >= 30),
        set_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        set_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        PRIMARY KEY (position)
    )
    """,
    """
    CREATE TABLE removals (
        position BIGINT GENERATED ALWAYS AS IDENTITY,
        municipality TEXT NOT NULL,
        before_day DATE NOT NULL,
        events BIGINT NOT NULL,
        removed_at timestamptz DEFAULT clock_timestamp() NOT NULL,
        PRIMARY KEY (position)
    )
    """,
    "CREATE INDEX removals_municipality ON removals (municipality, before_day)",
)

APPEND_ONLY = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE FUNCTION refuse_change_of_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND current_user = 'madoguchi_audit_emptying' AND NEW.canonical IS NULL
           AND (NEW.day, NEW.source, NEW.event_id, NEW.type, NEW.subject, NEW.sequence, NEW.time,
                NEW.municipality, NEW.digest, NEW.archived_at)
               IS NOT DISTINCT FROM
               (OLD.day, OLD.source, OLD.event_id, OLD.type, OLD.subject, OLD.sequence, OLD.time,
                OLD.municipality, OLD.digest, OLD.archived_at)
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE FUNCTION refuse_change_of_letter() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- That it was sent on is noted once, and nothing else ever changes.
        IF TG_OP = 'UPDATE' AND OLD.sent_at IS NULL
           AND (OLD.position, OLD.origin, OLD.partition, OLD.place, OLD.reason, OLD.what, OLD.key,
                OLD.value, OLD.value_sha256, OLD.archived_at)
               IS NOT DISTINCT FROM
               (NEW.position, NEW.origin, NEW.partition, NEW.place, NEW.reason, NEW.what, NEW.key,
                NEW.value, NEW.value_sha256, NEW.archived_at)
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
)
GUARDED = {
    "events": "refuse_change_of_event",
    "event_keys": "refuse_change",
    "stamp_records": "refuse_change",
    "dead_letters": "refuse_change_of_letter",
    "accesses": "refuse_change",
    "holds": "refuse_change",
    "hold_liftings": "refuse_change",
    "retention_rules": "refuse_change",
    "removals": "refuse_change",
}

ENSURE_MONTH = """
    CREATE FUNCTION ensure_month(of_day date) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        month date := date_trunc('month', of_day);
        partition text := 'events' || to_char(of_day, '_YYYY_MM');
    BEGIN
        IF to_regclass(partition) IS NOT NULL THEN
            RETURN;
        END IF;
        PERFORM pg_advisory_xact_lock(hashtext('ensure_month of the archive'));
        IF to_regclass(partition) IS NOT NULL THEN
            RETURN;
        END IF;
        -- Made apart and attached, because that does not stop writers of the parent.
        EXECUTE format('CREATE TABLE %I (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
                       partition);
        EXECUTE format('ALTER TABLE events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                       partition, month, (month + interval '1 month')::date);
        EXECUTE format('CREATE TRIGGER not_truncated BEFORE TRUNCATE ON %I'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', partition);
        EXECUTE format('GRANT SELECT, UPDATE ON %I TO madoguchi_audit_emptying', partition);
    END $$
"""
"""Makes the partition of a day's month if it is missing."""

EMPTY_PAYLOADS = """
    CREATE FUNCTION empty_payloads() RETURNS TABLE (municipality text, events bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        rule record;
        -- The server's own time: whoever calls cannot move it forward.
        today date := (clock_timestamp() AT TIME ZONE 'Asia/Tokyo')::date;
        emptied bigint;
    BEGIN
        FOR rule IN SELECT DISTINCT ON (r.municipality) r.municipality, r.days
                    FROM retention_rules AS r ORDER BY r.municipality, r.position DESC
        LOOP
            UPDATE events AS e SET canonical = NULL, terminal = NULL, site = NULL, kind = NULL,
                build = NULL, fonts = NULL, templates = NULL, records_version = NULL
            WHERE coalesce(e.municipality, 'centre') = rule.municipality
              AND e.day < today - rule.days AND e.canonical IS NOT NULL
              AND NOT EXISTS (
                  SELECT FROM holds AS h
                  WHERE NOT EXISTS (SELECT FROM hold_liftings AS l WHERE l.hold_id = h.hold_id)
                    AND (h.municipality IS NULL OR h.municipality = rule.municipality)
                    AND (h.subject IS NULL OR h.subject = e.subject)
                    AND (h.first_day IS NULL OR h.first_day <= e.day)
                    AND (h.last_day IS NULL OR h.last_day >= e.day));
            GET DIAGNOSTICS emptied = ROW_COUNT;
            INSERT INTO removals (municipality, before_day, events)
            VALUES (rule.municipality, today - rule.days, emptied);
            municipality := rule.municipality;
            events := emptied;
            RETURN NEXT;
        END LOOP;
    END $$
"""
"""Empties every payload past its municipality's days that no hold keeps; `centre`: of nobody's."""

RIGHTS = (
    "GRANT SELECT, UPDATE ON events TO madoguchi_audit_emptying",
    "GRANT SELECT ON retention_rules, holds, hold_liftings TO madoguchi_audit_emptying",
    "GRANT SELECT, INSERT ON removals TO madoguchi_audit_emptying",
    "REVOKE ALL ON FUNCTION empty_payloads() FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION empty_payloads() TO madoguchi_audit_retention",
    "GRANT CREATE ON SCHEMA public TO madoguchi_audit_emptying",
    "ALTER FUNCTION empty_payloads() OWNER TO madoguchi_audit_emptying",
    "REVOKE CREATE ON SCHEMA public FROM madoguchi_audit_emptying",
)


def upgrade() -> None:
    """Make everything."""
    op.execute(ROLES)
    op.execute(CREATE_NOW)
    for statement in (*TABLES, *APPEND_ONLY):
        op.execute(statement)
    for table, guard in GUARDED.items():
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {guard}()"
        )
        op.execute(
            f"CREATE TRIGGER not_truncated BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for statement in (ENSURE_MONTH, EMPTY_PAYLOADS, *RIGHTS):
        op.execute(statement)
