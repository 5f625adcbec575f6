"""Alarms of one terminal beyond the first few of a minute, merged by minute."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLE = """
    CREATE TABLE terminal_alarms (
        minute timestamptz NOT NULL,
        terminal TEXT NOT NULL,
        site TEXT NOT NULL,
        alarm TEXT NOT NULL,
        count BIGINT NOT NULL,
        PRIMARY KEY (minute, terminal, site, alarm)
    )
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(TABLE)
