"""The tables of the records, as SQL that the first migration runs.

`records_version` has one row. Triggers raise its number with every change of the records, so that
an attestation can name the exact records that it was made from.
"""

from madoguchi_wire.kit.database_time import CREATE_NOW

TABLES = (
    """
    CREATE TABLE households (
        household_id uuid PRIMARY KEY,
        address text NOT NULL,
        head_name text NOT NULL
    )
    """,
    """
    CREATE TABLE residents (
        resident_id uuid PRIMARY KEY,
        household_id uuid NOT NULL REFERENCES households,
        legal_order integer NOT NULL CHECK (legal_order >= 1),
        name text NOT NULL,
        name_kana text NOT NULL,
        birth_date date NOT NULL,
        sex text NOT NULL CHECK (sex IN ('男', '女')),
        relationship text NOT NULL,
        became_resident_on date NOT NULL,
        moved_here_on date,
        previous_address text,
        honseki text NOT NULL,
        family_head text NOT NULL,
        status text NOT NULL CHECK (status IN ('current', 'moved_out', 'deceased')),
        protected boolean NOT NULL,
        UNIQUE (household_id, legal_order)
    )
    """,
    """
    CREATE TABLE seal_registrations (
        registration_number text PRIMARY KEY,
        resident_id uuid NOT NULL REFERENCES residents,
        registered_on date NOT NULL,
        picture_png bytea NOT NULL,
        active boolean NOT NULL
    )
    """,
    """
    CREATE UNIQUE INDEX seal_registrations_one_active
        ON seal_registrations (resident_id) WHERE active
    """,
    "CREATE INDEX seal_registrations_resident ON seal_registrations (resident_id)",
    """
    CREATE TABLE cardholders (
        authority text NOT NULL,
        serial text NOT NULL,
        resident_id uuid NOT NULL REFERENCES residents,
        valid boolean NOT NULL,
        PRIMARY KEY (authority, serial)
    )
    """,
    """
    CREATE TABLE records_version (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        number bigint NOT NULL,
        current_as_of timestamptz NOT NULL
    )
    """,
    "INSERT INTO records_version (number, current_as_of) VALUES (0, madoguchi_now())",
)

CHANGED = """
    CREATE FUNCTION records_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE records_version SET number = number + 1, current_as_of = madoguchi_now();
        RETURN NULL;
    END $$
"""

RECORDS = ("households", "residents", "seal_registrations", "cardholders")

TRIGGERS = tuple(
    f"""
    CREATE TRIGGER {table}_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION records_changed()
    """
    for table in RECORDS
)

STATEMENTS = (CREATE_NOW, *TABLES, CHANGED, *TRIGGERS)
