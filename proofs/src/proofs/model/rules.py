"""What the product decides: its own functions, asked for the facts of a state of the model."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, NamedTuple, cast
from uuid import UUID

from gateway.audit.outbox import OutboxRow
from gateway.issuances.life import Cause, Guard, State, transition
from gateway.issuances.moving import KeptReport
from gateway.issuances.reported_moves import move_by_report
from gateway.issuances.rows import Issuance
from gateway.issuances.suspecting import is_doubt
from gateway.metering.rules import Purpose, Transfer, on_completed, on_voided
from gateway.parts import Gateway
from gateway.stops.rules import Cause as StopCause
from gateway.stops.rules import EarlierDoubt, Stop, Suspect, on_mismatch, on_suspicion
from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.channel import Channel
from madoguchi_wire.errors import (
    IssuanceClosed,
    IssuanceExpired,
    MunicipalityStopped,
    PersonRefused,
    ReadBackFailed,
)
from madoguchi_wire.order import Kind
from madoguchi_wire.reports import Money, NotMine, ReportBody, TerminalReport, Voided
from municipal_adapter.claims.claim import Copy, Found, answer_found
from store_terminal_sim.testing.honest_city import PAGES

from proofs.model.breakages import Breakage
from proofs.model.lane import Claim, Phase
from proofs.model.recording import PRICE, Report

_ID = UUID(int=1)
_DAY = date(2026, 11, 23)
_NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
_CITY, _CHAIN, _SITE = "122033", "tokiwa", "tokiwa-0001"


class Judged(NamedTuple):
    """What a report does, as `move_by_report` says."""

    target: State
    cause: Cause
    guard: Guard
    purposes: frozenset[Purpose]
    money: Money | None
    alarmed: bool


class Doubt(NamedTuple):
    """What a doubt stops."""

    path: bool
    municipality: bool


@dataclass
class Rules:
    """The product's rules, each answer remembered."""

    price: int = PRICE
    broken: frozenset[Breakage] = frozenset()
    _judged: dict[Any, Judged] = field(default_factory=dict[Any, Judged])
    _doubts: dict[Any, Doubt | None] = field(default_factory=dict[Any, Doubt | None])
    _answers: dict[Any, Phase | None] = field(default_factory=dict[Any, Phase | None])

    def judged(self, state: State, report: Report, *, paid: bool, memory: bool) -> Judged:
        """Return what a report does to an issuance in this state.

        Args:
            state: as it was read.
            report: the terminal's.
            paid: whether *paid* had been accepted.
            memory: whether what the gateway remembers of stops allows a release.

        """
        key = (state, paid, memory, report.body)
        if key not in self._judged:
            self._judged[key] = self._judge(state, report, paid=paid, memory=memory)
        return self._judged[key]

    def _judge(self, state: State, report: Report, *, paid: bool, memory: bool) -> Judged:
        if Breakage.JUDGES_COMPLETED_UNPAID in self.broken and state is State.IN_DOUBT:
            paid = True
        issuance = _issuance(state, self.price, paid=paid)
        kept = KeptReport(_spoken(report.sequence, report.body), "")
        move = move_by_report(_gateway(stopped=not memory), issuance, kept)
        mismatch = move.target is State.QUARANTINED and state is not State.QUARANTINED
        return Judged(
            move.target,
            Cause.MISMATCH if mismatch else Cause.REPORT,
            move.guard,
            _purposes(move.transfers),
            report.body.money if isinstance(report.body, Voided) else None,
            alarmed=bool(move.alarms),
        )

    def guard(self, source: State, target: State, cause: Cause) -> Guard:
        """Return the table's guard.

        Raises:
            NotAllowed: the table has no such transition.

        """
        return transition(source, target, cause).guard

    def decided(self, target: State, money: Money, *, paid: bool) -> frozenset[Purpose]:
        """Return what a named person's decision books."""
        sale = _issuance(State.IN_DOUBT, self.price, paid=paid).sale()
        if target is State.COMPLETED:
            return _purposes(on_completed(sale))
        return _purposes(on_voided(sale, money, deposited=paid))

    def mismatch_stops_municipality(self) -> bool:
        """Tell whether a mismatch stops its municipality."""
        return any(_is_of_all(stop) for stop in on_mismatch(_SUSPECT, "what", ()))

    def doubt(self, state: State, body: ReportBody, *, paid: bool, elsewhere: bool) -> Doubt | None:
        """Return what a report stops by doubting; None if it doubts nothing."""
        key = (state, body, paid, elsewhere)
        if key not in self._doubts:
            self._doubts[key] = self._doubted(state, body, paid=paid, elsewhere=elsewhere)
        return self._doubts[key]

    def _doubted(
        self, state: State, body: ReportBody, *, paid: bool, elsewhere: bool
    ) -> Doubt | None:
        if not is_doubt(_issuance(state, self.price, paid=paid), body):
            return None
        cause = StopCause.NOT_MINE if isinstance(body, NotMine) else StopCause.DOCUMENT_REJECTED
        stops = on_suspicion(_SUSPECT, cause, None, [_ELSEWHERE] if elsewhere else [])
        return Doubt(any(stop.terminal for stop in stops), any(_is_of_all(one) for one in stops))

    def claim_answers(self, claim: Claim, *, closed: bool) -> Phase | None:
        """Return what the adapter answers from a claim that is there; None: in progress."""
        key = (claim, closed)
        if key not in self._answers:
            self._answers[key] = _answered("closed" if closed else claim)
        return self._answers[key]


def _answered(claim: Claim) -> Phase | None:
    card = CardIdentity("authority", "serial")
    copy = Copy(_ID, "order", 1, "session", "nonce", "terminal", card)
    states = {"own": "prepared", "other": "prepared", "withheld": "refused"}
    found = Found(
        _ID,
        "order",
        1,
        states.get(claim, claim),
        (ReadBackFailed if claim == "withheld" else PersonRefused).slug,
        "attestation",
        b"sealed",
        _NOW,
        "000000000000",
        "paper",
        None,
        is_stopped=False,
        is_registered=True,
    )
    try:
        answer = answer_found(found, copy)
    except ReadBackFailed:
        return "withheld"
    except (PersonRefused, IssuanceClosed, IssuanceExpired):
        return "refused"
    if answer is None:
        return None
    return "other" if claim == "other" else "own"


def _is_of_all(stop: Stop) -> bool:
    return stop.terminal is None


def _purposes(transfers: tuple[Transfer, ...]) -> frozenset[Purpose]:
    return frozenset(transfer.purpose for transfer in transfers)


def _spoken(sequence: int, body: ReportBody) -> TerminalReport:
    return TerminalReport(
        terminal=_TERMINAL,
        sequence=sequence,
        issuance=str(_ID),
        reported_at=_NOW,
        enrolment="",
        body=body,
    )


_TERMINAL = f"{_SITE}-1"
_SUSPECT = Suspect(_ID, _DAY, _CITY, _TERMINAL, _SITE, "card")
_ELSEWHERE = EarlierDoubt("another-site", "another-card")


def _issuance(state: State, price: int, *, paid: bool) -> Issuance:
    return Issuance(
        issuance_id=_ID,
        municipality=_CITY,
        accepted_on=_DAY,
        order_id=_ID,
        order_digest="",
        session_digest="",
        copy_number=1,
        terminal=_TERMINAL,
        site=_SITE,
        chain=_CHAIN,
        place="store",
        channel=Channel.STORE,
        kind=Kind.SEAL_REGISTRATION,
        state=state,
        fee=price,
        commission=120,
        tariff_version="2026-04",
        configuration_version=1,
        deadline=_NOW,
        attestation="attestation",
        pages=PAGES,
        problem=None,
        event_sequence=3,
        accepted_at=_NOW,
        paid_at=_NOW if paid else None,
        test=False,
    )


def _live(_municipality: str) -> None:
    """Every municipality takes part."""


def _gateway(*, stopped: bool) -> Gateway:
    """Return as much of a gateway as a rule asks for: clock, name, trail, stops."""

    def check(_municipality: str, _terminal: str) -> None:
        if stopped:
            raise MunicipalityStopped()

    def alarm_row(what: str, _data: object, _municipality: str | None) -> OutboxRow:
        return cast("OutboxRow", what)

    parts = SimpleNamespace(
        municipalities=SimpleNamespace(live=_live),
        stops=SimpleNamespace(check=check),
        clock=SimpleNamespace(now=lambda: _NOW),
        settings=SimpleNamespace(name="centre.test"),
        trail=SimpleNamespace(alarm_row=alarm_row),
    )
    return cast("Gateway", parts)
