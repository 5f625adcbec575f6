"""Outcomes over HTTP."""

from uuid import UUID

import structlog
from fastapi import APIRouter
from madoguchi_wire.adapter_api import Acknowledged, OutcomeStatement, SignedRequest
from madoguchi_wire.errors import (
    IssuanceClosed,
    SignatureRefused,
)
from madoguchi_wire.kit import telemetry
from madoguchi_wire.kit.json_route import JsonRoute

from municipal_adapter.documented import problems
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.outcomes.closing import Ending
from municipal_adapter.outcomes.evidence import (
    are_of_terminal,
    is_disputed,
    verified_reports,
    vouch,
)
from municipal_adapter.parts import Adapter, TheAdapter, TheMunicipality
from municipal_adapter.requests.issuance_id import check_same_issuance

_log = structlog.get_logger()
router = APIRouter(tags=["outcomes"], route_class=JsonRoute)


@router.post(
    "/v1/municipalities/{code}/issuances/{issuance}/outcome",
    summary="How an issuance ended, with the terminal's own reports",
    responses=problems(SignatureRefused, IssuanceClosed),
)
async def outcome(
    issuance: UUID, body: SignedRequest, municipality: TheMunicipality, adapter: TheAdapter
) -> Acknowledged:
    """Close the id; repeat until acknowledged. It may come before the prepare."""
    with telemetry.span("adapter.outcome", municipality=municipality.code):
        return await _close(issuance, body.request, municipality, adapter)


async def _close(
    issuance: UUID, token: str, municipality: Municipality, adapter: Adapter
) -> Acknowledged:
    now = adapter.clock.now()
    statement = municipality.gateway_requests.verified(OutcomeStatement, token, now)
    check_same_issuance(statement.issuance, issuance)
    reports = verified_reports(statement, adapter.trust.key_set, now)
    terminal = await municipality.closing.terminal_of(issuance)
    if terminal is not None and not are_of_terminal(reports, terminal):
        raise SignatureRefused("A report is of another terminal than the one that ordered.")
    vouched = vouch(reports, statement.outcome)
    await municipality.closing.close(
        Ending(issuance, statement.outcome, statement.reports, vouched, statement.decided_at)
    )
    _log.info("issuance_closed", issuance=statement.issuance, outcome=statement.outcome)
    if is_disputed(reports):
        # A person of the municipality has to look: the paper says which number and issuance.
        _log.error("paper_disputed", issuance=statement.issuance, municipality=municipality.code)
    return Acknowledged(issuance=statement.issuance, outcome=statement.outcome)
