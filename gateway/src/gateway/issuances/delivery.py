"""Handing the sealed document to its terminal: delivered is committed before the first byte."""

from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID

from madoguchi_wire.errors import (
    DocumentLost,
    IssuanceExpired,
    IssuanceQuarantined,
    IssuanceRefused,
    IssuanceUnknown,
)

from gateway.issuances import rows
from gateway.issuances.earlier_reports import was_voided_before
from gateway.issuances.life import Cause, State
from gateway.issuances.moving import move, step
from gateway.issuances.releasing import check_release
from gateway.issuances.rows import Issuance
from gateway.parts import Gateway
from gateway.terminals.terminal import Terminal

_REPEATABLE = (State.DELIVERED, State.PAID)


@dataclass(frozen=True)
class Delivery:
    """The sealed bytes and their attestation, the same for every repeat."""

    ciphertext: bytes
    attestation: str


async def deliver(gateway: Gateway, terminal: Terminal, issuance_id: UUID) -> Delivery:
    """Return the sealed document of an issuance of this terminal.

    Raises:
        IssuanceUnknown: no issuance of this terminal.
        IssuanceExpired: its deadline has passed.
        IssuanceQuarantined: it is held for examination.
        IssuanceRefused: it is in no state in which its document is handed out.
        DocumentLost: the document is no longer held.
        MunicipalityNotLive, MunicipalityStopped: nothing of this municipality is released now.

    """
    issuance, ciphertext = await rows.find_with_document(
        gateway.pool, issuance_id, terminal.terminal
    )
    if issuance is None:
        raise IssuanceUnknown()
    if issuance.state is not State.PREPARED and issuance.state not in _REPEATABLE:
        _refuse(issuance.state)
    check_release(gateway, issuance)
    if ciphertext is None or issuance.attestation is None:
        raise DocumentLost()
    if issuance.state is State.PREPARED:
        if await was_voided_before(gateway, issuance):
            raise IssuanceRefused()
        await _mark(gateway, terminal, issuance)
    return Delivery(ciphertext, issuance.attestation)


async def _mark(gateway: Gateway, terminal: Terminal, issuance: Issuance) -> None:
    delivered = step(
        issuance,
        State.DELIVERED,
        Cause.DELIVERY,
        source=gateway.settings.name,
        now=gateway.clock.now(),
        report_within=gateway.settings.report_deadline,
    )
    if await move(gateway.pool, delivered):
        return
    await gateway.stops.refresh(gateway.pool)
    check_release(gateway, issuance)
    # A repeat may have been faster, or the deadline: only the first is a delivery.
    now = await rows.find(gateway.pool, issuance.issuance_id, terminal.terminal)
    state = now.state if now is not None else State.EXPIRED
    if state not in _REPEATABLE:
        _refuse(State.EXPIRED if state is State.PREPARED else state)


def _refuse(state: State) -> NoReturn:
    if state is State.EXPIRED:
        raise IssuanceExpired()
    if state is State.QUARANTINED:
        raise IssuanceQuarantined()
    raise IssuanceRefused()
