"""When each terminal was last seen, and what it runs."""

from madoguchi_wire.kit.pool import Pool

from gateway.terminals.client_assertion import ClientAssertion

_SEEN = """
    INSERT INTO terminal_sightings (terminal, seen_at, software)
    VALUES ($1, madoguchi_now(), $2)
    ON CONFLICT (terminal) DO UPDATE SET seen_at = excluded.seen_at, software = excluded.software
"""


async def note(assertion: ClientAssertion, pool: Pool) -> None:
    """Keep that a terminal asked for an access token."""
    await pool.execute(_SEEN, assertion.terminal, assertion.software)
