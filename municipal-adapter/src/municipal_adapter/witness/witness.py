"""One municipality's witness: verifies stamps of its centre, keeps them, countersigns them."""

from datetime import timedelta

import structlog
from madoguchi_wire.clock import Clock
from madoguchi_wire.errors import NoStampYet, SignatureRefused, StampConflict
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.stamps import Countersignature, verified_stamp

from municipal_adapter.witness.book import Refused, WitnessBook
from municipal_adapter.witness.chain import Seen

CLOCK_TOLERANCE = timedelta(seconds=30)
_log = structlog.get_logger()


class Witness:
    """Signs with a key of the municipality that the centre does not have."""

    def __init__(
        self,
        municipality: str,
        centre: str,
        key: SigningKey,
        book: WitnessBook,
        trust: Trust,
        clock: Clock,
    ) -> None:
        self._municipality, self._centre = municipality, centre
        self._key, self._book, self._trust, self._clock = key, book, trust, clock

    async def countersign(self, token: str) -> str:
        """Return the countersignature of a stamp that continues what was seen here.

        Raises:
            SignatureRefused: it is no stamp of this municipality's centre, or of the future.
            StampConflict: it does not continue the chain; officers are told.

        """
        stamp = verified_stamp(token, self._trust.key_set, self._centre)
        if stamp.stamped_at > self._clock.now() + CLOCK_TOLERANCE:
            raise SignatureRefused("The stamp is from the future: compare the clocks.")
        added = await self._book.add(stamp, token)
        if isinstance(added, Refused):
            # A person of the municipality has to look: `witness` lists what was seen.
            _log.error(
                "stamp_conflict",
                municipality=self._municipality,
                centre=self._centre,
                number=stamp.number,
                why=added.why,
            )
            raise StampConflict(f"{StampConflict.advice} Here: {added.why}.")
        return self._signed(added)

    async def head(self) -> str:
        """Return a fresh countersignature of the newest stamp that was seen here.

        Raises:
            NoStampYet: there is none.

        """
        head = await self._book.head()
        if head is None:
            raise NoStampYet()
        return self._signed(head)

    def _signed(self, seen: Seen) -> str:
        said = Countersignature(
            municipality=self._municipality,
            centre=self._centre,
            number=seen.number,
            stamp=seen.digest,
            total=seen.total,
            seen_at=self._clock.now(),
        )
        return said.signed_by(self._key)
