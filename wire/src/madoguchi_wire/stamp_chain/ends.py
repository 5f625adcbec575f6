"""Whether enough witnesses say, as of the moment of the question, that they saw no more."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from madoguchi_wire.clock import instant_text
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.stamp_chain.faults import ChainFault, ChainFaultName
from madoguchi_wire.stamp_chain.rules import ChainRules
from madoguchi_wire.stamps import Head, verified_head

HEAD_TOLERANCE = timedelta(minutes=5)
"""A head may be so much older than the moment: what was cut off since would not show."""


class SeenToTheEnd:
    """Takes each stamp that is kept; `finish` tells whether the end is vouched for.

    Args:
        tokens: heads; those that are refused are told by `verify_chain`, and count for nothing.
        rules: whose keys count, and how many municipalities are needed.
        moment: of which the end is claimed; heads of long before it do not count.

    """

    def __init__(self, tokens: Sequence[str], rules: ChainRules, moment: datetime) -> None:
        self._needed = rules.needed
        self._moment = moment
        self._heads = [head for token in tokens for head in _of_centre(token, rules)]
        self._counted = [one for one in self._heads if one.as_of >= moment - HEAD_TOLERANCE]

    @property
    def heads(self) -> Sequence[Head]:
        """The heads that count, so far."""
        return self._counted

    def add(self, number: int, stamped_at: datetime) -> None:
        """Take a stamp: a witness that should have seen it, and did not, says nothing of it."""
        self._counted = [
            one for one in self._counted if number <= one.number or stamped_at > one.as_of
        ]

    def finish(self, last: int) -> Iterator[ChainFault]:
        """Find that fewer municipalities than needed vouch for the end."""
        told = {head.municipality for head in self._counted}
        if len(told) >= self._needed:
            return
        others = "".join(
            f"; {head.municipality} saw stamp {head.number} as of {instant_text(head.as_of)}"
            for head in self._heads
            if head.municipality not in told
        )
        what = (
            f"{len(told)} municipalities say what they saw last as of {instant_text(self._moment)},"
            f" {self._needed} are needed: the end may be cut{others}"
        )
        yield ChainFault(ChainFaultName.HEADS_MISSING, last, what)


def _of_centre(token: str, rules: ChainRules) -> Iterator[Head]:
    try:
        head = verified_head(token, rules.keys)
    except SignatureRefused:
        return
    if head.centre == rules.centre:
        yield head
