"""The challenge that a card signs into its session: made and checked without being stored."""

import hmac
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from madoguchi_wire.encoding import canonical_json, from_base64url, to_base64url
from madoguchi_wire.errors import ChallengeRefused

LIFETIME = timedelta(minutes=5)
_RANDOM_BYTES = 16
_TIME_BYTES = 8
_MAC_BYTES = 32


@dataclass(frozen=True)
class Shown:
    """What a challenge is shown with, and so what a session has to say beside it."""

    terminal: str
    municipality: str
    beacon: str


def new_challenge(secret: bytes, shown: Shown, now: datetime) -> str:
    """Return a fresh challenge for one menu, good for `LIFETIME`."""
    body = secrets.token_bytes(_RANDOM_BYTES) + int(now.timestamp() * 1000).to_bytes(_TIME_BYTES)
    return to_base64url(body + _mac(secret, shown, body))


def check_challenge(challenge: str, secret: bytes, shown: Shown, now: datetime) -> None:
    """Pass if it is ours, was shown with exactly this, and is not too old.

    That it is used once is kept by a unique column where the session is opened.

    Raises:
        ChallengeRefused: otherwise.

    """
    try:
        raw = from_base64url(challenge)
    except ValueError as error:
        raise ChallengeRefused() from error
    body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if len(body) != _RANDOM_BYTES + _TIME_BYTES:
        raise ChallengeRefused()
    if not hmac.compare_digest(mac, _mac(secret, shown, body)):
        raise ChallengeRefused()
    age_ms = now.timestamp() * 1000 - int.from_bytes(body[_RANDOM_BYTES:])
    # Another replica may be a little ahead of us: no replica is ready if it is off by 2 s.
    if not -2000 <= age_ms <= LIFETIME / timedelta(milliseconds=1):
        raise ChallengeRefused()


def _mac(secret: bytes, shown: Shown, body: bytes) -> bytes:
    scope = canonical_json(asdict(shown))
    return hmac.digest(secret, b"madoguchi/challenge/v1\n" + body + scope, "sha256")
