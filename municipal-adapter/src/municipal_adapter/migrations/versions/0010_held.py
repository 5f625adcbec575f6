"""Records that a batch shows otherwise than before, though no change said so."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STEPS = (
    "ALTER TABLE unmappable_records ADD held_after bigint",
    "ALTER TABLE unmappable_records DROP CONSTRAINT unmappable_records_pkey",
    "ALTER TABLE unmappable_records ADD PRIMARY KEY (what, key, owner)",
)
"""`held_after`: the number of the records before the batch that shows it otherwise, from which on
a change may settle it; null where a line cannot be understood. Whoever is in one household by what
was there before, and in another by the batch, is held in both."""


def upgrade() -> None:
    """Change the table."""
    for statement in STEPS:
        op.execute(statement)


def downgrade() -> None:
    """Change it back; of several owners of a record one is kept."""
    op.execute(
        "DELETE FROM unmappable_records AS one USING unmappable_records AS other"
        " WHERE one.what = other.what AND one.key = other.key AND one.owner > other.owner"
    )
    op.execute("ALTER TABLE unmappable_records DROP CONSTRAINT unmappable_records_pkey")
    op.execute("ALTER TABLE unmappable_records ADD PRIMARY KEY (what, key)")
    op.execute("ALTER TABLE unmappable_records DROP held_after")
