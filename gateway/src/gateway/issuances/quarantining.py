"""Quarantine: the issuance is held, an alarm is raised, and the municipality is stopped.

It all happens in one transaction. Even if the issuance has ended meanwhile, what was seen was seen:
the alarm and the stop stand without it.
"""

from madoguchi_wire.adapter_api import WithheldStatement
from madoguchi_wire.errors import (
    AttestationRefused,
    ReadBackFailed,
    SignatureRefused,
)
from madoguchi_wire.keys import KeyPurpose
from madoguchi_wire.kit.pool import Connection

from gateway.audit.outbox import insert_events
from gateway.issuances import rows
from gateway.issuances.life import Cause, State, may_move
from gateway.issuances.moving import move, step
from gateway.issuances.rows import Issuance
from gateway.parts import Gateway
from gateway.stops.rules import Suspect, on_mismatch
from gateway.stops.stopping import put_in_force

_ATTEMPTS = 5


async def quarantine(
    gateway: Gateway, issuance: Issuance, error: AttestationRefused | ReadBackFailed
) -> None:
    """Hold an issuance whose adapter returned something else than was asked."""
    # The detail names the field that differs, never a value; of what a municipality found in its
    # own document we hear only that it did: its evidence is for its eyes.
    data = issuance.facts() | {"what": error.detail}
    alarm = gateway.trail.alarm_row(error.slug.replace("-", "_"), data, issuance.municipality)
    now, source = gateway.clock.now(), gateway.settings.name
    proven = _is_proven(gateway, issuance, error)
    alike = gateway.trust.sharing_build_or_vendor(issuance.municipality) if proven else ()
    # A test paper is nobody's, and it may be of a version that is not in force: people decide.
    stops = [] if issuance.test else on_mismatch(suspect_of(issuance), error.slug, alike)
    async with gateway.pool.acquire() as connection, connection.transaction():
        await _hold(gateway, connection, issuance, error.slug)
        await insert_events(connection, [alarm])
        await put_in_force(connection, stops, source, now)


async def _hold(gateway: Gateway, connection: Connection, issuance: Issuance, slug: str) -> None:
    """Quarantine from wherever the issuance has come to meanwhile, as long as it has not ended."""
    found: Issuance | None = issuance
    for _ in range(_ATTEMPTS):
        if found is None or not may_move(found.state, State.QUARANTINED, Cause.MISMATCH):
            return
        held = step(
            found,
            State.QUARANTINED,
            Cause.MISMATCH,
            source=gateway.settings.name,
            now=gateway.clock.now(),
            data={"problem": slug},
            changes={"problem": slug},
        )
        if await move(connection, held):
            return
        found = await rows.find(connection, issuance.issuance_id, issuance.terminal)


def suspect_of(issuance: Issuance) -> Suspect:
    """Return what stops need to know of an issuance."""
    return Suspect(
        issuance=issuance.issuance_id,
        accepted_on=issuance.accepted_on,
        municipality=issuance.municipality,
        terminal=issuance.terminal,
        site=issuance.site,
    )


def _is_proven(
    gateway: Gateway, issuance: Issuance, error: AttestationRefused | ReadBackFailed
) -> bool:
    """Tell whether the municipality's own signature says that a wrong document was made."""
    if not isinstance(error, ReadBackFailed):
        return error.proven
    if error.evidence is None:
        return False
    try:
        kid = WithheldStatement.kid_of(error.evidence)
        _, key = gateway.trust.key_set.find(
            kid, KeyPurpose.ATTESTATION, gateway.clock.now(), owner=issuance.municipality
        )
        withheld = WithheldStatement.verified(error.evidence, key)
    except SignatureRefused:
        return False
    said = (withheld.issuance, withheld.municipality)
    return said == (str(issuance.issuance_id), issuance.municipality)
