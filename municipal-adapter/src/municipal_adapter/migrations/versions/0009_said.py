"""What changes said of records and a batch must show, and what a prepared paper says."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STEPS = (
    """
    CREATE TABLE changes_said (
        what text NOT NULL CHECK (what IN ('household', 'resident', 'seal')),
        key text NOT NULL,
        sequence bigint NOT NULL,
        digest bytea NOT NULL,
        differs boolean NOT NULL,
        holder text,
        unshown boolean NOT NULL DEFAULT false,
        PRIMARY KEY (what, key)
    )
    """,
    "CREATE INDEX changes_said_holder ON changes_said (holder) WHERE holder IS NOT NULL",
    """
    ALTER TABLE unreadable_files
        ADD first bigint, ADD last bigint, ADD last_sequence bigint
    """,
    "ALTER TABLE claims ADD paper text",
)
"""A row of `changes_said` is the last word about a record since the last batch: the digest of its
values, empty where it was erased. `differs`: the change could not be understood, and the digest is
of what was there before it. `first` and `last` of an unreadable file are null where they are not
known; `last_sequence` is what the records had when it was seen. `paper` is a digest."""


def upgrade() -> None:
    """Change the tables."""
    for statement in STEPS:
        op.execute(statement)


def downgrade() -> None:
    """Remove what was added."""
    op.execute("ALTER TABLE claims DROP paper")
    op.execute("ALTER TABLE unreadable_files DROP first, DROP last, DROP last_sequence")
    op.execute("DROP TABLE changes_said")
