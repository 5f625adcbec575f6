"""Files of records that cannot even be told apart, and numbers that began anew."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STEPS = (
    """
    CREATE TABLE unreadable_files (
        file text NOT NULL,
        length bigint NOT NULL,
        changed bigint NOT NULL,
        cause text NOT NULL,
        noticed_at timestamptz NOT NULL DEFAULT madoguchi_now(),
        PRIMARY KEY (file, length, changed)
    )
    """,
    """
    CREATE VIEW missed_files AS SELECT file, cause, noticed_at FROM unreadable_files
    WHERE noticed_at >= coalesce(
        (SELECT max(made_at) FROM imports WHERE kind = 'batch' AND outcome = 'applied'),
        '-infinity'
    )
    """,
    """
    CREATE TABLE restarts (
        restarted_at timestamptz NOT NULL DEFAULT madoguchi_now(),
        officer text NOT NULL CHECK (officer <> ''),
        reason text NOT NULL CHECK (reason <> ''),
        last_sequence bigint
    )
    """,
)
"""`changed` is the file's own time in nanoseconds: a file of the same name that comes later is
another one. A batch that was made after a file was seen has all that may have been in it."""


def upgrade() -> None:
    """Make the tables."""
    for statement in STEPS:
        op.execute(statement)


def downgrade() -> None:
    """Remove the tables."""
    op.execute("DROP TABLE restarts")
    op.execute("DROP VIEW missed_files")
    op.execute("DROP TABLE unreadable_files")
