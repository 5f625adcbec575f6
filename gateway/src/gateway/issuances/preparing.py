"""Preparing an accepted issuance: the adapter is asked, and what it returns is compared."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from madoguchi_wire.adapter_api import Prepared, PrepareStatement
from madoguchi_wire.attestation import (
    Attestation,
    Expected,
    check_ciphertext,
    verified_attestation,
)
from madoguchi_wire.encoding import from_base64url, sha256_hex
from madoguchi_wire.errors import (
    AdapterNonsense,
    AdapterTimeout,
    AttestationRefused,
    MadoguchiError,
    PrepareInProgress,
    PrepareTimeout,
    ReadBackFailed,
)
from madoguchi_wire.gateway_api import PlaceOrder
from madoguchi_wire.session import VerifiedSession
from madoguchi_wire.signed import token_digest

from gateway.adapters.adapters import Errand
from gateway.issuances import rows
from gateway.issuances.life import Cause, State
from gateway.issuances.moving import move, step
from gateway.issuances.quarantining import quarantine
from gateway.issuances.rows import Issuance
from gateway.municipalities.rules.builds import allowed_of
from gateway.municipalities.serving import at_present, lane_of
from gateway.parts import Gateway

DELIVERY_TIME = timedelta(minutes=10)
"""How long a prepared document waits for its terminal; several copies are sold one by one."""
_IN_PROGRESS_PAUSE_SECONDS = 0.2
MAXIMUM_NUMBER_CHARACTERS = 64
_DATABASE_PAUSE_SECONDS = 0.05
_ANOTHER = "Another document was attested for this issuance before: attestation."
_NO_ANSWER = "What came as the answer is none that an adapter gives."


@dataclass(frozen=True)
class Preparation:
    """What is needed to ask the adapter; the terminal sends it again with every retry."""

    body: PlaceOrder
    session: VerifiedSession
    adapters: tuple[str, ...]


async def prepare_all(
    gateway: Gateway, preparation: Preparation, issuances: list[Issuance]
) -> None:
    """Bring each accepted issuance to prepared, refused, expired or quarantined, side by side."""
    accepted = [issuance for issuance in issuances if issuance.state is State.ACCEPTED]
    ended = await asyncio.gather(
        *(_prepare(gateway, preparation, issuance) for issuance in accepted),
        return_exceptions=True,
    )
    for fault in ended:
        if fault is not None:
            raise fault


async def _prepare(gateway: Gateway, preparation: Preparation, issuance: Issuance) -> None:
    try:
        prepared = await _asked(gateway, preparation, issuance)
        await _take(gateway, preparation, issuance, prepared)
    except (AttestationRefused, ReadBackFailed) as error:
        await quarantine(gateway, issuance, error)
    except AdapterTimeout:
        # Our timer may ring a moment before the database, which judges, has reached the deadline.
        await asyncio.sleep(_DATABASE_PAUSE_SECONDS)
        await _end(gateway, issuance, (State.EXPIRED, Cause.DEADLINE), PrepareTimeout())
    except MadoguchiError as error:
        await _end(gateway, issuance, (State.REFUSED, Cause.ADAPTER), error)


async def _asked(gateway: Gateway, preparation: Preparation, issuance: Issuance) -> Prepared:
    path = f"/v1/municipalities/{issuance.municipality}/issuances/{issuance.issuance_id}/prepare"
    while True:
        now = gateway.clock.now()
        statement = PrepareStatement(
            issuance=str(issuance.issuance_id),
            municipality=issuance.municipality,
            session=preparation.body.signed_session,
            order=preparation.body.order,
            copy_number=issuance.copy_number,
            accepted_on=issuance.accepted_on,
            requested_at=now,
            deadline=issuance.deadline,
        )
        left = (issuance.deadline - now).total_seconds()
        if left <= 0:
            raise AdapterTimeout()
        request = statement.signed_by(gateway.request_key)
        try:
            return await gateway.adapters.ask(
                lane_of(issuance.municipality, test=issuance.test),
                Errand.WORK,
                preparation.adapters,
                path,
                request,
                Prepared,
                left,
            )
        except PrepareInProgress:
            await asyncio.sleep(_IN_PROGRESS_PAUSE_SECONDS)
        except AdapterNonsense as error:
            if error.as_answer:
                raise AttestationRefused(_NO_ANSWER) from error
            raise


async def _take(
    gateway: Gateway, preparation: Preparation, issuance: Issuance, prepared: Prepared
) -> None:
    ciphertext = from_base64url(prepared.ciphertext)
    attestation = await _compared(gateway, preparation.session, issuance, prepared.attestation)
    check_ciphertext(attestation, ciphertext)
    now = gateway.clock.now()
    changes = {
        "attestation": prepared.attestation,
        "certificate_number": attestation.certificate_number,
        "pages": attestation.pages,
        "document_sha256": attestation.document_sha256,
        "ciphertext_sha256": attestation.ciphertext_sha256,
        "deadline": min(attestation.expires_at, now + DELIVERY_TIME),
    }
    # Digests only: what a municipality writes in its own words stays in the attestation.
    data = {
        "attestation_sha256": token_digest(prepared.attestation),
        "document_sha256": attestation.document_sha256,
        "ciphertext_sha256": attestation.ciphertext_sha256,
        "pages": attestation.pages,
        "build": attestation.build,
        "templates": attestation.templates,
        "fonts": attestation.fonts,
        "records_version_sha256": sha256_hex(attestation.records_version.encode()),
    }
    taken = step(
        issuance,
        State.PREPARED,
        Cause.ADAPTER,
        source=gateway.settings.name,
        now=now,
        data=data,
        changes=changes,
        ciphertext=ciphertext,
    )
    if not await move(gateway.pool, taken):
        # The deadline passed, or another replica was faster: then it belongs to nobody.
        await _check_same(gateway, issuance, prepared)


async def _check_same(gateway: Gateway, issuance: Issuance, prepared: Prepared) -> None:
    held = await rows.find(gateway.pool, issuance.issuance_id, issuance.terminal)
    # The attestation names the digests of document and ciphertext: where it is the same, all is.
    if held is not None and held.attestation not in (None, prepared.attestation):
        raise AttestationRefused(_ANOTHER, proven=True)


async def _compared(
    gateway: Gateway, session: VerifiedSession, issuance: Issuance, token: str
) -> Attestation:
    expected = Expected(
        issuance=str(issuance.issuance_id),
        order=issuance.order_digest,
        session=issuance.session_digest,
        copy_number=issuance.copy_number,
        municipality=issuance.municipality,
        kind=issuance.kind,
        card_certificate=session.certificate_der,
        allowed_builds=await _allowed_builds(gateway, issuance),
        asked_at=issuance.accepted_at,
        test=issuance.test,
    )
    now = gateway.clock.now()
    attestation = verified_attestation(token, gateway.trust.key_set, expected, now)
    number = attestation.certificate_number
    if not number.isprintable() or len(number) > MAXIMUM_NUMBER_CHARACTERS:
        what = "The attestation differs from what was asked: certificate_number."
        raise AttestationRefused(what, proven=True)
    return attestation


async def _allowed_builds(gateway: Gateway, issuance: Issuance) -> frozenset[str]:
    present = await at_present(gateway, issuance.municipality, test=issuance.test)
    return allowed_of(gateway.trust.builds_of(issuance.municipality), present.body.builds)


async def _end(
    gateway: Gateway,
    issuance: Issuance,
    way: tuple[State, Cause],
    error: MadoguchiError,
) -> None:
    ended = step(
        issuance,
        *way,
        source=gateway.settings.name,
        now=gateway.clock.now(),
        data={"problem": error.slug},
        changes={"problem": error.slug},
    )
    await move(gateway.pool, ended)
