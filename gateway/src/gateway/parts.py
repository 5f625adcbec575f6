"""What the rooms of the gateway share, made once by `gateway.composition`."""

from dataclasses import dataclass

from fastapi import Request
from madoguchi_wire.card_certificates import CardVerifier
from madoguchi_wire.clock import Clock
from madoguchi_wire.keys import KeySet, SigningKey
from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.pool import Pool
from madoguchi_wire.kit.revocation import Revocation
from madoguchi_wire.kit.trust import Trust

from gateway.adapters.adapters import Adapters
from gateway.audit.backlogs import Backlogs
from gateway.audit.caller_failures import CallerFailures
from gateway.audit.trail import Trail
from gateway.cardholders.keys import CardholderKeys
from gateway.database.changes import Follower
from gateway.municipalities.beacons import Beacons
from gateway.municipalities.registry import MunicipalityRegistry
from gateway.settings import Settings
from gateway.stops.registry import StopRegistry
from gateway.terminals.rates import RequestRates
from gateway.terminals.registry import TerminalRegistry
from gateway.terminals.withdrawn import WithdrawnEnrolments


@dataclass(frozen=True)
class Gateway:
    """One replica of the gateway."""

    settings: Settings
    clock: Clock
    pool: Pool
    adapters: Adapters
    trust: Trust
    """`.key_set` and `.builds_of(municipality)` of the trust list in force."""
    withdrawn: WithdrawnEnrolments
    terminals: TerminalRegistry
    municipalities: MunicipalityRegistry
    stops: StopRegistry
    configuration: Follower
    """Keeps the registries fresh."""
    beacons: Beacons
    cards: CardVerifier
    revocation: Revocation
    request_key: SigningKey
    """Signs requests to adapters."""
    token_secret: bytes
    challenge_secret: bytes
    pseudonym_secret: bytes
    cardholder_keys: CardholderKeys
    rates: RequestRates
    """How often terminals ask in this minute."""
    trail: Trail
    failures: CallerFailures
    backlogs: Backlogs
    """Whether the audit trail is too far behind for anything new."""
    health: Health

    @property
    def terminal_keys(self) -> KeySet:
        """What terminals' signatures are judged by.

        Raises:
            ServiceUnavailable: the trust list has expired.

        """
        return self.trust.key_set.without(self.withdrawn.since)


async def get_gateway(request: Request) -> Gateway:
    """Return the gateway that serves this request (a FastAPI dependency).

    Asynchronous, because FastAPI would send a plain function to a thread for each request.
    """
    gateway: Gateway = request.app.state.gateway
    return gateway
