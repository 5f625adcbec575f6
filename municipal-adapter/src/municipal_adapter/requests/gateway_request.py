"""The gateway's own signature on what it asks. It says who asks, and nothing about a card."""

from datetime import datetime, timedelta
from typing import TypeVar

from madoguchi_wire.adapter_api import HouseholdStatement, OutcomeStatement, PrepareStatement
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeyPurpose
from madoguchi_wire.kit.trust import Trust

REQUEST_LIFETIME = timedelta(seconds=60)
CLOCK_TOLERANCE = timedelta(seconds=30)
_S = TypeVar("_S", HouseholdStatement, OutcomeStatement, PrepareStatement)


class GatewayRequests:
    """Verifies requests that the centre's gateway signed for one municipality."""

    def __init__(self, gateway: str, municipality: str, trust: Trust) -> None:
        self._gateway = gateway
        self._municipality = municipality
        self._trust = trust

    def verified(self, kind: type[_S], token: str, at: datetime) -> _S:
        """Return the statement.

        Raises:
            SignatureRefused: not this gateway's, for another municipality, or from the future.

        """
        _, key = self._trust.key_set.find(
            kind.kid_of(token), KeyPurpose.GATEWAY_REQUEST, at, owner=self._gateway
        )
        statement = kind.verified(token, key)
        if statement.municipality != self._municipality:
            raise SignatureRefused("The request was signed for another municipality.")
        return statement

    def check_fresh(self, requested_at: datetime, at: datetime) -> None:
        """Pass if the request was signed just now.

        Raises:
            SignatureRefused: older than a minute, or from the future.

        """
        if not -CLOCK_TOLERANCE <= at - requested_at <= REQUEST_LIFETIME:
            raise SignatureRefused("The request was not signed just now: sign it again.")
