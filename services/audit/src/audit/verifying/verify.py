"""Proves that nothing is missing, changed or reordered, or names each place where it is."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.stamp_chain import BEGINNING, ChainPoint, ChainRules

from audit.archive.stamps import last_before, stamps_between
from audit.journal.head import JournalHead
from audit.verifying.chain import ChainInParts
from audit.verifying.counted import faults_of_counted
from audit.verifying.faults import Fault, Name
from audit.verifying.heads import SETTLE, moment_of_heads
from audit.verifying.journal import Journal, faults_of_journal
from audit.verifying.order import faults_of_missing, faults_of_order, faults_of_unstamped
from audit.verifying.removed import faults_of_removed
from audit.verifying.rows import EVER, Looked, faults_of_rows, faults_of_times
from audit.verifying.stamped import Span
from audit.verifying.verdict import Seen, Verdict


async def verify(
    connection: Connection,
    rules: ChainRules,
    now: datetime,
    *,
    heads: Sequence[str] = (),
    away: Sequence[Fault] = (),
    first_day: date | None = None,
    noted: Sequence[JournalHead] = (),
) -> Verdict:
    """Verify the archive, from a day on or whole.

    Args:
        connection: outside of a transaction.
        rules: whose keys count.
        now: what is older than a minute has settled; the end is claimed as of then.
        heads: what witnesses say they saw last; a cut end shows only by two municipalities'.
        away: witnesses that were asked, and gave none.
        first_day: Japan's; stamps and events before it are taken for verified, by the times that
            the centre signed.
        noted: heads of the journal that the asker knows from before; stamped events tell others.

    """
    # Repeatable read: events and stamps that arrive meanwhile are not looked at by half.
    async with connection.transaction(isolation="repeatable_read"):
        found = await _verify(connection, rules, now, heads, first_day)
        journal = Journal()
        entered = [fault async for fault in faults_of_journal(connection, noted, journal)]
    return replace(found, faults=(*away, *found.faults, *entered), journal=journal)


async def _verify(
    connection: Connection,
    rules: ChainRules,
    now: datetime,
    heads: Sequence[str],
    first_day: date | None,
) -> Verdict:
    start = await _start(connection, rules.centre, first_day)
    whole = start == BEGINNING
    span, chain = Span(), ChainInParts(rules, start, heads, moment_of_heads(now))
    await span.make_table(connection)
    async for stamp in stamps_between(connection, rules.centre, start.number):
        stamped_at = await span.add(connection, stamp.number, stamp.record)
        chain.add(stamp.number, stamped_at, stamp.record)
        if stamp.differing:
            what = f"these columns say something else: {', '.join(stamp.differing)}"
            chain.faults.append(Fault(Name.ROW_CHANGED, what, stamp.number))
    await span.finish(connection)
    chain.finish()
    faults = chain.faults

    since = EVER if whole else span.first_at or EVER
    looked = Looked()
    faults += [fault async for fault in faults_of_rows(connection, since, now, looked)]
    faults += [fault async for fault in faults_of_times(connection)]
    if whole:
        faults += [fault async for fault in faults_of_removed(connection, looked)]
    faults += [
        fault
        async for fault in faults_of_counted(connection, rules.centre, start.number, whole=whole)
    ]
    on_the_way = await _gather(faults, faults_of_missing(connection, now - SETTLE))
    unstamped = await _gather(faults, faults_of_unstamped(connection, since, span.last_at, now))
    faults += [f async for f in faults_of_order(connection, since, from_the_beginning=whole)]
    return Verdict(
        faults=tuple(faults),
        stamps=chain.stamps,
        events=looked.events,
        removed=looked.removed,
        removed_by=dict(sorted(looked.gone.items())),
        unstamped=unstamped,
        on_the_way=on_the_way,
        heads=tuple(Seen(one.municipality, one.number, one.as_of) for one in chain.seen.heads),
        witnesses=len({one.municipality for one in chain.seen.heads}),
        timed=chain.timed if rules.timestamp_roots else None,
        last_stamp=chain.end.number,
        journal=Journal(),
    )


async def _start(connection: Connection, centre: str, first_day: date | None) -> ChainPoint:
    """Return from where on to judge: the last stamp before the day is judged as well.

    So its time is proven, and what comes after it is all that can be of the day.
    """
    before = None if first_day is None else await last_before(connection, centre, first_day)
    return BEGINNING if before is None else ChainPoint(before.number - 1, None, None)


async def _gather(faults: list[Fault], found: AsyncIterator[Fault | None]) -> int:
    """Add faults, and return how many were none yet."""
    waiting = 0
    async for fault in found:
        if fault is None:
            waiting += 1
        else:
            faults.append(fault)
    return waiting
