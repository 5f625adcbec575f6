"""What the municipalities of a process share where it is the same for each: made once.

Keys, records, claims and evidence are never shared. One process may serve a village or all of a
prefecture's towns.
"""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import aiohttp
from cryptography.hazmat.primitives.serialization import Encoding
from madoguchi_wire.clock import Clock
from madoguchi_wire.kit.card_authorities import AcceptedAuthority
from madoguchi_wire.kit.revocation import Revocation

from municipal_adapter.certificates.workers import RenderWorkers
from municipal_adapter.inputs import OwnInputs

_Lists = tuple[tuple[str, ...], int, float]


class Shared:
    """Renderers and revocation lists by what they are made of."""

    def __init__(self, http: aiohttp.ClientSession, clock: Clock, workers: int) -> None:
        """Begin with nothing.

        Args:
            http: fetches revocation lists.
            clock: tells their age.
            workers: threads of each set of renderers.

        """
        self._http, self._clock, self._workers = http, clock, workers
        self._renderers: dict[tuple[Path | None, str], RenderWorkers] = {}
        self._lists: dict[_Lists, Revocation] = {}

    def renderers(self, own: OwnInputs) -> RenderWorkers:
        """Return the renderers of these templates and fonts."""
        made_of = (own.file.templates, own.fonts.fingerprint)
        if made_of not in self._renderers:
            self._renderers[made_of] = RenderWorkers(own.file.templates, self._workers, own.fonts)
        return self._renderers[made_of]

    def revocation(self, own: OwnInputs) -> Revocation:
        """Return the revocation lists of these authorities, fetched and aged in this way."""
        file, authorities = own.file, own.authorities
        by = (
            tuple(_told(one) for one in authorities),
            file.crl_maximum_age_seconds,
            file.crl_refresh_seconds,
        )
        if by not in self._lists:
            age = timedelta(seconds=file.crl_maximum_age_seconds)
            self._lists[by] = Revocation(authorities, self._http, self._clock, age)
        return self._lists[by]

    @property
    def revocations(self) -> list[tuple[float, Revocation]]:
        """All revocation lists, each with the seconds after which it is fetched again."""
        return [(seconds, revocation) for (_, _, seconds), revocation in self._lists.items()]

    def close(self) -> None:
        """Wait for documents in work and end the threads."""
        for renderers in self._renderers.values():
            renderers.close()


def _told(accepted: AcceptedAuthority) -> str:
    """Return what makes an accepted authority this one."""
    authority = accepted.authority
    certificate = sha256(authority.certificate.public_bytes(Encoding.DER)).hexdigest()
    return f"{authority.name} {certificate} {authority.policy.dotted_string} {accepted.crl}"
