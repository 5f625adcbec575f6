"""Judges stamps in the order in which they are kept."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from madoguchi_wire import merkle
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.signed import token_digest
from madoguchi_wire.stamp_chain.faults import ChainFault, ChainFaultName
from madoguchi_wire.stamp_chain.rules import BEGINNING, ChainPoint, ChainRules
from madoguchi_wire.stamp_chain.times import check_timestamp
from madoguchi_wire.stamp_chain.witnesses import Heads, check_countersignatures
from madoguchi_wire.stamps import Stamp, StampRecord, verified_stamp

_N = ChainFaultName


@dataclass(frozen=True)
class ChainVerdict:
    """What was found."""

    faults: tuple[ChainFault, ...]
    stamps: int
    """How many were judged."""
    end: ChainPoint
    """The last one in the chain: where a later look may begin, if nothing is wrong."""

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify_chain(
    records: Iterable[StampRecord],
    rules: ChainRules,
    *,
    start: ChainPoint = BEGINNING,
    heads: Sequence[str] = (),
) -> ChainVerdict:
    """Judge stamps as they are kept, first to last.

    Args:
        records: read once, one after another.
        rules: whose keys count, and what is needed.
        start: what was verified before them.
        heads: tokens of `Head`, of what witnesses saw last; without them nobody can tell that the
            end was cut off. Whether they are enough is for `SeenToTheEnd`.

    """
    chain, witnesses = _Chain(rules, start), Heads(heads, rules)
    faults: list[ChainFault] = [*witnesses.compare(start)]
    stamps = 0
    for record in records:
        stamps += 1
        faults += chain.add(record)
        faults += witnesses.compare(chain.end)
    faults += witnesses.compare_end(chain.end)
    return ChainVerdict(tuple(faults), stamps, chain.end)


class _Chain:
    def __init__(self, rules: ChainRules, start: ChainPoint) -> None:
        self._rules = rules
        self.end = start
        self._stamped_at: datetime | None = None

    def add(self, record: StampRecord) -> Iterator[ChainFault]:
        before = self.end
        expected = before.number + 1
        try:
            stamp = verified_stamp(record.stamp, self._rules.keys, self._rules.centre)
        except SignatureRefused as error:
            # Whatever stands there, the next cannot be held to it.
            self.end = ChainPoint(expected, None, None, before.is_timed)
            yield ChainFault(_N.STAMP_REFUSED, expected, error.detail)
            return
        if stamp.number < expected:
            what = f"it comes after stamp {before.number}"
            yield ChainFault(_N.STAMP_OUT_OF_ORDER, stamp.number, what)
            return
        if stamp.number > expected:
            what = f"after stamp {expected - 1} comes stamp {stamp.number}"
            yield ChainFault(_N.STAMP_MISSING, expected, what)
            self.end = ChainPoint(stamp.number - 1, None, None, before.is_timed)
        yield from self._check_place(stamp)
        is_timed = before.is_timed or record.timestamp is not None
        self.end = ChainPoint(stamp.number, token_digest(record.stamp), stamp.total, is_timed)
        self._stamped_at = stamp.stamped_at
        yield from _check_leaves(stamp, record.leaves)
        yield from check_countersignatures(stamp, record, self._rules)
        yield from check_timestamp(stamp, record, self._rules, before)

    def _check_place(self, stamp: Stamp) -> Iterator[ChainFault]:
        before = self.end
        if before.digest is not None and stamp.previous != before.digest:
            what = "the stamp that it names as the one before it is not there"
            yield ChainFault(_N.CHAIN_BROKEN, stamp.number, what)
        if before.total is not None and stamp.total != before.total + stamp.events:
            what = f"{before.total} events and {stamp.events} are not {stamp.total}"
            yield ChainFault(_N.TOTAL_WRONG, stamp.number, what)
        if self._stamped_at is not None and stamp.stamped_at < self._stamped_at:
            yield ChainFault(_N.TIME_RUNS_BACK, stamp.number, "it is older than the one before it")


def _check_leaves(stamp: Stamp, leaves: Sequence[str]) -> Iterator[ChainFault]:
    if len(leaves) != stamp.events:
        what = f"{stamp.events} events were stamped, {len(leaves)} are listed"
        yield ChainFault(_N.ROOT_WRONG, stamp.number, what)
    elif merkle.root(leaves) != stamp.root:
        what = "the listed events, in this order, are not those that were stamped"
        yield ChainFault(_N.ROOT_WRONG, stamp.number, what)
    elif len(set(leaves)) != len(leaves):
        yield ChainFault(_N.EVENT_TWICE, stamp.number, "one event was stamped twice")
