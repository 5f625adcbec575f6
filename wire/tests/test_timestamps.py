"""Time stamps of a real (local) authority hold for their stamp, and for nothing else."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.stamp_chain import ChainRules, verify_chain
from madoguchi_wire.timestamps import TimestampRequest, verified_timestamp
from madoguchi_wire_testing.cast import GATEWAY
from madoguchi_wire_testing.stamped import STAMP_KEYS, digests_of, stamped
from madoguchi_wire_testing.timestamp_authority import TimestampAuthority

RECORDS = stamped([digests_of(1, 2), digests_of(3)])
FIRST, SECOND = (record.stamp for record in RECORDS)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TimestampAuthority:
    return TimestampAuthority.make(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def roots(authority: TimestampAuthority) -> Sequence[x509.Certificate]:
    return [x509.load_pem_x509_certificate(authority.root.read_bytes())]


@pytest.fixture(scope="module")
def token(authority: TimestampAuthority, roots: Sequence[x509.Certificate]) -> bytes:
    request = TimestampRequest(FIRST)
    return request.token_in(authority.answer(request.body), roots)


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


def test_a_chain_tells_time_stamps_that_lack_or_do_not_hold(
    token: bytes, roots: Sequence[x509.Certificate]
) -> None:
    rules = ChainRules(GATEWAY, STAMP_KEYS, timestamp_roots=(*roots,), timestamps_needed=True)
    both = [record.model_copy(update={"timestamp": to_base64url(token)}) for record in RECORDS]
    faults = [str(fault) for fault in verify_chain(both, rules).faults]
    assert len(faults) == 1
    assert faults[0].startswith("stamp 2: timestamp-refused: The time stamp does not hold")
    bare = verify_chain([both[0], RECORDS[1]], rules).faults
    assert [str(fault) for fault in bare] == [
        "stamp 2: timestamp-missing: no authority signed its time"
    ]
