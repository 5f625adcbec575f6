"""A pay-in knows the statement that it pays, if it was booked as that lays it out."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; pay-ins of before are of no statement."""
    op.execute("ALTER TABLE billing.pay_ins ADD COLUMN statement TEXT")
