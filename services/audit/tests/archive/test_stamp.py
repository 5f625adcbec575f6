"""Only what the centre and its witnesses signed becomes a stamp of the archive."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from audit.archive.again import judge_again
from audit.archive.event import Refused
from audit.archive.stamp import UNVERIFIED, read_stamp
from audit.consuming.files import import_files
from audit.verifying.verify import verify
from audit_testing.parties import CENTRE, NOW, Parties
from audit_testing.stamping import countersigned, heads, stamped
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.signed import unverified_payload
from madoguchi_wire.stamp_chain import ChainRules
from madoguchi_wire.stamps import Stamp, StampRecord


def _said(record: StampRecord) -> Stamp:
    return Stamp.parsed(unverified_payload(record.stamp))


def _signed_anew(parties: Parties, record: StampRecord, **other: object) -> StampRecord:
    """Return another stamp with the centre's key, which the witnesses of `parties` signed too."""
    stamp = _said(record).model_copy(update=other)
    token = stamp.signed_by(parties.stamping)
    seen = [
        countersigned(parties, code, stamp, token, _said(record).stamped_at)
        for code in ("122033", "131130")
    ]
    return StampRecord(stamp=token, leaves=record.leaves, countersignatures=tuple(seen))


FORGED: dict[str, Callable[[StampRecord], StampRecord]] = {
    "other keys": lambda real: _signed_anew(Parties(NOW), real),
    "no such number and time": lambda real: _signed_anew(
        Parties(NOW), real, number=2**62, total=2**62, stamped_at=datetime(1, 1, 1, tzinfo=UTC)
    ),
    "other events": lambda real: real.model_copy(update={"leaves": ("0" * 64, *real.leaves[1:])}),
    "a stranger beside the witnesses": lambda real: real.model_copy(
        update={
            "countersignatures": (
                *real.countersignatures,
                *_signed_anew(Parties(NOW), real).countersignatures,
            )
        }
    ),
    "one witness": lambda real: real.model_copy(
        update={"countersignatures": real.countersignatures[:1]}
    ),
    "one witness twice": lambda real: real.model_copy(
        update={"countersignatures": real.countersignatures[:1] * 2}
    ),
}


@pytest.mark.parametrize("forgery", FORGED)
async def test_what_others_signed_is_set_aside_and_the_archive_verifies(
    connection: Connection,
    files: tuple[Path, Path],
    rules: ChainRules,
    stamps: list[StampRecord],
    parties: Parties,
    forgery: str,
) -> None:
    forged = FORGED[forgery](stamps[3]).canonical()
    files[1].write_bytes(forged + b"\n" + files[1].read_bytes())
    counts = await import_files(connection, files[0], CENTRE, NOW, (files[1], rules))
    assert (counts.stamps, sum(counts.dead.values())) == (len(stamps), 1)
    letter = await connection.fetchrow("SELECT reason, value FROM dead_letters")
    assert letter is not None
    assert letter["reason"] in (UNVERIFIED, "wrong-schema")
    assert letter["value"] == forged
    seen = heads(parties, stamps[-1], NOW)
    assert (await verify(connection, rules, NOW, heads=seen)).holds


@pytest.mark.parametrize(
    "other",
    [
        {"number": 2**62, "total": 2**62},
        {"total": 2**62},
        {"number": 3, "total": 2},
        {"stamped_at": NOW + timedelta(days=2)},
        {"stamped_at": datetime(1, 1, 1, tzinfo=UTC)},
        {"stamped_at": datetime(9999, 12, 31, 23, tzinfo=UTC)},
    ],
)
def test_even_the_centre_stamps_nothing_that_cannot_be(
    parties: Parties, rules: ChainRules, stamps: list[StampRecord], other: dict[str, object]
) -> None:
    with pytest.raises(Refused) as refused:
        read_stamp(_signed_anew(parties, stamps[3], **other).canonical(), rules, NOW)
    assert refused.value.reason == "wrong-schema"


async def test_a_new_key_counts_as_soon_as_the_list_names_it(
    connection: Connection,
    files: tuple[Path, Path],
    events: list[AuditEvent],
    parties: Parties,
    rules: ChainRules,
) -> None:
    rotated = replace(parties, stamping=SigningKey.generate())
    records = stamped(rotated, events)
    files[1].write_bytes(b"".join(record.canonical() + b"\n" for record in records))
    counts = await import_files(connection, files[0], CENTRE, NOW, (files[1], rules))
    assert (counts.stamps, counts.dead) == (0, {UNVERIFIED: len(records)})
    assert await judge_again(connection, rules, NOW) == 0
    assert await judge_again(connection, rotated.rules, NOW) == len(records)
    seen = heads(rotated, records[-1], NOW)
    assert (await verify(connection, rotated.rules, NOW, heads=seen)).holds
