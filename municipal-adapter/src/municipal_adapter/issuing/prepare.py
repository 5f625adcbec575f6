"""Preparing one copy: claim, person, rules, document, read-back, attestation, seal."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import structlog
from madoguchi_wire.adapter_api import Prepared, WithheldStatement
from madoguchi_wire.errors import (
    IssuanceClosed,
    IssuanceExpired,
    PersonRefused,
    PrepareInProgress,
    ReadBackFailed,
    SessionRefused,
)

from municipal_adapter.claims.claim import Answer, Lease
from municipal_adapter.claims.claims import Claims
from municipal_adapter.issuing.attest import attested
from municipal_adapter.issuing.content import Resolving
from municipal_adapter.issuing.document import Making
from municipal_adapter.issuing.judging import Judging
from municipal_adapter.issuing.paper import paper_digest
from municipal_adapter.issuing.person import asker_of, refuse
from municipal_adapter.issuing.refusing import told_outside
from municipal_adapter.issuing.steady_refusal import steady_refusal, step_of
from municipal_adapter.issuing.until import until
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.parts import Adapter
from municipal_adapter.requests.prepare_request import PrepareRequest, verified_prepare
from municipal_adapter.rules.reasons import RefusalReason

_log = structlog.get_logger()
_FINAL = (PersonRefused, ReadBackFailed, SessionRefused)
"""Refusals that are kept, so that a repeat gets the same one; above all, trying again after a
certificate failed its own check must not print it (domain §0.3)."""


async def prepare(
    adapter: Adapter, municipality: Municipality, issuance: UUID, token: str
) -> Prepared:
    """Return the answer to a signed request to prepare: the same bytes for the same issuance.

    Whoever repeats it is judged again first, as records and registrations change meanwhile.

    Raises:
        MadoguchiError: what was verified does not hold (`verified_prepare`), the copy is taken
            (`Claims.claim`), or the municipality's rules refuse (`Making.document`).

    """
    request = verified_prepare(token, issuance, municipality, adapter.clock.now())
    try:
        return await _prepared(adapter, municipality, request)
    except ReadBackFailed as failed:
        # Signed, so that the centre can hold others with the same build on more than hearsay.
        withheld = WithheldStatement(
            issuance=str(issuance),
            municipality=municipality.code,
            build=adapter.build,
            found_at=adapter.clock.now(),
        )
        evidence = withheld.signed_by(municipality.attestation_key)
        raise ReadBackFailed(failed.detail, evidence) from None


async def _prepared(
    adapter: Adapter, municipality: Municipality, request: PrepareRequest
) -> Prepared:
    async with steady_refusal(step_of(municipality.file.records)):
        async with told_outside(municipality, request.kind, request.issuance, None):
            found = await municipality.claims.claim(request.copy)
        late, now = IssuanceExpired(), adapter.clock.now()
        if isinstance(found, Answer):
            async with until(request.deadline, now, late):
                await _judge_again(adapter, municipality, request, found)
            return found.prepared()
        async with _under(found, municipality.claims), until(request.deadline, now, late):
            answer = await _kept(adapter, municipality, request, found)
            _log.info(
                "issuance_prepared",
                issuance=str(request.issuance),
                municipality=municipality.code,
            )
    return answer.prepared()


async def _judge_again(
    adapter: Adapter, municipality: Municipality, request: PrepareRequest, answer: Answer
) -> None:
    """Pass if the records of today release what was prepared before, and still say the same."""
    judging = await _judging(adapter, municipality, request)
    asker = judging.asker
    async with (
        told_outside(municipality, request.kind, request.issuance, asker.resident_id),
        municipality.records.snapshot() as snapshot,
    ):
        resolved = await Resolving(judging, answer.certificate_number).resolved(snapshot)
        if paper_digest(resolved.wanted) != answer.paper:
            refuse(RefusalReason.CHANGED, asker)


async def _kept(
    adapter: Adapter, municipality: Municipality, request: PrepareRequest, lease: Lease
) -> Answer:
    """Make the document and keep its answer, which is the moment when it is released."""
    judging = await _judging(adapter, municipality, request)
    asker = judging.asker
    async with told_outside(municipality, request.kind, request.issuance, asker.resident_id):
        making = Making(adapter, Resolving(judging, lease.certificate_number))
        document, concern = await making.document()
        now = adapter.clock.now()
        if now > request.deadline:
            raise IssuanceExpired()
        answer = attested(document, request, municipality.attestation_key, now)
        await municipality.claims.answer(lease, answer, concern)
    return answer


async def _judging(
    adapter: Adapter, municipality: Municipality, request: PrepareRequest
) -> Judging:
    asker = await asker_of(
        municipality,
        request.session,
        request.accepted_on,
        request.rules.minimum_age,
        adapter.clock.now(),
    )
    return Judging(municipality, request, asker)


@asynccontextmanager
async def _under(lease: Lease, claims: Claims) -> AsyncGenerator[None]:
    """Keep a refusal; after any other fault let the next try have the claim at once."""
    try:
        yield
    except _FINAL as refusal:
        await claims.refuse(lease, refusal)
        _log.info("issuance_refused", issuance=str(lease.issuance), problem=refusal.slug)
        raise
    except (IssuanceClosed, PrepareInProgress):
        raise
    except Exception:
        await claims.release(lease)
        raise
