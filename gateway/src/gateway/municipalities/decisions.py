"""Decisions about municipalities: who put which version in force, as what, and from when.

In force is the newest decision whose time has come. A newer one that counts at once takes the
place of one that waits, which then never comes: so whoever suspends is sure that nothing wakes
the municipality again.
"""

from dataclasses import dataclass
from datetime import datetime

from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.signed import token_digest

from gateway.audit.outbox import OutboxRow, free_row
from gateway.municipalities.history import History, history_of
from gateway.municipalities.life import NotAllowed, Row, State, Step, Which, row_of
from gateway.municipalities.probe_reports import report_to_go_live
from gateway.municipalities.proposal import Proposal
from gateway.municipalities.sensitive import check_sensitive
from gateway.municipalities.versions import StoredVersion, newest, read_body, stored
from gateway.settings import DecisionSettings

_ADD = """
    INSERT INTO municipality_decisions
        (municipality, state, version, in_force_from, persons, reason, signature, report)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING number
"""


@dataclass(frozen=True)
class Decided:
    """A decision that was kept."""

    number: int
    municipality: str
    state: State
    version: int
    in_force_from: datetime
    at_once: bool
    replaces_waiting: int | None
    """The number of a decision that waited, and never comes now."""


async def decide(
    connection: Connection, proposal: Proposal, settings: DecisionSettings
) -> tuple[Decided, OutboxRow]:
    """Keep a decision; return it with the event that tells of it, for the caller to insert.

    `connection` is in a transaction that holds the lock of versions.

    Raises:
        ValueError: it must not be decided; the text says what to do.
        SignatureRefused: the municipality's consent does not hold.

    """
    history = await history_of(connection, proposal.municipality)
    version = await _version(connection, proposal, history)
    row = row_of(history.state, proposal.step)
    report = await _report(connection, row, version, settings)
    now: datetime = await connection.fetchval("SELECT madoguchi_now()")
    starts = max(now, proposal.starts or now)
    spoken_by = history.spoken_by
    if row.target is not State.TESTED and spoken_by not in (None, version.version):
        before = await _one(connection, proposal.municipality, spoken_by)
        starts = check_sensitive(before, version, proposal, settings, now)
    number: int = await connection.fetchval(
        _ADD,
        proposal.municipality,
        row.target,
        version.version,
        starts,
        [one.name for one in (proposal.by, proposal.agreed_by) if one],
        proposal.by.reason,
        proposal.consent,
        report,
    )
    replaced = history.waiting.number if history.waiting and starts <= now else None
    decided = Decided(
        number,
        proposal.municipality,
        row.target,
        version.version,
        starts,
        starts <= now,
        replaced,
    )
    return decided, _event(decided, proposal, version, report, settings, now)


async def _version(connection: Connection, proposal: Proposal, history: History) -> StoredVersion:
    """Return the version that the step is about."""
    row, code, wanted = (
        row_of(history.state, proposal.step),
        proposal.municipality,
        proposal.version,
    )
    if row.which is Which.SAME:
        wanted = history.in_force.version if history.in_force else None
    elif row.which is Which.EARLIER:
        wanted = _earlier(history, wanted)
    if wanted is None:
        found = (await newest(connection, [code])).get(code)
        if found is None:
            raise ValueError("no version of it was put: madoguchi onboard put FOLDER")
    else:
        found = await _one(connection, code, wanted)
    if row.target is State.LIVE:
        _check_worth(history, found, proposal.step)
    return found


def _earlier(history: History, wanted: int | None) -> int:
    earlier = history.earlier()
    if wanted is None and earlier:
        return earlier[0]
    if wanted is None or wanted not in earlier:
        which = ", ".join(map(str, earlier)) or "none"
        raise NotAllowed(f"rollback goes to an earlier version that was live: {which}")
    return wanted


def _check_worth(history: History, version: StoredVersion, step: Step) -> None:
    """Pass if the version can be read here, and is not what is live already."""
    try:
        read_body(version.body)
    except ValueError:
        raise ValueError(f"this build cannot read version {version.version}") from None
    held = history.in_force
    if held and (held.state, held.version) == (State.LIVE, version.version):
        raise NotAllowed(f"version {version.version} is live already: {step} changes nothing")


async def _one(connection: Connection, code: str, number: int) -> StoredVersion:
    found = (await stored(connection, [(code, number)])).get((code, number))
    if found is None:
        raise ValueError(f"it has no version {number}")
    return found


async def _report(
    connection: Connection, row: Row, version: StoredVersion, settings: DecisionSettings
) -> str | None:
    """Return the digest of the report that a step is made with, if it needs one."""
    if not row.reported:
        return None
    try:
        return await report_to_go_live(connection, version.municipality, version.version)
    except NotAllowed:
        if row.target is State.LIVE and settings.live_without_report:
            return None
        raise


def _event(
    decided: Decided,
    proposal: Proposal,
    version: StoredVersion,
    report: str | None,
    settings: DecisionSettings,
    now: datetime,
) -> OutboxRow:
    told = {
        "municipality": decided.municipality,
        "decision": decided.number,
        "step": proposal.step.value,
        "state": decided.state.value,
        "version": decided.version,
        "digest": version.digest,
        "in_force_from": decided.in_force_from.isoformat(),
        "decided_by": proposal.by.name,
        "agreed_by": proposal.agreed_by.name if proposal.agreed_by else None,
        "report": report,
        "consent": token_digest(proposal.consent) if proposal.consent else None,
    }
    return free_row(
        source=settings.name,
        type=EventType.MUNICIPALITY_DECIDED,
        moment=now,
        municipality=decided.municipality,
        data={name: value for name, value in told.items() if value is not None},
    )
