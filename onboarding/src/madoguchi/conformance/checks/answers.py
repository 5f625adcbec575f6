"""The answer: the attestation, the seal, the pages, and whose paper it is."""

from datetime import UTC, datetime, timedelta

from checker.evidence.papers import squeezed
from madoguchi_wire.attestation import MAXIMUM_LIFETIME
from madoguchi_wire.encoding import from_base64url
from madoguchi_wire.order import ResidentRecordOptions, SealRegistrationOptions
from madoguchi_wire.sealing import SealingSuite

from madoguchi.conformance.centre.people import ADDRESS, HOLDER, HONSEKI, PEOPLE, Person
from madoguchi.conformance.paper import Paper
from madoguchi.conformance.sitting import Sitting
from madoguchi.conformance.verdicts import Failed

_SALT_BYTES = 16
_TOLERANCE = timedelta(seconds=30)


async def attested(at: Sitting) -> None:
    """Compare each field with what was asked, as gateway and terminal do."""
    (await at.paper()).check_attested(at.centre)


async def sealed(at: Sitting) -> None:
    """Open it as the terminal does."""
    (await at.paper()).document()


async def pages(at: Sitting) -> None:
    """Read each page as the terminal does."""
    (await at.paper()).check_pages()


async def person(at: Sitting) -> None:
    """Read who is on the paper."""
    check_people(await at.paper(), (HOLDER,))


def check_people(paper: Paper, wanted: tuple[Person, ...]) -> None:
    """Pass if these people of the records are on a paper, and no others.

    Raises:
        Failed: others are; the words name nobody.

    """
    text = paper.text()
    there = {one for one in PEOPLE if squeezed(one.name) in text}
    if missing := len(set(wanted) - there):
        raise Failed(f"{len(wanted)} people by name", f"{missing} of them missing")
    if others := len(there - set(wanted)):
        raise Failed("nobody else", f"{others} other people of the records")
    if squeezed(ADDRESS) not in text:
        raise Failed("the address of the records", "no such text")


async def build(at: Sitting) -> None:
    """Compare the build with the trust list's."""
    named, allowed = (await at.paper()).claimed.build, at.centre.subject.build
    if named != allowed:
        raise Failed(f"the build {allowed}", named[:100])


async def times(at: Sitting) -> None:
    """Compare its times with the present."""
    claimed, now = (await at.paper()).claimed, datetime.now(UTC)
    lifetime = claimed.expires_at - claimed.issued_at
    if not timedelta(0) < lifetime <= MAXIMUM_LIFETIME:
        raise Failed("good for up to 15 minutes", f"for {lifetime.total_seconds():.0f} s")
    asked_at = (await at.paper()).expected(claimed.build).asked_at
    if not asked_at - _TOLERANCE <= claimed.issued_at <= now + _TOLERANCE:
        seen = f"{(claimed.issued_at - asked_at).total_seconds():.0f} s after it"
        raise Failed("issued_at at the moment of the order", seen)


async def salted(at: Sitting) -> None:
    """Compare the salts of two attestations about one card."""
    salts = {(await at.paper()).claimed.card_salt, (await at.issued()).claimed.card_salt}
    if len(salts) != 2 or any(len(from_base64url(salt)) < _SALT_BYTES for salt in salts):
        raise Failed("a fresh salt of 16 bytes or more", "the same twice, or a short one")


async def hybrid(at: Sitting) -> None:
    """Ask for a paper in a session of the other suite."""
    visit = await at.visit(suite=SealingSuite.MLKEM768_X25519)
    (await at.issued(visit=visit)).check_pages()


async def seal_registration(at: Sitting) -> None:
    """Ask for the other kind."""
    paper = await at.issued(SealRegistrationOptions())
    paper.check_attested(at.centre)
    paper.check_pages()
    check_people(paper, (HOLDER,))


async def options(at: Sitting) -> None:
    """Order 住民票の写し with 本籍, and look whether it is on the one without."""
    without = squeezed(HONSEKI) in (await at.paper()).text()
    with_ = squeezed(HONSEKI) in (await at.issued(ResidentRecordOptions(honseki=True))).text()
    if without or not with_:
        seen = "on the paper without" if without else "missing on the paper with it"
        raise Failed("本籍 where it was ordered", seen)


CHECKS = {
    "AD-60": attested,
    "AD-61": sealed,
    "AD-62": pages,
    "AD-63": person,
    "AD-64": build,
    "AD-65": times,
    "AD-66": salted,
    "AD-67": hybrid,
    "AD-68": seal_registration,
    "AD-69": options,
}
