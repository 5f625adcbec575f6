"""The challenge that a card signs into its session: made and checked without being stored."""

import hmac
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from madoguchi_wire.encoding import canonical_json, from_base64url, to_base64url
from madoguchi_wire.errors import ChallengeRefused

LIFETIME = timedelta(minutes=5)
_RANDOM_BYTES = 16
_TIME_BYTES = 8
_VERSION_BYTES = 4
_MAC_BYTES = 32
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Shown:
    """What a challenge is shown with, and so what a session has to say beside it."""

    terminal: str
    municipality: str
    beacon: str


@dataclass(frozen=True)
class MenuOfChallenge:
    """Which menu a challenge came with: its prices are those of the session."""

    shown_at: datetime
    configuration_version: int


def new_challenge(secret: bytes, shown: Shown, version: int, now: datetime) -> str:
    """Return a fresh challenge for one menu of a configuration version, good for `LIFETIME`."""
    milliseconds = (now - _EPOCH) // _MILLISECOND
    body = secrets.token_bytes(_RANDOM_BYTES)
    body += milliseconds.to_bytes(_TIME_BYTES) + version.to_bytes(_VERSION_BYTES)
    return to_base64url(body + _mac(secret, shown, body))


def check_challenge(challenge: str, secret: bytes, shown: Shown, now: datetime) -> MenuOfChallenge:
    """Return its menu, if it is ours, was shown with exactly this, and is not too old.

    That it is used once is kept by a unique column where the session is opened.

    Raises:
        ChallengeRefused: otherwise.

    """
    try:
        raw = from_base64url(challenge)
    except ValueError as error:
        raise ChallengeRefused() from error
    body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if len(body) != _RANDOM_BYTES + _TIME_BYTES + _VERSION_BYTES:
        raise ChallengeRefused()
    if not hmac.compare_digest(mac, _mac(secret, shown, body)):
        raise ChallengeRefused()
    milliseconds = int.from_bytes(body[_RANDOM_BYTES:-_VERSION_BYTES])
    shown_at = _EPOCH + milliseconds * _MILLISECOND
    # Another replica may be a little ahead of us: no replica is ready if it is off by 2 s.
    if not timedelta(seconds=-2) <= now - shown_at <= LIFETIME:
        raise ChallengeRefused()
    return MenuOfChallenge(shown_at, int.from_bytes(body[-_VERSION_BYTES:]))


def _mac(secret: bytes, shown: Shown, body: bytes) -> bytes:
    scope = canonical_json(asdict(shown))
    return hmac.digest(secret, b"madoguchi/challenge/v1\n" + body + scope, "sha256")
