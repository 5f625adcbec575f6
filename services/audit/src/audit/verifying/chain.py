"""The chain of stamps, judged part by part, so that years of it need no more memory than a day."""

from collections.abc import Sequence
from datetime import datetime

from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.signed import unverified_payload
from madoguchi_wire.stamp_chain import ChainPoint, ChainRules, SeenToTheEnd, verify_chain
from madoguchi_wire.stamps import Head, StampRecord

from audit.verifying.faults import Fault

_PART = 2000


class ChainInParts:
    """Takes stamps in their order; `finish` holds the end against the witnesses.

    Args:
        rules: whose keys count.
        start: what is taken for verified.
        heads: what witnesses say they saw last.
        moment: as of when the end is claimed.

    """

    def __init__(
        self, rules: ChainRules, start: ChainPoint, heads: Sequence[str], moment: datetime
    ) -> None:
        self._rules = rules
        self._heads = [(_number(head), head) for head in heads]
        self._part: list[StampRecord] = []
        self.seen = SeenToTheEnd(heads, rules, moment)
        self.end = start
        self.faults: list[Fault] = []
        self.stamps = self.timed = 0

    def add(self, number: int, stamped_at: datetime | None, record: StampRecord) -> None:
        """Add the next stamp; a moment that cannot be read makes it refused anyway."""
        if len(self._part) == _PART:
            reached = self.end.number + _PART
            self._judge([head for number, head in self._heads if number <= reached])
            self._heads = [one for one in self._heads if one[0] > reached]
        self._part.append(record)
        if stamped_at is not None:
            self.seen.add(number, stamped_at)

    def finish(self) -> None:
        """Judge the rest, and the end."""
        self._judge([head for _, head in self._heads])
        self.faults += map(Fault.of, self.seen.finish(self.end.number))

    def _judge(self, heads: Sequence[str]) -> None:
        found = verify_chain(self._part, self._rules, start=self.end, heads=heads)
        self.faults += map(Fault.of, found.faults)
        self.stamps += found.stamps
        self.timed += sum(record.timestamp is not None for record in self._part)
        self.end = found.end
        self._part.clear()


def _number(head: str) -> int:
    try:
        return Head.parsed(unverified_payload(head)).number
    except SignatureRefused:
        return 0  # with the first part, where it is refused
