"""How far the audit trail is behind, told once an episode; refused requests merged by terminal."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE backlog_episodes (
        measure TEXT NOT NULL,
        began_at timestamptz DEFAULT madoguchi_now() NOT NULL,
        PRIMARY KEY (measure)
    )
    """,
    """
    CREATE TABLE terminal_failures (
        minute timestamptz NOT NULL,
        terminal TEXT NOT NULL,
        site TEXT NOT NULL,
        slug TEXT NOT NULL,
        count BIGINT NOT NULL,
        PRIMARY KEY (minute, terminal, site, slug)
    )
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in TABLES:
        op.execute(statement)
