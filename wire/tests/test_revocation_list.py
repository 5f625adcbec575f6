"""A revocation list is the authority's own and fresh, or nothing is known."""

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.card_certificates import RevocationList
from madoguchi_wire.errors import (
    CardCertificateOnHold,
    CardCertificateRevoked,
    RevocationUnknown,
)
from madoguchi_wire_testing.cast import NOW
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind

AUTHORITY = CardAuthoritySim.create("card", KeyKind.P_384, NOW)
GOOD, HELD, REVOKED, WITHOUT_REASON = 1, 2, 3, 4
AUTHORITY.hold(HELD, NOW)
AUTHORITY.revoke(REVOKED, NOW)
AUTHORITY.revoke(WITHOUT_REASON, NOW, x509.ReasonFlags.unspecified)
DER = AUTHORITY.crl(NOW)
LIST = RevocationList(DER, AUTHORITY.as_trusted())
DAY = timedelta(days=1)


def check(serial: int, at: datetime = NOW, maximum_age: timedelta = DAY) -> None:
    LIST.check(serial, at, maximum_age)


def test_a_card_that_is_not_listed_passes() -> None:
    check(GOOD)


def test_a_hold_and_a_revocation_are_told_apart() -> None:
    with pytest.raises(CardCertificateOnHold):
        check(HELD)
    for serial in (REVOKED, WITHOUT_REASON):
        with pytest.raises(CardCertificateRevoked):
            check(serial)


@pytest.mark.parametrize("serial", [GOOD, HELD, REVOKED])
@pytest.mark.parametrize(
    ("late", "maximum_age"),
    [
        (timedelta(hours=1, seconds=1), timedelta(hours=1)),
        (timedelta(hours=24, seconds=1), timedelta(days=7)),
        (timedelta(minutes=-5, seconds=-1), DAY),
    ],
    ids=["stale", "past its next update", "from the future"],
)
def test_a_list_out_of_its_time_says_nothing(
    serial: int, late: timedelta, maximum_age: timedelta
) -> None:
    with pytest.raises(RevocationUnknown):
        check(serial, NOW + late, maximum_age)


def test_a_list_is_used_up_to_its_age_and_a_little_before_its_issue() -> None:
    check(GOOD, NOW + timedelta(hours=1), timedelta(hours=1))
    check(GOOD, NOW + timedelta(hours=24), timedelta(days=7))
    check(GOOD, NOW - timedelta(minutes=5))


@pytest.mark.parametrize("name", [AUTHORITY.name, "another"])
@pytest.mark.parametrize("kind", KeyKind)
def test_a_list_of_another_authority_is_refused(name: str, kind: KeyKind) -> None:
    forged = CardAuthoritySim.create(name, kind, NOW).crl(NOW)
    with pytest.raises(RevocationUnknown):
        RevocationList(forged, AUTHORITY.as_trusted())


@given(st.integers(0, len(DER) - 1), st.integers(1, 255))
def test_what_the_authority_signed_cannot_be_changed(place: int, change: int) -> None:
    damaged = DER[:place] + bytes([DER[place] ^ change]) + DER[place + 1 :]
    try:
        RevocationList(damaged, AUTHORITY.as_trusted())
    except RevocationUnknown:
        return
    # The name of the algorithm stands a second time beside the signature, covered by nothing.
    found = x509.load_der_x509_crl(damaged)
    assert found.tbs_certlist_bytes == x509.load_der_x509_crl(DER).tbs_certlist_bytes


@given(st.binary(max_size=200))
def test_bytes_that_are_no_list_are_refused(data: bytes) -> None:
    with pytest.raises(RevocationUnknown):
        RevocationList(data, AUTHORITY.as_trusted())
