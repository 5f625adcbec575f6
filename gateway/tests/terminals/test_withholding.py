"""A terminal that the centre withholds is refused by every replica within seconds."""

from datetime import UTC, datetime

import pytest
from gateway.terminals.withholding import Decision, resume, withhold
from gateway_testing.world import OTHER_STORE, STORE, World, eventually
from madoguchi_wire.enrolment import Enrolment
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.reports import CashCounted

SECONDS = 5
_ENROLLED = """
    INSERT INTO enrolments (enrolment, terminal, token, not_after)
    VALUES ($1, $2, $3, madoguchi_now() + interval '30 days')
"""


def decision(terminal: str = STORE) -> Decision:
    return Decision(terminal, "sato", "stolen in the night", "centre.test", datetime.now(UTC))


async def enrolled(world: World, connection: Connection) -> None:
    """Keep what the registrar signed, as it does."""
    public = world.registrar.private.public_key()
    for terminal, token in world.enrolments.items():
        said = Enrolment.verified(token, public)
        await connection.execute(_ENROLLED, said.enrolment, terminal, token)


async def slug(world: World, replica: int, terminal: str = STORE) -> str:
    at = world.terminal(terminal, replica)
    return (await at.report(None, CashCounted(yen=0))).slug


async def all_say(world: World, expected: str, terminal: str = STORE) -> None:
    async def said() -> bool:
        return {await slug(world, one, terminal) for one in (0, 1)} == {expected}

    await eventually(said, SECONDS)


async def test_a_suspended_terminal_is_refused_by_all_replicas_until_it_is_resumed(
    two_replicas: World,
) -> None:
    async with two_replicas.pool.acquire() as connection:
        await enrolled(two_replicas, connection)
        await withhold(connection, decision(), "suspended")
        await all_say(two_replicas, "terminal-suspended")
        await all_say(two_replicas, "", OTHER_STORE)
        await two_replicas.configure()  # the chain's file says enrolled, and does not count
        await all_say(two_replicas, "terminal-suspended")
        await resume(connection, decision())
        await all_say(two_replicas, "")


async def test_what_a_lost_terminal_had_stays_withdrawn_when_it_is_enrolled_anew(
    two_replicas: World,
) -> None:
    async with two_replicas.pool.acquire() as connection:
        await enrolled(two_replicas, connection)
        await withhold(connection, decision(), "suspended")
        await withhold(connection, decision(), "lost")
        await all_say(two_replicas, "terminal-suspended")
        # As the registrar does when it enrols the machine that takes its place.
        await connection.execute("DELETE FROM terminal_withholdings")
        await connection.execute("NOTIFY gateway_configuration")
        await all_say(two_replicas, "signature-refused")
        customer = await two_replicas.customer()
        assert (await customer.open()).slug == "signature-refused"
        await all_say(two_replicas, "", OTHER_STORE)


async def test_what_cannot_be_decided_is_said(world: World) -> None:
    async with world.pool.acquire() as connection:
        with pytest.raises(ValueError, match="no chain has a terminal nobody-1"):
            await withhold(connection, decision("nobody-1"), "lost")
        with pytest.raises(ValueError, match="is not suspended"):
            await resume(connection, decision())
        await withhold(connection, decision(), "lost")
        for state in ("lost", "suspended"):
            with pytest.raises(ValueError, match="is withheld already"):
                await withhold(connection, decision(), state)
        with pytest.raises(ValueError, match="a lost one is enrolled anew"):
            await resume(connection, decision())
