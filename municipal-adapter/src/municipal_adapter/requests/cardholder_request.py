"""What the cardholder signed: the session by the card, the order by the session's key.

Every check is made here again, because by law the municipality is the one that checks the card;
nothing that the gateway says about a card, a session or an order counts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from madoguchi_wire.card_certificates import CardVerifier
from madoguchi_wire.clock import Clock
from madoguchi_wire.errors import SessionExpired
from madoguchi_wire.kit.revocation import Revocation
from madoguchi_wire.kit.withdrawals import Withdrawals
from madoguchi_wire.order import (
    HouseholdRequest,
    Order,
    verified_household_request,
    verified_order,
)
from madoguchi_wire.session import (
    CLOCK_TOLERANCE,
    SessionVerifier,
    VerifiedSession,
    check_session_keys,
)
from madoguchi_wire.signed import unverified_payload

from municipal_adapter.municipality.beacon import Beacons

SIGNED_LIFETIME = timedelta(minutes=2)
"""From the session key's signature until we no longer act on it. Longer than any issuance's
deadline; without it a gateway could keep a signed order and use it another day."""


@dataclass(frozen=True)
class CardholderRequests:
    """Verifies what cardholders signed for one municipality."""

    municipality: str
    gateway: str
    clock: Clock
    withdrawals: Withdrawals
    cards: CardVerifier
    revocation: Revocation
    beacons: Beacons

    def order(self, session_token: str, order_token: str) -> tuple[VerifiedSession, Order]:
        """Return session and order, everything about them verified but their single use.

        Raises:
            SignatureRefused: form, terminal's enrolment or countersignature.
            CardRefused: chain, kind, time or signature of the card; revoked or on hold.
            RevocationUnknown: the revocation list is stale or unreachable.
            ServiceUnavailable: so is the list of withdrawn enrolments.
            SessionRefused: another gateway, municipality or beacon; too old.
            OrderNotOfSession: the session's key did not sign the order.

        """
        claimed = Order.parsed(unverified_payload(order_token)).ordered_at
        session = self._session(session_token, claimed)
        # From here on the session's key vouches for the moment that was only claimed before.
        return session, verified_order(order_token, session)

    def household(
        self, session_token: str, request_token: str
    ) -> tuple[VerifiedSession, HouseholdRequest]:
        """Return session and household request, verified like an order.

        Raises:
            MadoguchiError: as `order`.

        """
        claimed = HouseholdRequest.parsed(unverified_payload(request_token)).requested_at
        session = self._session(session_token, claimed)
        return session, verified_household_request(request_token, session)

    def _session(self, token: str, signed_at: datetime) -> VerifiedSession:
        """Verify a session as of the moment when its key signed: it may end during the work."""
        now = self.clock.now()
        if not -CLOCK_TOLERANCE <= now - signed_at <= SIGNED_LIFETIME:
            raise SessionExpired()
        moment = min(signed_at, now)
        verifier = SessionVerifier(self.gateway, self.withdrawals.key_set, self.cards)
        session = verifier.verify(token, self.municipality, moment)
        check_session_keys(session.statement)
        self.beacons.check(session.statement.beacon, moment, now)
        self.revocation.check(session.identity.authority, session.certificate.serial_number)
        return session
