"""The auditor's script names each lie of a centre or a packer, by its own rules alone."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from audit.package import verify
from audit_testing.parties import CENTRE, NOW, Parties
from audit_testing.stamping import countersigned
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.merkle import root
from madoguchi_wire.signed import token_digest, unverified_payload
from madoguchi_wire.stamps import NO_STAMP, Countersignature, Head, Stamp

BATCHES = [tuple(sha256_hex(f"{n}/{place}".encode()) for place in range(3)) for n in range(3)]
WITNESSES = ("122033", "131130")
Record = dict[str, Any]


class Told:
    """A short chain, which a test may spoil before it is told."""

    def __init__(self) -> None:
        self.parties = Parties(NOW)
        self.heads = list[str]()
        self.records = list[Record]()
        previous, total = NO_STAMP, 0
        for number, leaves in enumerate(BATCHES, start=1):
            total += len(leaves)
            stamp = Stamp(
                centre=CENTRE,
                number=number,
                previous=previous,
                events=len(leaves),
                total=total,
                root=root(leaves),
                stamped_at=NOW,
            )
            self.records.append(self.record(stamp, leaves))
            previous = token_digest(self.records[-1]["stamp"])

    def record(
        self, stamp: Stamp, leaves: tuple[str, ...], key: SigningKey | None = None
    ) -> Record:
        """Return the record of a stamp that both witnesses saw."""
        token = stamp.signed_by(key or self.parties.stamping)
        seen = [countersigned(self.parties, code, stamp, token, NOW) for code in WITNESSES]
        beside = {"countersignatures": seen, "timestamp": None}
        return {"stamp": token, "leaves": list(leaves), **beside}

    def stamp(self, number: int) -> Stamp:
        """Return a stamp of the chain."""
        token = self.records[number - 1]["stamp"]
        return Stamp.verified(token, self.parties.stamping.private.public_key())

    def restamped(self, number: int, **changes: Any) -> None:
        """Let the centre sign something else as a stamp."""
        stamp = self.stamp(number).model_copy(update=changes)
        self.records[number - 1] = self.record(stamp, BATCHES[number - 1])

    def head(self, number: int) -> str:
        """Return what a witness says of a stamp."""
        token = self.records[number - 1]["stamp"]
        return Head(
            municipality="122033",
            centre=CENTRE,
            number=number,
            stamp=token_digest(token),
            total=self.stamp(number).total,
            as_of=NOW,
        ).signed_by(self.parties.countersigning["122033"])

    def faults(self) -> list[str]:
        """Return what the script says."""
        keys = verify.Keys(self.parties.root.private.public_key())
        keys.load(self.parties.trust_list)
        lines = [json.dumps(record).encode() for record in self.records]
        records = [verify.read_record(line, number) for number, line in enumerate(lines, start=1)]
        package = verify.Package(keys, {"centre": CENTRE}, None, records, [], self.heads)
        return list(verify.check_stamps(package))


def _signature(told: Told) -> None:
    last = told.records[2]
    head, _, signature = last["stamp"].rpartition(".")
    last["stamp"] = f"{head}.{signature[::-1]}"


def _signed_as(told: Told, key: SigningKey) -> None:
    last = told.stamp(3)
    told.records[2] = told.record(last, BATCHES[2], key)


def _type(told: Told) -> None:
    """A countersignature of the right words, as what it is not."""
    told.heads = [told.records[2]["countersignatures"][0]]


def _validity(told: Told) -> None:
    told.restamped(3, stamped_at=datetime(2000, 1, 1, tzinfo=UTC))


def _head(told: Told) -> None:
    told.restamped(3, root=root(BATCHES[2][::-1]))
    told.heads = [told.head(3)]
    told.restamped(3, root=root(BATCHES[2]), stamped_at=NOW + timedelta(seconds=1))


def _tail(told: Told) -> None:
    told.heads = [told.head(3)]
    del told.records[2]


def _witness(told: Told) -> None:
    told.records[2]["countersignatures"].append(told.records[1]["countersignatures"][0])


def _in_anothers_name(told: Told) -> None:
    last = told.records[2]
    said = Countersignature.parsed(unverified_payload(last["countersignatures"][0]))
    other = said.model_copy(update={"municipality": "132047"})
    last["countersignatures"][0] = other.signed_by(told.parties.countersigning["122033"])


LIES: dict[str, tuple[Callable[[Told], object], str]] = {
    "signature": (_signature, "stamp 3: refused: the signature is wrong"),
    "type": (_type, "a witness's head is refused: it is no madoguchi-stamp-head+jws"),
    "purpose": (
        lambda told: _signed_as(told, told.parties.countersigning["122033"]),
        "stamp 3: refused: its key is not trusted for this",
    ),
    "validity": (_validity, "stamp 3: refused: its key was not valid at that time"),
    "centre": (lambda told: told.restamped(3, centre="x"), "stamp 3: it is of another centre"),
    "first": (
        lambda told: told.restamped(1, previous="a" * 64),
        "stamp 1: it names a stamp before it",
    ),
    "number": (
        lambda told: told.records.pop(1),
        "stamp 2: missing or out of order: stamp 3 comes instead",
    ),
    "previous": (
        lambda told: told.restamped(3, previous="a" * 64),
        "stamp 3: the chain is broken: it names another stamp as the one before it",
    ),
    "total": (lambda told: told.restamped(3, total=10), "stamp 3: its total is wrong"),
    "leaves": (
        lambda told: told.records[2]["leaves"].reverse(),
        "stamp 3: the listed events are not those that were stamped",
    ),
    "count": (
        lambda told: told.restamped(3, events=4, total=10),
        "stamp 3: the listed events are not those that were stamped",
    ),
    "witness": (_witness, "stamp 3: 122033 signed another stamp: history rewritten"),
    "name": (
        _in_anothers_name,
        "stamp 3: a countersignature is in the name of another municipality",
    ),
    "time": (
        lambda told: told.restamped(3, stamped_at=NOW - timedelta(seconds=1)),
        "stamp 3: it is older than the one before it",
    ),
    "enough": (
        lambda told: told.records[2]["countersignatures"].pop(),
        "stamp 3: 1 witnesses signed it, 2 are needed",
    ),
    "head": (_head, "stamp 3: 122033 saw another one: history rewritten"),
    "tail": (
        _tail,
        "stamp 3: the end is cut: 122033 has seen stamp 3, the package ends at 2",
    ),
    "head refused": (
        lambda told: told.heads.append("a.b"),
        "a witness's head is refused: it cannot be read",
    ),
}


@pytest.mark.parametrize("lie", list(LIES))
def test_each_lie_about_stamps_is_named(lie: str) -> None:
    told, (spoil, words) = Told(), LIES[lie]
    told.heads = [told.head(3)]
    assert told.faults() == []
    told.heads = []
    spoil(told)
    assert words in told.faults()


def _line(sequence: int, number: int, subject: str = "issuance") -> verify.Line:
    event = {
        "type": "madoguchi.issuance.paid.v1",
        "subject": subject,
        "sequence": sequence,
        "time": "2026-06-30T10:00:00.000Z",
        "data": {"municipality": "122033", "state": "paid"},
    }
    return verify.read_line(json.dumps(event).encode(), number)


def _removed(number: int) -> verify.Line:
    line = json.dumps({"digest": sha256_hex(str(number).encode()), "why": "removed"})
    return verify.read_line(line.encode(), number)


def _gaps(*lines: verify.Line) -> list[str]:
    return verify.check_sequences(lines, is_from_first=True)[0]


def test_an_event_that_nobody_stamped_is_named() -> None:
    lines = [_line(1, 1), _line(2, 2)]
    told = Told().records[0] | {"leaves": [lines[0].digest]}
    records = [verify.read_record(json.dumps(told).encode(), 1)]
    assert list(verify.check_events(records, lines[:1], NOW)) == []
    assert list(verify.check_events(records, lines, NOW)) == [
        "line 2: no stamp names it, though it is of 2026-06-30T10:00:00.000Z"
    ]
    nothing = verify.read_line(b"{}", 2)
    assert list(verify.check_events(records, [lines[0], nothing], NOW)) == [
        "line 2 of events.jsonl was never stamped, or comes twice"
    ]


def test_a_gap_within_an_issuance_is_named() -> None:
    assert _gaps(_line(1, 1), _line(2, 2)) == []
    assert _gaps(_line(1, 1), _line(3, 2)) == ["line 2: event 3 of issuance comes after 1"]
    assert _gaps(_line(1, 1), _line(1, 2)) == ["line 2: event 1 of issuance comes after 1"]


def test_an_issuance_begins_with_its_first_event_or_before_the_package() -> None:
    assert _gaps(_line(3, 1)) == ["line 1: event 3 of issuance is the first of it"]
    late = [_line(3, 1), _line(4, 2)]
    assert verify.check_sequences(late, is_from_first=False) == ([], late[:1])


def test_each_removed_payload_explains_one_event_that_lacks() -> None:
    assert _gaps(_removed(1), _removed(2), _line(3, 3)) == []
    assert _gaps(_line(1, 1), _removed(2), _line(3, 3)) == []
    assert _gaps(_removed(1), _line(3, 2)) == ["line 2: event 3 of issuance is the first of it"]
    # One that comes before both, and one that two would need.
    assert _gaps(_removed(1), _line(1, 2), _line(3, 3)) != []
    assert _gaps(_removed(1), _line(2, 2), _line(2, 3, "other")) == [
        "line 3: event 2 of other is the first of it"
    ]


def test_an_issuance_that_does_not_end_is_told_once_it_should_have() -> None:
    line = _line(1, 1)
    assert line.time is not None
    assert verify.without_end([line], line.time + verify.OVERDUE) == []
    assert verify.without_end([line], NOW) == [line]
