"""What witnesses signed beside a stamp, and what they say today of the whole chain."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.signed import token_digest
from madoguchi_wire.stamp_chain.faults import ChainFault, ChainFaultName
from madoguchi_wire.stamp_chain.rules import ChainPoint, ChainRules
from madoguchi_wire.stamps import (
    Countersignature,
    Head,
    Stamp,
    StampRecord,
    verified_countersignature,
    verified_head,
)

_N = ChainFaultName


def check_countersignatures(
    stamp: Stamp, record: StampRecord, rules: ChainRules
) -> Iterator[ChainFault]:
    """Find countersignatures of a stamp that do not hold, or too few that do."""
    digest, signed = token_digest(record.stamp), set[str]()
    for token in record.countersignatures:
        try:
            said = verified_countersignature(token, rules.keys)
        except SignatureRefused as error:
            yield ChainFault(_N.COUNTERSIGNATURE_REFUSED, stamp.number, error.detail)
            continue
        if (said.centre, said.number) != (stamp.centre, stamp.number):
            what = f"it is for stamp {said.number} of {said.centre}"
            yield _about(_N.COUNTERSIGNATURE_REFUSED, stamp.number, said, what)
        elif (said.stamp, said.total) != (digest, stamp.total):
            what = "it signed another stamp of this number"
            yield _about(_N.HISTORY_REWRITTEN, stamp.number, said, what)
        else:
            signed.add(said.municipality)
    if len(signed) < rules.needed:
        what = f"{len(signed)} municipalities signed it, {rules.needed} are needed"
        yield ChainFault(_N.COUNTERSIGNATURES_MISSING, stamp.number, what)


class Heads:
    """What witnesses give as the newest stamp that they have seen."""

    def __init__(self, tokens: Sequence[str], rules: ChainRules) -> None:
        self._at: defaultdict[int, list[Head]] = defaultdict(list)
        self._refused: list[str] = []
        for token in tokens:
            try:
                said = verified_head(token, rules.keys)
            except SignatureRefused as error:
                self._refused.append(error.detail)
                continue
            if said.centre == rules.centre:
                self._at[said.number].append(said)
            else:
                self._refused.append(f"{said.municipality} speaks of {said.centre}")

    def compare(self, point: ChainPoint) -> Iterator[ChainFault]:
        """Compare the stamp at `point` with what witnesses saw under its number; once each."""
        for said in self._at.pop(point.number, ()):
            if point.digest is not None and (said.stamp, said.total) != (point.digest, point.total):
                what = "it saw another stamp of this number: what was stamped up to here differs"
                yield _about(_N.HISTORY_REWRITTEN, point.number, said, what)

    def compare_end(self, end: ChainPoint) -> Iterator[ChainFault]:
        """Find stamps that witnesses saw behind the end."""
        for what in self._refused:
            yield ChainFault(_N.HEAD_REFUSED, end.number, what)
        for number, heads in sorted(self._at.items()):
            for said in heads if number > end.number else ():
                known = "" if end.total is None else f" with {said.total - end.total} events"
                what = f"it has seen stamps up to {number}: those from here on{known} are gone"
                yield _about(_N.TAIL_CUT, end.number + 1, said, what)


def _about(
    name: ChainFaultName, number: int, said: Countersignature | Head, what: str
) -> ChainFault:
    return ChainFault(name, number, what, municipality=said.municipality)
