"""The client assertions that were used, shared by the replicas: each is good once."""

from madoguchi_wire.errors import ClientAssertionRefused
from madoguchi_wire.kit.pool import Pool

from gateway.terminals.client_assertion import ClientAssertion

_USE = """
    INSERT INTO client_assertions (jti, expires_at) VALUES ($1, $2)
    ON CONFLICT DO NOTHING RETURNING jti
"""
# A minute longer than they live, because a replica's clock may be behind the database's.
_FORGET = "DELETE FROM client_assertions WHERE expires_at < madoguchi_now() - interval '1 minute'"


async def use_once(assertion: ClientAssertion, pool: Pool) -> None:
    """Keep that it was used.

    Raises:
        ClientAssertionRefused: it was used before, at whatever replica.

    """
    used = f"{assertion.terminal}/{assertion.jti}"
    if await pool.fetchval(_USE, used, assertion.expires_at) is None:
        raise ClientAssertionRefused("The client assertion was used before.")


async def forget_used(pool: Pool) -> None:
    """Drop assertions that have expired and would be refused anyway."""
    await pool.execute(_FORGET)
