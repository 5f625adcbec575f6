"""What the gateway does without each of its checks."""

from uuid import UUID

from gateway.issuances.rows import Issuance, find, find_with_document
from madoguchi_wire.kit.pool import Executor

from proofs.undefended.patching import Patch

_WHOSE = "SELECT terminal FROM issuances WHERE issuance_id = $1"


def without_own_issuances() -> list[Patch]:
    """Let every terminal fetch and report what is another's."""
    where = "gateway.issuances.rows"
    return [
        Patch(where, "find", _find_anybodys),
        Patch(where, "find_with_document", _find_anybodys_with_document),
    ]


async def _find_anybodys(connection: Executor, issuance: UUID, _: str) -> Issuance | None:
    whose: str | None = await connection.fetchval(_WHOSE, issuance)
    return None if whose is None else await find(connection, issuance, whose)


async def _find_anybodys_with_document(
    connection: Executor, issuance: UUID, _: str
) -> tuple[Issuance | None, bytes | None]:
    whose: str | None = await connection.fetchval(_WHOSE, issuance)
    if whose is None:
        return None, None
    return await find_with_document(connection, issuance, whose)
