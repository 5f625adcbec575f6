"""Reports of probes are kept, and going live needs one."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE probe_reports (
        number BIGINT GENERATED ALWAYS AS IDENTITY,
        digest TEXT NOT NULL,
        municipality TEXT NOT NULL,
        version INTEGER NOT NULL,
        held BOOLEAN NOT NULL,
        probed_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        kept_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        body BYTEA NOT NULL,
        PRIMARY KEY (number),
        FOREIGN KEY (municipality, version) REFERENCES municipality_versions,
        CONSTRAINT probe_reports_digest_check CHECK (digest = encode(sha256(body), 'hex'))
    )
    """,
    "CREATE INDEX probe_reports_municipality ON probe_reports (municipality, version, number)",
    """
    CREATE TRIGGER probe_reports_append_only BEFORE UPDATE OR DELETE ON probe_reports
    FOR EACH ROW EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER probe_reports_not_truncated BEFORE TRUNCATE ON probe_reports
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)


def upgrade() -> None:
    """Make the table; reports that were files until now count no more."""
    for statement in STATEMENTS:
        op.execute(statement)
