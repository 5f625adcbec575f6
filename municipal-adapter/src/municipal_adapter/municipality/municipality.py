"""One municipality of this process: its keys, records, claims and verifiers, apart from others'."""

from dataclasses import dataclass
from pathlib import Path

from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.revocation import Revocation
from madoguchi_wire.order import Kind

from municipal_adapter.certificates.content import Mayor, Office
from municipal_adapter.certificates.office_seal import office_seal
from municipal_adapter.claims.claims import Claims
from municipal_adapter.database.pool import Pool
from municipal_adapter.household.handles import Handles
from municipal_adapter.municipality.beacon import Beacons
from municipal_adapter.municipality.file import AdapterFile, KindRules
from municipal_adapter.outcomes.closing import Closing
from municipal_adapter.records.source import RecordSource
from municipal_adapter.requests.cardholder_request import CardholderRequests
from municipal_adapter.requests.gateway_request import GatewayRequests

_SECRET_BYTES = 32


@dataclass(frozen=True)
class Municipality:
    """A municipality that this process issues for."""

    file: AdapterFile
    pool: Pool
    records: RecordSource
    claims: Claims
    closing: Closing
    attestation_key: SigningKey
    beacons: Beacons
    handles: Handles
    gateway_requests: GatewayRequests
    cardholder_requests: CardholderRequests
    revocation: Revocation
    office: Office
    """As the issuer on its certificates."""

    @property
    def code(self) -> str:
        """The municipality's code."""
        return self.file.municipality

    def rules_of(self, kind: Kind) -> KindRules | None:
        """Return the rules of a kind; None if the municipality does not issue it."""
        return self.file.kinds.get(kind)


def office_of(file: AdapterFile) -> Office:
    """Return the office that an adapter file describes.

    Raises:
        ValueError: its official seal cannot be read.

    """
    mayors = tuple(Mayor(term.title, term.name, term.since) for term in file.mayors)
    if file.office_seal is None:
        return Office(file.name, mayors, office_seal(f"{file.name}長之印"))
    return Office(file.name, mayors, _read(file.office_seal))


def read_secret(path: Path) -> bytes:
    """Return the random bytes that a file holds.

    Raises:
        ValueError: fewer than 32, or no such file.

    """
    secret = _read(path)
    if len(secret) < _SECRET_BYTES:
        raise ValueError(f"{path}: must hold at least {_SECRET_BYTES} random bytes")
    return secret


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from None
