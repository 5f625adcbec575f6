"""One municipality of this process: its keys, records, claims and verifiers, apart from others'."""

from dataclasses import dataclass

from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.pool import Pool
from madoguchi_wire.kit.revocation import Revocation
from madoguchi_wire.order import Kind

from municipal_adapter.cardholders.cardholders import Cardholders
from municipal_adapter.certificates.content import Office
from municipal_adapter.certificates.documents import Documents
from municipal_adapter.claims.claims import Claims
from municipal_adapter.evidence.store import EvidenceStore
from municipal_adapter.household.handles import Handles
from municipal_adapter.municipality.beacon import Beacons
from municipal_adapter.municipality.file import AdapterFile, KindRules
from municipal_adapter.officers.refusals import Refusals
from municipal_adapter.officers.stops import StopList
from municipal_adapter.outcomes.closing import Closing
from municipal_adapter.records.source import RecordSource
from municipal_adapter.requests.cardholder_request import CardholderRequests
from municipal_adapter.requests.gateway_request import GatewayRequests
from municipal_adapter.witness.witness import Witness


@dataclass(frozen=True)
class Municipality:
    """A municipality that this process issues for."""

    file: AdapterFile
    pool: Pool
    records: RecordSource
    cardholders: Cardholders
    claims: Claims
    evidence: EvidenceStore
    refusals: Refusals
    stops: StopList
    closing: Closing
    attestation_key: SigningKey
    beacons: Beacons
    handles: Handles
    gateway_requests: GatewayRequests
    cardholder_requests: CardholderRequests
    revocation: Revocation
    office: Office
    """As the issuer on its certificates."""
    documents: Documents
    """Makes and reads back its documents."""
    witness: Witness | None
    """Countersigns the centre's stamps; None: it is no witness."""

    @property
    def code(self) -> str:
        """The municipality's code."""
        return self.file.municipality

    def rules_of(self, kind: Kind) -> KindRules | None:
        """Return the rules of a kind; None if the municipality does not issue it."""
        return self.file.kinds.get(kind)
