"""The journal against its own chain, the rows that it entered, and the heads that others noted."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from madoguchi_wire.encoding import strict_json
from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Connection

from audit.journal.head import JournalHead, archive_of, chained
from audit.verifying.faults import Fault, Name

_ENTRIES = "SELECT position, entry, digest FROM journal ORDER BY position"
_TABLES = ("accesses", "holds", "hold_liftings", "retention_rules", "removals")
_THERE = " UNION ALL ".join(
    f"SELECT '{table}' AS name, to_jsonb(kept) AS said FROM {table} AS kept"  # noqa: S608 (ours)
    for table in _TABLES
)
_DIFFERING = f"""
    WITH there AS ({_THERE}), entered AS (
        SELECT position, entry::jsonb ->> 'table' AS name, entry::jsonb -> 'said' AS said
        FROM journal WHERE position > 1
    )
    SELECT entered.position, coalesce(entered.name, there.name) AS name,
           coalesce(entered.said ->> 'position', there.said ->> 'position',
                    entered.said ->> 'hold_id', there.said ->> 'hold_id') AS place
    FROM entered FULL JOIN there ON entered.name = there.name AND entered.said = there.said
    WHERE entered.name IS NULL OR there.name IS NULL
    ORDER BY entered.position, name, place
"""  # noqa: S608 (tables of ours)
_NOTED = """
    SELECT event_id, canonical FROM events JOIN covered USING (digest)
    WHERE type = $1 AND canonical IS NOT NULL ORDER BY day, time
"""


@dataclass(frozen=True)
class Noted:
    """A head that somebody noted outside of this database."""

    head: JournalHead
    event_id: str | None = None
    """Of the stamped event that tells it; None: whoever verifies brought it along."""

    def __str__(self) -> str:
        """Return who says it."""
        return "you noted" if self.event_id is None else f"event {self.event_id} notes"


@dataclass
class Journal:
    """What was found."""

    archive: str = ""
    entries: int = 0
    digest: str = ""
    noted: int = 0
    """Up to which entry others have noted its head; what is later could be written anew."""
    elsewhere: int = 0
    """How many heads are noted of other archives than this one."""
    is_readable: bool = field(default=True, repr=False)
    """Whether each entry can be compared with its row."""

    @property
    def head(self) -> str:
        """What to note."""
        return str(JournalHead(self.archive, self.entries, self.digest))

    def follow(self, position: int, entry: str, digest: str) -> Fault | None:
        """Take the next entry; return what is wrong with it."""
        place, expected = self.entries + 1, chained(self.digest, entry)
        self.entries, self.digest = position, digest
        self.archive = self.archive or archive_of(entry)
        self.is_readable = self.is_readable and _is_readable(entry)
        if position != place:
            return _fault(Name.JOURNAL_BROKEN, place, "it is not there")
        if digest != expected:
            return _fault(Name.JOURNAL_BROKEN, place, "its digest does not follow from it")
        return None


async def faults_of_journal(
    connection: Connection, brought: Sequence[JournalHead], found: Journal
) -> AsyncIterator[Fault]:
    """Find what was changed, removed or added beside it; inside a transaction."""
    noted = [*map(Noted, brought), *[one async for one in _noted(connection)]]
    async for fault in _faults_of_chain(connection, noted, found):
        yield fault
    if not found.is_readable:
        return
    # As the rows were when they were entered.
    await connection.execute("SET LOCAL TIME ZONE 'UTC'")
    async for row in connection.cursor(_DIFFERING):
        place = f"{row['name']} {row['place']}"
        if row["position"] is None:
            yield Fault(Name.ROW_UNENTERED, f"{place} is not, or not so, in the journal")
        else:
            what = f"{place} is gone, or not as it was entered"
            yield _fault(Name.ROW_LOST, row["position"], what)


async def _faults_of_chain(
    connection: Connection, noted: Sequence[Noted], found: Journal
) -> AsyncIterator[Fault]:
    expected: defaultdict[int, list[Noted]] = defaultdict(list)
    for one in noted:
        expected[one.head.position].append(one)
    async for row in connection.cursor(_ENTRIES, prefetch=1000):
        broken = found.follow(row["position"], row["entry"], row["digest"])
        if broken is not None:
            yield broken
        for one in expected.pop(found.entries, ()):
            for fault in _against(one, found):
                yield fault
    for one in (one for some in expected.values() for one in some):
        for fault in _against(one, found):
            yield fault


def _against(one: Noted, found: Journal) -> list[Fault]:
    """Hold a noted head to the entry of its place, or to the end if there is none."""
    if one.head.archive != found.archive:
        if one.event_id is None:
            what = f"{one} the journal of archive {one.head.archive}, this is {found.archive}"
            return [_fault(Name.JOURNAL_REWRITTEN, one.head.position, what)]
        found.elsewhere += 1
        return []
    if one.head.position > found.entries:
        what = f"{one} it: what comes after entry {found.entries} is gone"
        return [_fault(Name.JOURNAL_CUT, one.head.position, what)]
    if one.head.position != found.entries or one.head.digest != found.digest:
        what = f"{one} another digest: what was entered up to here was written anew"
        return [_fault(Name.JOURNAL_REWRITTEN, one.head.position, what)]
    found.noted = max(found.noted, one.head.position)
    return []


async def _noted(connection: Connection) -> AsyncIterator[Noted]:
    for row in await connection.fetch(_NOTED, EventType.ARCHIVE_NOTED):
        try:
            said = strict_json(row["canonical"])["data"]
            head = JournalHead(said["archive"], said["position"], said["digest"])
        except (ValueError, KeyError, TypeError):
            continue  # its bytes are others, which is told of the event itself
        yield Noted(head, row["event_id"])


def _is_readable(entry: str) -> bool:
    try:
        strict_json(entry.encode())
    except ValueError:
        return False
    return True


def _fault(name: Name, position: int, what: str) -> Fault:
    return Fault(name, what, entry=position)
