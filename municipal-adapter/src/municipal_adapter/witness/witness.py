"""One municipality's witness: verifies stamps of its centre, keeps them, countersigns them."""

from datetime import datetime, timedelta

import structlog
from madoguchi_wire.clock import Clock
from madoguchi_wire.errors import InvalidFields, NoStampYet, SignatureRefused, StampConflict
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.stamps import Countersignature, Head, verified_stamp

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

    async def head(self, as_of: datetime | None = None) -> str:
        """Say what was seen here last as of a moment, by default of now.

        Raises:
            NoStampYet: there is none.
            InvalidFields: the moment is still to come: nobody may have the end vouched for before.

        """
        now = self._clock.now()
        if as_of is not None and as_of > now + CLOCK_TOLERANCE:
            raise InvalidFields("as_of is still to come: compare the clocks.")
        head = await (self._book.head() if as_of is None else self._book.head_as_of(as_of))
        if head is None:
            raise NoStampYet()
        said = Head(
            municipality=self._municipality,
            centre=self._centre,
            number=head.number,
            stamp=head.digest,
            total=head.total,
            as_of=as_of or now,
        )
        return said.signed_by(self._key)

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
