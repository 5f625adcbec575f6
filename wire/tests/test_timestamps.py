"""Time stamps of a real (local) authority hold for their stamp, and for nothing else."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeyPurpose, KeySet
from madoguchi_wire.stamp_chain import ChainRules, verify_chain
from madoguchi_wire.stamps import StampRecord
from madoguchi_wire.timestamps import TimestampRequest, verified_timestamp
from madoguchi_wire_testing.cast import GATEWAY, trusted
from madoguchi_wire_testing.stamped import (
    STAMPING_KEY,
    WITNESS_KEYS,
    Stamping,
    digests_of,
    record_of,
    stamped,
)
from madoguchi_wire_testing.timestamp_authority import TimestampAuthority

RECORDS = stamped([digests_of(1, 2), digests_of(3)])
FIRST, SECOND = (record.stamp for record in RECORDS)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TimestampAuthority:
    return TimestampAuthority.make(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def roots(authority: TimestampAuthority) -> Sequence[x509.Certificate]:
    return authority.roots


@pytest.fixture(scope="module")
def token(authority: TimestampAuthority) -> bytes:
    return authority.token(FIRST)


def test_it_tells_when(token: bytes, roots: Sequence[x509.Certificate]) -> None:
    told = verified_timestamp(token, FIRST, roots)
    assert abs((datetime.now(UTC) - told).total_seconds()) < 60


def test_of_another_stamp_another_request_or_another_authority_it_is_refused(
    authority: TimestampAuthority,
    token: bytes,
    roots: Sequence[x509.Certificate],
    tmp_path: Path,
) -> None:
    with pytest.raises(SignatureRefused):
        verified_timestamp(token, SECOND, roots)
    request, again = TimestampRequest(FIRST), TimestampRequest(FIRST)
    with pytest.raises(SignatureRefused, match="Nonce"):
        again.token_in(authority.answer(request.body), roots)
    other = TimestampAuthority.make(tmp_path)
    with pytest.raises(SignatureRefused):
        request.token_in(other.answer(request.body), roots)
    with pytest.raises(SignatureRefused):
        verified_timestamp(token, FIRST, [])


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_byte_of_what_is_signed_can_be_changed(
    data: st.DataObject, token: bytes, roots: Sequence[x509.Certificate]
) -> None:
    told = verified_timestamp(token, FIRST, roots)
    changed = bytearray(token)
    changed[data.draw(st.integers(0, len(token) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(SignatureRefused):
        # Bytes that nobody signs (an unused certificate's, say) may be any.
        assert verified_timestamp(bytes(changed), FIRST, roots) == told


@given(st.binary(max_size=200))
def test_what_is_no_token_is_refused(token_like: bytes) -> None:
    with pytest.raises(SignatureRefused):
        verified_timestamp(token_like, FIRST, [])


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (["now", "now", "now"], None),
        (["untimed", "now", "now"], None),
        (["now", "untimed", "now"], "stamp 2: timestamp-missing"),
        (["now", "two days ago", "now"], "stamp 2: timestamp-late"),
        (["now", "in an hour"], "stamp 2: timestamp-early"),
        (["now", "exchanged"], "stamp 2: timestamp-refused"),
    ],
    ids=["all timed", "timed since the second", "one lacks", "late", "early", "exchanged"],
)
def test_a_chain_is_held_to_what_its_authority_said(
    authority: TimestampAuthority, made: list[str], fault: str | None
) -> None:
    now = datetime.now(UTC)
    times = {"two days ago": now - timedelta(days=2), "in an hour": now + timedelta(hours=1)}
    stamping = Stamping()
    records: list[StampRecord] = []
    for number, how in enumerate(made):
        stamp = stamping.stamp(digests_of(number), times.get(how, now))
        timed = stamping.stamps[0] if how == "exchanged" else stamp
        token = None if how == "untimed" else to_base64url(authority.token(timed))
        record = record_of(stamp, digests_of(number))
        records.append(record.model_copy(update={"timestamp": token}))
    rules = ChainRules(GATEWAY, _keys_of(now), timestamp_roots=(*authority.roots,))
    verdict = verify_chain(records, rules)
    told = [text for text in map(str, verdict.faults) if "time-runs-back" not in text]
    assert [text.startswith(fault or "none") for text in told] == ([] if fault is None else [True])
    assert verify_chain(records[-1:], rules, start=verdict.end).end.is_timed


def _keys_of(now: datetime) -> KeySet:
    """Return the keys of the stamped history as good at the time of this machine's clock."""
    days = {"not_before": now - timedelta(days=9), "not_after": now + timedelta(days=9)}
    witnesses = [
        trusted(key, KeyPurpose.COUNTERSIGNING, code) for code, key in WITNESS_KEYS.items()
    ]
    keys = [trusted(STAMPING_KEY, KeyPurpose.STAMPING, GATEWAY), *witnesses]
    return KeySet([key.model_copy(update=days) for key in keys])
