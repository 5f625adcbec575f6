"""A municipality's adapter as a witness: it countersigns what continues the chain that it knows."""

from collections.abc import Sequence

import aiohttp
from madoguchi_wire.adapter_api import Countersigned
from madoguchi_wire.encoding import strict_json
from madoguchi_wire.errors import AdapterFailed, AdapterNonsense, SignatureRefused
from madoguchi_wire.kit.bounded import read_at_most
from madoguchi_wire.kit.problems import error_of
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.stamps import verified_countersignature
from pydantic import ValidationError

from stamper.evidence import Bare, StampEvidence

_MOST_BYTES = 64 * 1024


class AskedWitness:
    """The witness of one municipality."""

    def __init__(
        self,
        municipality: str,
        address: str,
        centre: str,
        *,
        http: aiohttp.ClientSession,
        trust: Trust,
        evidence: StampEvidence,
    ) -> None:
        self._municipality, self._address, self._centre = municipality, address, centre
        self._http, self._trust, self._evidence = http, trust, evidence

    @property
    def name(self) -> str:
        """The municipality's code."""
        return self._municipality

    async def lacking(self, after: int) -> Sequence[Bare]:
        """Return the next stamps that it has not countersigned."""
        return await self._evidence.unsigned(self._municipality, after)

    async def ask(self, stamp: Bare) -> None:
        """Have a stamp countersigned.

        Raises:
            MadoguchiError: it refuses, or what it signed is not this stamp.
            aiohttp.ClientError, TimeoutError: it does not answer.

        """
        token = await self._countersignature(stamp.token)
        said = verified_countersignature(token, self._trust.key_set)
        expected = (self._municipality, self._centre, stamp.number, stamp.digest, stamp.total)
        if (said.municipality, said.centre, said.number, said.stamp, said.total) != expected:
            raise SignatureRefused("It countersigned something else than was shown.")
        await self._evidence.countersigned(stamp.number, self._municipality, token)

    async def _countersignature(self, stamp: str) -> str:
        which = {"municipality": self._municipality}
        async with self._http.post(
            f"{self._address}/v1/stamps",
            params=which,
            json={"stamp": stamp},
            allow_redirects=False,
        ) as answer:
            body = await read_at_most(answer, _MOST_BYTES)
            if answer.status != 200:
                raise error_of(_json(body)) or AdapterFailed(f"It answers {answer.status}.")
        try:
            return Countersigned.model_validate_json(body).countersignature
        except ValidationError:
            raise AdapterNonsense() from None


def _json(body: bytes) -> object:
    try:
        return strict_json(body)
    except ValueError:
        return None
