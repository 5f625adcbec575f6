"""A centre that stamps, honestly or not, and shows its stamps to a witness."""

from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from madoguchi_wire.clock import instant_text
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.signed import token_digest
from madoguchi_wire.stamps import NO_STAMP, Stamp

from municipal_adapter_testing.asking import Answered
from municipal_adapter_testing.centre import GATEWAY


@dataclass
class StampingCentre:
    """The newest stamp of a chain; `stamp` makes the next."""

    key: SigningKey
    number: int = 0
    previous: str = NO_STAMP
    total: int = 0

    def stamp(self, **changes: object) -> str:
        """Return the next stamp of the chain, but for what a liar alters in it."""
        honest: dict[str, object] = {
            "centre": GATEWAY,
            "number": self.number + 1,
            "previous": self.previous,
            "events": 2,
            "total": self.total + 2,
            "root": "a" * 64,
            "stamped_at": datetime.now(UTC),
        }
        # What is altered is not validated: a liar signs what no honest centre could.
        return Stamp.model_validate(honest).model_copy(update=changes).signed_by(self.key)

    def goes_on(self, token: str) -> None:
        """Take a stamp as the newest."""
        made = Stamp.verified(token, self.key.private.public_key())
        self.number, self.previous, self.total = made.number, token_digest(token), made.total


@dataclass(frozen=True)
class AskedWitness:
    """One witness of a running adapter."""

    http: aiohttp.ClientSession
    address: str
    municipality: str | None

    async def show(self, token: str) -> Answered:
        """Show a stamp."""
        body = {"stamp": token}
        async with self.http.post(
            f"{self.address}/v1/stamps", json=body, params=self._which
        ) as answer:
            return await _answered(answer)

    async def head(self, as_of: datetime | str | None = None) -> Answered:
        """Ask for its head, as of a moment or of what is spelt like one."""
        spelt = instant_text(as_of) if isinstance(as_of, datetime) else as_of
        asked = self._which if spelt is None else self._which | {"as_of": spelt}
        async with self.http.get(f"{self.address}/v1/stamps/head", params=asked) as answer:
            return await _answered(answer)

    @property
    def _which(self) -> dict[str, str]:
        return {} if self.municipality is None else {"municipality": self.municipality}


async def _answered(answer: aiohttp.ClientResponse) -> Answered:
    return Answered(answer.status, await answer.read(), await answer.json(content_type=None))
