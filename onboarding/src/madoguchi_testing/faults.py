"""Faults that an adapter may have, each by the name that it is known by in this trade."""

import asyncio
import itertools
import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from madoguchi.conformance.centre.people import HOLDER, PROTECTED, TEST, WITHOUT_SEAL
from madoguchi.conformance.visit import Visit
from madoguchi_wire.adapter_api import HouseholdStatement, SealedHousehold
from madoguchi_wire.attestation import card_commitment
from madoguchi_wire.encoding import from_base64url, to_base64url
from madoguchi_wire.order import (
    Household,
    HouseholdMember,
    ResidentRecordOptions,
    order_digest,
)
from madoguchi_wire.sealing import document_info, household_info, seal
from madoguchi_wire.session import SignedSession
from madoguchi_wire.signed import token_digest, unverified_payload
from store_terminal_sim.testing.plain_pdf import certificate_pdf

from madoguchi_testing.spoiling import Answer, Ask, Fault

_SALT = b"0123456789abcdef"


def _prepare(spoil: Fault) -> Fault:
    """Return a fault that spoils prepares alone."""

    async def fault(ask: Ask) -> Answer:
        return await (spoil(ask) if ask.errand == "prepare" else ask.answered())

    return fault


def _attests(**says: object) -> Fault:
    async def spoil(ask: Ask) -> Answer:
        answer = await ask.answered()
        return ask.reattested(answer, **says) if answer.status == 200 else answer

    return _prepare(spoil)


async def says_yes(ask: Ask) -> Answer:
    """Refuse nothing: what cannot be done is answered as it was for somebody else."""
    answer = await ask.answered()
    kept = ask.spoiler.kept
    if answer.status == 200:
        kept[ask.errand] = answer
        return answer
    return kept.get(ask.errand, Answer(200, b"{}", "application/json"))


async def says_no(ask: Ask) -> Answer:
    """Refuse everything, but for the beacon."""
    if ask.errand == "beacon":
        return await ask.answered()
    problem = {
        "type": "/problems/internal-error",
        "title": "no",
        "title_ja": "no",
        "status": 500,
        "detail": "no",
        "detail_ja": "no",
        "retryable": False,
    }
    return Answer(500, json.dumps(problem).encode(), "application/problem+json")


NONSENSE = (
    b"",
    b"null",
    b"[]",
    b"{",
    b'{"attestation": 1, "ciphertext": 2}',
    b'{"attestation": "a.b.c", "ciphertext": "AA"}',
    b'{"attestation": "e30.e30.e30", "ciphertext": "AA"}',
    b'{"type": "/problems/\xe3\x81\x82", "status": "x"}',
    b'{"ciphertext": "AA"}',
    b'{"issuance": null, "outcome": []}',
    b"<html>\xff</html>",
)


def says_nonsense(status: int, media_type: str) -> Fault:
    """Return a fault: bodies that mean nothing, in turns, with a status and a media type."""
    bodies = itertools.cycle(NONSENSE)

    async def fault(ask: Ask) -> Answer:
        if ask.errand == "beacon":
            return await ask.answered()
        return Answer(status, next(bodies), media_type)

    return fault


async def another_persons_paper(ask: Ask) -> Answer:
    """Put the next one's paper under this one's attestation and seal (domain F1)."""
    visit = await ask.spoiler.sitting.visit(WITHOUT_SEAL.card)
    return await _paper_of(ask, visit, ResidentRecordOptions())


async def more_people_than_ordered(ask: Ask) -> Answer:
    """Print the whole household where one person was ordered."""
    sitting = ask.spoiler.sitting
    visit = await sitting.visit()
    household = await sitting.opened_household(visit)
    handles = tuple(one.handle for one in household.members)
    return await _paper_of(ask, visit, ResidentRecordOptions(members=handles))


async def _paper_of(ask: Ask, visit: Visit, options: ResidentRecordOptions) -> Answer:
    """Answer with what somebody else gets, attested and sealed as if it were what was asked."""
    order, issuance = visit.order(options), ask.statement.issuance
    other = await ask.spoiler.sitting.prepare(visit, order, issuance)
    if other.status != 200:
        return await ask.answered()
    theirs = Answer(200, other.body, other.media_type)
    info = document_info(issuance, order_digest(order))
    document = visit.opening_key.open(from_base64url(theirs.prepared.ciphertext), info)
    signed = SignedSession.parsed(unverified_payload(ask.statement.session))
    commitment = card_commitment(_SALT, from_base64url(signed.card_certificate))
    return ask.resealed(
        theirs,
        document,
        order=order_digest(ask.statement.order),
        session=token_digest(ask.statement.session),
        card_salt=to_base64url(_SALT),
        card_commitment=commitment,
    )


async def a_page_of_another(ask: Ask) -> Answer:
    """Print another issuance's id."""
    answer = await ask.answered()
    return (
        ask.resealed(answer, certificate_pdf(str(uuid4()), 1)) if answer.status == 200 else answer
    )


async def sealed_for_another(ask: Ask) -> Answer:
    """Seal to the right key, for another issuance."""
    answer, issuance = await ask.answered(), ask.statement.issuance
    if answer.status != 200:
        return answer
    return ask.resealed(answer, certificate_pdf(issuance, 1), str(uuid4()))


async def made_anew(ask: Ask) -> Answer:
    """Seal the answer of a repeat anew."""
    answer, issuance = await ask.answered(), ask.statement.issuance
    if answer.status != 200:
        return answer
    return ask.resealed(answer, certificate_pdf(issuance, 1))


async def same_salt(ask: Ask) -> Answer:
    """Commit to the card under a salt that everybody knows."""
    answer = await ask.answered()
    if answer.status != 200:
        return answer
    signed = SignedSession.parsed(unverified_payload(ask.statement.session))
    commitment = card_commitment(_SALT, from_base64url(signed.card_certificate))
    return ask.reattested(answer, card_salt=to_base64url(_SALT), card_commitment=commitment)


async def long_lived(ask: Ask) -> Answer:
    """Attest for an hour."""
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    return await _attests(expires_at=expires_at)(ask)


async def any_signature(ask: Ask) -> Answer:
    """Do what any signed request says, whoever signed it."""
    spoiler = ask.spoiler
    body = {"request": ask.statement.signed_by(spoiler.centre.keys["gateway"])}
    return await ask.answered(json.dumps(body).encode())


async def any_fields(ask: Ask) -> Answer:
    """Pass over fields that nobody described."""
    try:
        body = {"request": json.loads(ask.body)["request"]}
    except (ValueError, KeyError):
        return await ask.answered()
    return await ask.answered(json.dumps(body).encode())


async def plain_problems(ask: Ask) -> Answer:
    """Tell problems in JSON of one's own."""
    answer = await ask.answered()
    if answer.status == 200:
        return answer
    return replace(answer, body=b'{"error": "refused"}', media_type="application/json")


async def tells_of_protection(ask: Ask) -> Answer:
    """Tell the protected something else than the others."""
    answer = await ask.answered()
    if answer.slug != "come-to-the-counter" or not _is_of(ask, PROTECTED.card):
        return answer
    told = json.loads(answer.body) | {"detail": "Please see the head of the office."}
    return replace(answer, body=json.dumps(told).encode())


async def slow_for_the_protected(ask: Ask) -> Answer:
    """Look twice where somebody is protected."""
    answer = await ask.answered()
    if answer.slug == "come-to-the-counter" and _is_of(ask, PROTECTED.card):
        await asyncio.sleep(0.4)
    return answer


def _is_of(ask: Ask, card: str) -> bool:
    signed = SignedSession.parsed(unverified_payload(ask.statement.session))
    return from_base64url(signed.card_certificate) == ask.spoiler.centre.cards[card].certificate


async def a_beacon_for_each(ask: Ask) -> Answer:
    """Hand out a beacon of this replica alone."""
    answer = await ask.answered()
    if ask.errand != "beacon" or answer.status != 200:
        return answer
    told = json.loads(answer.body) | {"beacon": to_base64url(secrets.token_bytes(32))}
    return replace(answer, body=json.dumps(told).encode())


async def acknowledges_another(ask: Ask) -> Answer:
    """Acknowledge an outcome that was not told."""
    answer = await ask.answered()
    if ask.errand != "outcome" or answer.status != 200:
        return answer
    told = json.loads(answer.body) | {"outcome": "voided"}
    return replace(answer, body=json.dumps(told).encode())


async def handles_for_ever(ask: Ask) -> Answer:
    """Name members by a number that is the same in each session."""
    names = ("見本 太郎", "見本 花子", "見本 桃子")
    return await _household(ask, Household(members=tuple(map(_member, names))))


async def a_household_of_two(ask: Ask) -> Answer:
    """Forget the child."""
    return await _household(ask, Household(members=(_member("見本 太郎"), _member("見本 花子"))))


def _member(name: str) -> HouseholdMember:
    first = name == "見本 太郎"
    handle = to_base64url(name.encode())
    return HouseholdMember(handle=handle, name=name, relationship="?", is_cardholder=first)


async def _household(ask: Ask, household: Household) -> Answer:
    answer = await ask.answered()
    if ask.errand != "household" or answer.status != 200:
        return answer
    payload = unverified_payload(json.loads(ask.body)["request"])
    statement = HouseholdStatement.parsed(payload)
    session = SignedSession.parsed(unverified_payload(statement.session)).statement
    digests = token_digest(statement.session), token_digest(statement.household_request)
    sealed = seal(
        household.model_dump_json().encode(),
        from_base64url(session.sealing_key),
        session.sealing_suite,
        household_info(*digests),
    )
    body = SealedHousehold(ciphertext=to_base64url(sealed)).model_dump_json().encode()
    return replace(answer, body=body)


async def tests_for_anybody(ask: Ask) -> Answer:
    """Give whoever comes to a test terminal what they would get elsewhere."""
    return await _anyway(ask, HOLDER.card)


async def tests_anywhere(ask: Ask) -> Answer:
    """Give the test record at any terminal a paper that could be taken for a real one."""
    return await _anyway(ask, TEST.card)


async def _anyway(ask: Ask, card: str) -> Answer:
    answer = await ask.answered()
    if answer.slug != "come-to-the-counter" or not _is_of(ask, card):
        return answer
    visit = await ask.spoiler.sitting.visit()
    other = await ask.spoiler.sitting.prepare(visit, visit.order())
    return Answer(other.status, other.body, other.media_type)


FAULTS: Mapping[str, tuple[Fault, str]] = {
    "the next person's paper": (_prepare(another_persons_paper), "AD-63"),
    "more people than ordered": (_prepare(more_people_than_ordered), "AD-63"),
    "an attestation of another issuance": (_attests(issuance=str(uuid4())), "AD-60"),
    "an attestation of another order": (_attests(order="0" * 64), "AD-60"),
    "an attestation of another session": (_attests(session="0" * 64), "AD-60"),
    "a document that is not the attested one": (_attests(document_sha256="0" * 64), "AD-62"),
    "a page of another issuance": (_prepare(a_page_of_another), "AD-62"),
    "sealed for another issuance": (_prepare(sealed_for_another), "AD-61"),
    "another build than the approved one": (_attests(build="0" * 64), "AD-64"),
    "good for an hour": (_prepare(long_lived), "AD-65"),
    "the same salt for everybody": (_prepare(same_salt), "AD-66"),
    "made anew at each repeat": (_prepare(made_anew), "AD-50"),
    "any signature of a gateway": (_prepare(any_signature), "AD-10"),
    "a key of any purpose": (_prepare(any_signature), "AD-11"),
    "fields that nobody described": (_prepare(any_fields), "AD-05"),
    "problems in words of its own": (plain_problems, "AD-03"),
    "another answer for the protected": (_prepare(tells_of_protection), "AD-80"),
    "more time for the protected": (_prepare(slow_for_the_protected), "AD-81"),
    "test papers that say that they are none": (_attests(test=False), "AD-84"),
    "anybody's papers at a test terminal": (_prepare(tests_for_anybody), "AD-85"),
    "papers of a test record anywhere": (_prepare(tests_anywhere), "AD-86"),
    "a beacon for each replica": (a_beacon_for_each, "AD-01"),
    "an outcome that was not told": (acknowledges_another, "AD-90"),
    "handles for ever": (handles_for_ever, "AD-71"),
    "a member forgotten": (a_household_of_two, "AD-70"),
}
"""By name: what is wrong, and the requirement that must fail."""
