"""How each issuance ended, told to its municipality's adapter until it acknowledges."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import structlog
from madoguchi_wire.adapter_api import Acknowledged, OutcomeState, OutcomeStatement
from madoguchi_wire.errors import MadoguchiError

from gateway.adapters.adapters import Errand
from gateway.municipalities.serving import at_present, lane_of
from gateway.parts import Gateway

_BATCH = 50
_SECONDS = 10.0
_DUE = f"""
    UPDATE outcomes SET attempts = attempts + 1, next_attempt_at = madoguchi_now()
        + least(interval '5 minutes', interval '1 second' * 2 ^ least(attempts, 9))
    WHERE issuance_id IN (
        SELECT issuance_id FROM outcomes
        WHERE acknowledged_at IS NULL AND next_attempt_at <= (SELECT madoguchi_now())
          AND NOT EXISTS (SELECT FROM unnest($1::text[], $2::bool[]) AS busy(whose, test)
                          WHERE busy.whose = municipality AND busy.test = outcomes.test)
        ORDER BY next_attempt_at LIMIT {_BATCH} FOR UPDATE SKIP LOCKED)
    RETURNING issuance_id, municipality, outcome, created_at, test
"""  # noqa: S608 (a number of ours)
_REPORTS = """
    SELECT issuance_id, token FROM reports WHERE issuance_id = ANY ($1::uuid[]) ORDER BY sequence
"""
# An outcome that a person changed meanwhile is told again.
_ACKNOWLEDGED = """
    UPDATE outcomes SET acknowledged_at = madoguchi_now()
    FROM unnest($1::uuid[], $2::text[]) AS told(id, said)
    WHERE issuance_id = told.id AND outcome = told.said
"""
_log = structlog.get_logger()


@dataclass(frozen=True)
class _Outcome:
    issuance_id: UUID
    municipality: str
    outcome: str
    created_at: datetime
    test: bool

    @property
    def lane(self) -> tuple[str, bool]:
        """Who is told one batch after the other."""
        return self.municipality, self.test


class Outcomes:
    """Tells outcomes; a municipality that does not answer keeps its own ones waiting alone."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._telling: dict[tuple[str, bool], asyncio.Task[None]] = {}

    async def send(self) -> None:
        """Begin to tell what is due; what fails is due again after a growing pause."""
        gateway = self._gateway
        while True:
            busy = list(self._telling)
            rows = await gateway.pool.fetch(
                _DUE, [whose for whose, _ in busy], [test for _, test in busy]
            )
            due = [_Outcome(**dict(row.items())) for row in rows]
            for lane in {outcome.lane for outcome in due}:
                self._begin(lane, [outcome for outcome in due if outcome.lane == lane])
            if len(due) < _BATCH:
                return

    def _begin(self, lane: tuple[str, bool], due: Sequence[_Outcome]) -> None:
        task = asyncio.create_task(_tell_all(self._gateway, due))
        self._telling[lane] = task
        task.add_done_callback(lambda ended: self._ended(lane, ended))

    def _ended(self, lane: tuple[str, bool], task: asyncio.Task[None]) -> None:
        del self._telling[lane]
        if not task.cancelled() and (fault := task.exception()) is not None:
            # They are due again by themselves.
            _log.warning("outcomes_not_told", kind=type(fault).__name__)


async def _tell_all(gateway: Gateway, due: Sequence[_Outcome]) -> None:
    reports = await _reports_of(gateway, due)
    told = await asyncio.gather(
        *(_tell(gateway, outcome, reports[outcome.issuance_id]) for outcome in due)
    )
    done = [outcome for outcome, was_told in zip(due, told, strict=True) if was_told]
    await gateway.pool.execute(
        _ACKNOWLEDGED,
        [outcome.issuance_id for outcome in done],
        [outcome.outcome for outcome in done],
    )


async def _reports_of(gateway: Gateway, due: Sequence[_Outcome]) -> dict[UUID, list[str]]:
    reports: dict[UUID, list[str]] = defaultdict(list)
    ids = [outcome.issuance_id for outcome in due]
    for row in await gateway.pool.fetch(_REPORTS, ids):
        reports[row["issuance_id"]].append(row["token"])
    return reports


async def _tell(gateway: Gateway, outcome: _Outcome, reports: Sequence[str]) -> bool:
    statement = OutcomeStatement(
        issuance=str(outcome.issuance_id),
        municipality=outcome.municipality,
        outcome=cast("OutcomeState", outcome.outcome),
        reports=tuple(reports),
        decided_at=outcome.created_at,
    )
    path = f"/v1/municipalities/{outcome.municipality}/issuances/{outcome.issuance_id}/outcome"
    request = statement.signed_by(gateway.request_key)
    try:
        present = await at_present(gateway, outcome.municipality, test=outcome.test)
        answer = await gateway.adapters.ask(
            lane_of(outcome.municipality, test=outcome.test),
            Errand.OUTCOME,
            present.body.adapters,
            path,
            request,
            Acknowledged,
            _SECONDS,
        )
    except MadoguchiError as error:
        _log.info("outcome_not_acknowledged", issuance=statement.issuance, problem=error.slug)
        return False
    return (answer.issuance, answer.outcome) == (statement.issuance, statement.outcome)
