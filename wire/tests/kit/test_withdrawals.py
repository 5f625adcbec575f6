"""Which enrolments were withdrawn is known from a registrar's current list, or nobody is let in."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography.hazmat.primitives import serialization
from madoguchi_wire.clock import ManualClock
from madoguchi_wire.enrolment import Enrolment, verified_enrolment
from madoguchi_wire.errors import ServiceUnavailable, SignatureRefused
from madoguchi_wire.keys import KeyPurpose, SigningKey
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.kit.withdrawals import Withdrawals
from madoguchi_wire.trust_list import TrustList
from madoguchi_wire.withdrawn import Withdrawn, WithdrawnList
from madoguchi_wire_testing.cast import (
    ENROLMENT,
    GATEWAY,
    ICHIKAWA,
    ICHIKAWA_KEY,
    MILLISECOND,
    NOW,
    REGISTRAR,
    trusted,
)

HOUR = timedelta(hours=1)
ID = Enrolment.verified(ENROLMENT, REGISTRAR.private.public_key()).enrolment
ROOT = SigningKey.generate()
Say = Callable[..., None]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
async def withdrawals(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Withdrawals]:
    """Those of a process that trusts one registrar."""
    trust_list = TrustList(
        version=1,
        environment="development",
        issued_at=NOW - HOUR,
        expires_at=NOW + 20 * HOUR,
        keys=(
            trusted(REGISTRAR, KeyPurpose.ENROLMENT, GATEWAY),
            trusted(ICHIKAWA_KEY, KeyPurpose.ATTESTATION, ICHIKAWA),
        ),
        builds=(),
    )
    (tmp_path / "trust-list.jws").write_text(trust_list.signed_by(ROOT))
    public = ROOT.private.public_key()
    (tmp_path / "root.pem").write_bytes(
        public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    trust = Trust(tmp_path / "trust-list.jws", tmp_path / "root.pem", "development", clock)
    async with aiohttp.ClientSession() as http:
        yield Withdrawals(str(tmp_path / "withdrawn.jws"), http, trust, clock)


@pytest.fixture
def say(tmp_path: Path) -> Say:
    """A function that writes the list."""

    def say(number: int, *withdrawn: str, by: SigningKey = REGISTRAR) -> None:
        said = WithdrawnList(
            number=number,
            issued_at=NOW - MILLISECOND,
            expires_at=NOW + HOUR,
            withdrawn=tuple(Withdrawn(enrolment=one, since=NOW) for one in withdrawn),
        )
        (tmp_path / "withdrawn.jws").write_text(said.signed_by(by))

    return say


async def is_in(withdrawals: Withdrawals) -> bool:
    await withdrawals.refresh()
    try:
        verified_enrolment(ENROLMENT, withdrawals.key_set, NOW)
    except SignatureRefused:
        return False
    return True


async def test_without_a_list_nobody_is_let_in(withdrawals: Withdrawals) -> None:
    await withdrawals.refresh()
    assert "no current list of withdrawn enrolments" in str(withdrawals.fault())
    with pytest.raises(ServiceUnavailable):
        _ = withdrawals.key_set


async def test_the_newest_list_counts_whatever_comes_later(
    withdrawals: Withdrawals, say: Say
) -> None:
    say(1)
    assert await is_in(withdrawals)
    say(3, ID)
    assert not await is_in(withdrawals)
    say(2)
    assert not await is_in(withdrawals)
    say(4)
    assert await is_in(withdrawals)


async def test_only_a_registrars_own_list_counts(withdrawals: Withdrawals, say: Say) -> None:
    say(1, ID)
    assert not await is_in(withdrawals)
    forger = SigningKey(SigningKey.generate().private, REGISTRAR.kid)
    for by in (SigningKey.generate(), forger, ICHIKAWA_KEY, ROOT):
        say(2, by=by)
        assert not await is_in(withdrawals)


async def test_an_old_list_lets_nobody_in(
    withdrawals: Withdrawals, say: Say, clock: ManualClock
) -> None:
    say(1)
    await withdrawals.refresh()
    clock.advance(HOUR)
    assert withdrawals.fault() is None
    clock.advance(MILLISECOND)
    assert withdrawals.fault() is not None
    with pytest.raises(ServiceUnavailable):
        _ = withdrawals.key_set
