"""Of which topic an offset is: one that is made anew has its old name, and begins again."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the id; what was read before is taken to be of the topic that is there now."""
    op.execute("ALTER TABLE offsets ADD COLUMN topic_id UUID")
    op.execute("GRANT UPDATE (topic_id) ON offsets TO madoguchi_audit_service")
