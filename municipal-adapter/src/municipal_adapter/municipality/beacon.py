"""The municipality's beacon: a value nobody can know before its minute.

The card signs it with the session, so a session cannot have been signed before the beacon's
minute. Replicas share the key, and so give out and accept the same beacons without talking.
"""

import hashlib
import hmac
from datetime import UTC, datetime

from madoguchi_wire.adapter_api import Beacon
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.errors import BeaconRefused

PAST_MINUTES = 6
"""A menu is shown up to a minute, its session lives 5: the sixth minute back is the oldest."""
_MINUTE_S = 60


class Beacons:
    """Makes and recognises the beacons of one municipality."""

    def __init__(self, municipality: str, key: bytes) -> None:
        self._municipality = municipality
        self._key = key

    def current(self, at: datetime) -> Beacon:
        """Return the beacon of the minute of `at`."""
        minute = _minute(at)
        end = datetime.fromtimestamp((minute + 1) * _MINUTE_S, UTC)
        return Beacon(beacon=self._of(minute), good_until=end)

    def check(self, beacon: str, signed_at: datetime, now: datetime) -> None:
        """Pass if the beacon is of the 6 minutes before `signed_at`, or of any minute up to now.

        Args:
            beacon: what the card signed.
            signed_at: when the session's key signed what is asked for, at most now.
            now: the present.

        Raises:
            BeaconRefused: another municipality's, too old, from the future, or made up.

        """
        given = beacon.encode()
        minutes = range(_minute(signed_at) - PAST_MINUTES, _minute(now) + 1)
        known = [hmac.compare_digest(self._of(minute).encode(), given) for minute in minutes]
        if not any(known):
            raise BeaconRefused()

    def _of(self, minute: int) -> str:
        said = f"madoguchi/beacon/v1\n{self._municipality}\n{minute}".encode()
        return to_base64url(hmac.digest(self._key, said, hashlib.sha256))


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // _MINUTE_S
