"""The withdrawn enrolments, in memory; `gateway.database.changes` keeps it fresh."""

from datetime import datetime

from madoguchi_wire.kit.pool import Connection

_WITHDRAWN = """
    SELECT enrolment, withdrawn_at FROM enrolments
    WHERE withdrawn_at IS NOT NULL AND not_after > madoguchi_now()
"""


class WithdrawnEnrolments:
    """Which enrolments do not count, though their time is not over."""

    def __init__(self) -> None:
        self.since: dict[str, datetime] = {}
        """From when on, by the enrolment's id."""

    async def refresh(self, connection: Connection) -> None:
        """Read them again; they are few."""
        rows = await connection.fetch(_WITHDRAWN)
        self.since = {row["enrolment"]: row["withdrawn_at"] for row in rows}
