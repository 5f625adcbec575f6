"""RFC 3161 time stamps over stamps: an authority outside everything says that one existed then.

The certificates of the authority have to be valid at the time that it names, not when the time
stamp is looked at, so that evidence outlives them.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from madoguchi_wire.errors import SignatureRefused

REQUEST_TYPE, ANSWER_TYPE = "application/timestamp-query", "application/timestamp-reply"
_GRANTED = bytes.fromhex("3003020100")
"""PKIStatusInfo of an answer that holds a token, DER."""


class TimestampRequest:
    """What is sent to an authority for one stamp; the answer must be to this very request."""

    def __init__(self, stamp: str) -> None:
        self._stamp = stamp
        builder = TimestampRequestBuilder().data(stamp.encode("ascii"))
        self._request = builder.hash_algorithm(HashAlgorithm.SHA256).build()

    @property
    def body(self) -> bytes:
        """The TimeStampReq, DER."""
        return self._request.as_bytes()

    def token_in(self, answer: bytes, roots: Sequence[x509.Certificate]) -> bytes:
        """Return the time-stamp token (DER) of an authority's answer.

        Raises:
            SignatureRefused: it is of nobody below `roots`, or not to this request.

        """
        response = _decoded(answer)
        _verify(response, self._stamp, roots, self._request.nonce)
        return response.time_stamp_token()


def verified_timestamp(token: bytes, stamp: str, roots: Sequence[x509.Certificate]) -> datetime:
    """Return when the authority saw a stamp's token, from its time-stamp token (DER).

    Raises:
        SignatureRefused: it is of nobody below `roots`, or over something else.

    """
    response = _decoded(_sequence(_GRANTED + token))
    _verify(response, stamp, roots, None)
    return response.tst_info.gen_time


def read_roots(path: Path) -> tuple[x509.Certificate, ...]:
    """Read the root certificates of an authority.

    Raises:
        ValueError: the file holds none.

    """
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except ValueError:
        raise ValueError(f"{path}: holds no certificate: give the authority's roots, PEM") from None


def _decoded(answer: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(answer)
    except ValueError as error:
        raise SignatureRefused("This is no answer of a time-stamp authority.") from error


def _verify(
    response: TimeStampResponse,
    stamp: str,
    roots: Sequence[x509.Certificate],
    nonce: int | None,
) -> None:
    try:
        verifier = VerifierBuilder(roots=[*roots], nonce=nonce).build()
        verifier.verify_message(response, stamp.encode("ascii"))
    except (VerificationError, ValueError) as error:
        raise SignatureRefused(f"The time stamp does not hold: {error}") from error


def _sequence(content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return b"\x30" + bytes([size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return b"\x30" + bytes([0x80 | len(octets)]) + octets + content
