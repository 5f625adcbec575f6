"""The one statement that moves an issuance, with everything that hangs on it, or nothing.

State, event, report, metering record, ledger transfers, outcome and document change together. The
row's state and event sequence as they were read are the guard: of two replicas that move the same
issuance, one does.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from madoguchi_wire.kit.pool import Executor
from madoguchi_wire.kit.telemetry import current_trace_id
from madoguchi_wire.reports import TerminalReport

from gateway.audit import outbox
from gateway.audit.outbox import OutboxRow, issuance_row
from gateway.issuances.life import ENDED, EVENTS, Cause, Guard, State, transition
from gateway.issuances.rows import Issuance
from gateway.metering import records
from gateway.metering.rules import Transfer

_STOPPED = """EXISTS (
              SELECT FROM stops WHERE stops.released_at IS NULL
              AND stops.municipality = issuances.municipality
              AND (stops.terminal IS NULL OR stops.terminal = issuances.terminal))"""


def _reached(state: str) -> str:
    """Return how the moment is set: once, and not again by a report that changes no state."""
    condition = f"$4 <> $5 AND $5 = '{state}'"
    return f"{state}_at = CASE WHEN {condition} THEN madoguchi_now() ELSE {state}_at END"


_MOVE = f"""
WITH moved AS (
    UPDATE issuances SET
        state = $5, event_sequence = event_sequence + 1,
        attestation = coalesce($7, attestation),
        certificate_number = coalesce($8, certificate_number),
        pages = coalesce($9, pages),
        document_sha256 = coalesce($10, document_sha256),
        ciphertext_sha256 = coalesce($11, ciphertext_sha256),
        problem = coalesce($12, problem),
        void_reason = coalesce($13, void_reason),
        money = coalesce($14, money),
        deadline = coalesce($15, deadline),
        report_deadline = CASE WHEN $16::interval IS NULL THEN report_deadline
                               ELSE madoguchi_now() + $16::interval END,
        {_reached("prepared")},
        {_reached("delivered")},
        {_reached("paid")},
        ended_at = CASE WHEN $17 THEN madoguchi_now() ELSE ended_at END
    WHERE municipality = $1 AND accepted_on = $2 AND issuance_id = $3
      AND state = $4 AND event_sequence = $6
      AND CASE $18
          WHEN 'before its deadline' THEN deadline > madoguchi_now()
          WHEN 'before its deadline, and nothing is stopped'
              THEN deadline > madoguchi_now() AND NOT {_STOPPED}
          WHEN 'nothing is stopped' THEN NOT {_STOPPED}
          WHEN 'after its deadline' THEN deadline <= madoguchi_now()
          WHEN 'after the deadline for reports' THEN report_deadline <= madoguchi_now()
          WHEN 'paid had been reported' THEN paid_at IS NOT NULL
          ELSE true END
    RETURNING municipality, accepted_on, issuance_id, kind, chain, site, place, channel, fee,
              commission, tariff_version, configuration_version, test
), told AS (
    INSERT INTO outbox ({outbox.COLUMNS}) SELECT {outbox.COLUMNS} FROM {outbox.events_from(19)}
    WHERE EXISTS (SELECT FROM moved)
), kept AS (
    INSERT INTO sealed_documents (issuance_id, municipality, accepted_on, ciphertext)
    SELECT issuance_id, municipality, accepted_on, $27::bytea FROM moved
    WHERE $27::bytea IS NOT NULL
), dropped AS (
    DELETE FROM sealed_documents
    WHERE issuance_id = $3 AND $17 AND EXISTS (SELECT FROM moved)
), reported AS (
    INSERT INTO reports
        (terminal, sequence, issuance_id, municipality, accepted_on, event, token, changed_state)
    SELECT $28, $29, issuance_id, municipality, accepted_on, $30, $31, $4 <> $5 FROM moved
    WHERE $28::text IS NOT NULL
), metered AS (
    {records.METERED} AND $5 = 'completed' AND $4 <> $5
), booked AS (
    {records.booked_from(32)}
), ended AS (
    INSERT INTO outcomes (issuance_id, municipality, accepted_on, outcome, test)
    SELECT issuance_id, municipality, accepted_on, $5, test FROM moved
    WHERE ($17 OR $5 = 'quarantined') AND $4 <> $5
    ON CONFLICT (issuance_id) DO UPDATE
    SET outcome = excluded.outcome, created_at = excluded.created_at, attempts = 0,
        next_attempt_at = excluded.created_at, acknowledged_at = NULL
)
SELECT count(*) FROM moved
"""  # noqa: S608 (column names of ours)


@dataclass(frozen=True)
class KeptReport:
    """A terminal's report as evidence."""

    report: TerminalReport
    token: str


@dataclass(frozen=True)
class Move:
    """A step of one issuance and everything that hangs on it."""

    issuance: Issuance
    event: OutboxRow
    """The next one of the issuance's sequence."""
    target: State
    guard: Guard = Guard.NONE
    changes: dict[str, Any] = field(default_factory=dict[str, Any])
    """New values of columns; only those in `_CHANGES`."""
    report_within: timedelta | None = None
    ciphertext: bytes | None = None
    report: KeptReport | None = None
    transfers: tuple[Transfer, ...] = ()
    alarms: tuple[OutboxRow, ...] = ()
    """Events beside the issuance's own."""

    def without_report(self) -> "Move":
        """Return the same move by a report that is kept already."""
        return replace(self, report=None)


_CHANGES = (
    "attestation",
    "certificate_number",
    "pages",
    "document_sha256",
    "ciphertext_sha256",
    "problem",
    "void_reason",
    "money",
    "deadline",
)


def step(
    issuance: Issuance,
    target: State,
    cause: Cause,
    *,
    source: str,
    now: datetime,
    data: dict[str, Any] | None = None,
    **more: Any,  # noqa: ANN401 (the fields of Move)
) -> Move:
    """Return the move to `target` that the table allows, with its event.

    Raises:
        NotAllowed: the table does not allow it.

    """
    guard = transition(issuance.state, target, cause).guard
    event = event_of(issuance, target, source=source, now=now, data=data)
    return Move(issuance, event, target, guard, **more)


def event_of(
    issuance: Issuance,
    target: State,
    *,
    source: str,
    now: datetime,
    data: dict[str, Any] | None = None,
) -> OutboxRow:
    """Return the event of entering `target`, next in the issuance's sequence."""
    facts = {"state": target.value, "trace": current_trace_id()}
    return issuance_row(
        source=source,
        type=EVENTS[target],
        issuance=issuance.issuance_id,
        sequence=issuance.event_sequence + 1,
        moment=now,
        municipality=issuance.municipality,
        accepted_on=issuance.accepted_on,
        data=issuance.facts() | facts | (data or {}),
    )


async def move(connection: Executor, step: Move) -> bool:
    """Do all of a move in one statement; False if the issuance had moved on, and nothing is done.

    Raises:
        asyncpg.UniqueViolationError: the report's sequence number was used before.

    """
    was = step.issuance
    kept = step.report
    moved: int = await connection.fetchval(
        _MOVE,
        was.municipality,
        was.accepted_on,
        was.issuance_id,
        was.state.value,
        step.target.value,
        was.event_sequence,
        *(step.changes.get(name) for name in _CHANGES),
        step.report_within,
        step.target in ENDED and step.target is not was.state,
        step.guard.value,
        *outbox.arrays([step.event, *step.alarms]),
        step.ciphertext,
        kept.report.terminal if kept else None,
        kept.report.sequence if kept else None,
        kept.report.body.event if kept else None,
        kept.token if kept else None,
        *records.arrays(step.transfers),
    )
    return moved == 1
