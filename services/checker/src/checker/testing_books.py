"""For tests: what honest parties leave behind, in memory, so that a test may spoil one of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from madoguchi_wire.clock import JAPAN, japan_day
from madoguchi_wire.events import AuditEvent, EventType, event_digest
from madoguchi_wire.reports import (
    CashCollected,
    CashCounted,
    Completed,
    Money,
    Paid,
    TerminalReport,
    Voided,
    VoidReason,
)

from checker.evidence.billing import Arrival, BilledPaper, BillingBooks, PayIn
from checker.evidence.rows import Books, Issuance, MeteringRecord, OutboxRow, Transfer
from checker.reconciliation.sources import OWN_MACHINE, Sources

_TOLD = (
    *("municipality", "kind", "channel", "chain", "site", "place", "fee", "commission"),
    "tariff_version",
)
"""What an event says of its paper, as far as money goes."""
_BILLED = ("issuance_id", "accepted_on", *_TOLD)
Body = Paid | Completed | Voided | CashCounted | CashCollected


@dataclass(frozen=True)
class Served:
    """A cardholder who stood at a machine."""

    terminal: str
    municipality: str
    day: date
    fee: int = 250
    voided: Money | None = None
    """What became of the money if no paper counts."""
    hour: int = 12


@dataclass(frozen=True)
class Emptied:
    """The staff count a machine's coins; then they take some out."""

    terminal: str
    day: date
    taken: int = 0
    hour: int = 20


class HonestDays:
    """Days on which everybody does and says what is right.

    A terminal belongs to the chain of its name's first part; `city` is the city's own machines.

    Args:
        happened: in the order of time.
    """

    def __init__(self, *happened: Served | Emptied) -> None:
        self.issuances: list[Issuance] = []
        self.reports: list[TerminalReport] = []
        self._coins: dict[str, int] = defaultdict(int)
        for one in happened:
            if isinstance(one, Served):
                self._serve(one)
            else:
                self._empty(one)

    def sources(self, today: date, billing: BillingBooks | None = None) -> Sources:
        """Return what all parties have left by noon of a day."""
        events = [_event(one) for one in self._completed]
        books = Books(
            issuances=tuple(self.issuances),
            answer_deadlines={},
            metering=tuple(_record(one) for one in self._completed),
            transfers=tuple(row for one in self.issuances for row in _booked(one)),
            ledger_lines=(),
            outbox=tuple(_row(number, one) for number, one in enumerate(events, start=1)),
            stamps=(),
            reports=(),
            outcomes=(),
            stops=(),
            decisions=(),
            sites={},
            rates=(),
            terminal_sites={},
            suspended=frozenset(),
            configurations={},
            municipality_decisions=(),
            billing=billing,
        )
        stream = [one.canonical() for one in events]
        return Sources(books, stream, tuple(self.reports), moment(today))

    def billing(self, last_day: date, paid_up_to: date | None = None) -> BillingBooks:
        """Return what billing has when days are closed and, up to one, paid in."""
        closed_at = moment(last_day + timedelta(days=1))
        taken = [one for one in self._completed if one.accepted_on <= last_day]
        sums: dict[tuple[str, str, date], int] = defaultdict(int)
        for one in taken:
            if one.channel != OWN_MACHINE and paid_up_to and one.accepted_on <= paid_up_to:
                sums[one.chain, one.municipality, one.accepted_on] += one.fee
        voided = (one for one in self.issuances if one.state == "voided")
        return BillingBooks(
            papers=tuple(_paper(one) for one in taken),
            pay_ins=tuple(
                PayIn(f"{day}", chain, municipality, day, yen, day + timedelta(days=1))
                for (chain, municipality, day), yen in sums.items()
                if yen > 0
            ),
            arrivals=tuple(self._arrived(paid_up_to)),
            claimed=frozenset(one.issuance_id for one in voided if one.accepted_on <= last_day),
            last_day=last_day,
            closed_at=closed_at,
        )

    def _arrived(self, last: date | None) -> Iterator[Arrival]:
        """Return what the city counted of its own machines' coins, up to a day."""
        taken: dict[tuple[str, date], int] = defaultdict(int)
        for one in self.reports:
            if isinstance(one.body, CashCollected) and one.terminal.startswith("city"):
                taken[one.terminal, japan_day(one.reported_at)] += one.body.yen
        for (terminal, day), yen in taken.items():
            if last is not None and day <= last:
                yield Arrival(terminal, day, yen)

    @property
    def _completed(self) -> Iterable[Issuance]:
        return (one for one in self.issuances if one.state == "completed")

    def _serve(self, served: Served) -> None:
        at = moment(served.day, served.hour)
        number = len(self.issuances) + 1
        where = str(UUID(int=number))
        self._say(served.terminal, at, Paid(yen=served.fee), where)
        if served.voided is None:
            self._say(served.terminal, at, Completed(pages=1), where)
        else:
            void = Voided(reason=VoidReason.PRINT_FAILED, money=served.voided)
            self._say(served.terminal, at, void, where)
        stayed = served.voided is not Money.REFUNDED
        self._coins[served.terminal] += served.fee if stayed else 0
        self.issuances.append(issuance(number, served))

    def _empty(self, emptied: Emptied) -> None:
        at, lies = moment(emptied.day, emptied.hour), self._coins[emptied.terminal]
        self._say(emptied.terminal, at, CashCounted(yen=lies))
        taken = min(emptied.taken, lies)
        if taken:
            self._say(emptied.terminal, at, CashCollected(yen=taken))
            self._coins[emptied.terminal] -= taken

    def _say(self, terminal: str, at: datetime, body: Body, where: str | None = None) -> None:
        number = 1 + sum(one.terminal == terminal for one in self.reports)
        report = TerminalReport(
            terminal=terminal,
            sequence=number,
            issuance=where,
            reported_at=at,
            enrolment="",
            body=body,
        )
        self.reports.append(report)


def moment(day: date, hour: int = 12) -> datetime:
    """Return an hour of Japan's day."""
    return datetime.combine(day, time(hour), JAPAN).astimezone(UTC)


def issuance(number: int, served: Served) -> Issuance:
    """Return the gateway's row about a cardholder who was served."""
    at = moment(served.day, served.hour)
    chain = served.terminal.split("-", maxsplit=1)[0]
    return Issuance(
        issuance_id=str(UUID(int=number)),
        municipality=served.municipality,
        accepted_on=served.day,
        order_id=str(UUID(int=number)),
        order_digest="",
        session_digest="",
        copy_number=1,
        terminal=served.terminal,
        site=served.terminal,
        chain=chain,
        place="市内",
        channel=OWN_MACHINE if chain == "city" else "store",
        kind="resident_record",
        state="completed" if served.voided is None else "voided",
        fee=served.fee,
        commission=0 if chain == "city" else 120,
        tariff_version="",
        configuration_version=1,
        deadline=at,
        report_deadline=at,
        attestation=None,
        certificate_number=None,
        pages=1,
        document_sha256=None,
        ciphertext_sha256=None,
        problem=None,
        void_reason=None if served.voided is None else "print_failed",
        money=served.voided,
        event_sequence=1,
        accepted_at=at,
        prepared_at=at,
        delivered_at=at,
        paid_at=at,
        test=False,
        ended_at=at,
    )


def _record(one: Issuance) -> MeteringRecord:
    return MeteringRecord(
        issuance_id=one.issuance_id,
        municipality=one.municipality,
        accepted_on=one.accepted_on,
        kind=one.kind,
        chain=one.chain,
        site=one.site,
        place=one.place,
        channel=one.channel,
        yen=one.fee,
        commission=one.commission,
        tariff_version=one.tariff_version,
        configuration_version=1,
    )


def _paper(one: Issuance) -> BilledPaper:
    facts = {name: getattr(one, name) for name in _BILLED}
    return BilledPaper(**facts, period=f"{one.accepted_on:%Y-%m}")


def _booked(one: Issuance) -> Iterator[Transfer]:
    """Return the ledger's rows of a paper whose fee was paid."""
    cash, deposits = f"cash:{one.chain}", f"deposits:{one.municipality}"
    owed, commission = f"owed_to_municipality:{one.municipality}", f"commission:{one.municipality}"

    def row(purpose: str, debit: str, credit: str, yen: int) -> Transfer:
        where = one.issuance_id, one.municipality, one.accepted_on
        return Transfer(*where, purpose, debit, credit, yen)

    yield row("fee_deposited", cash, deposits, one.fee)
    if one.state == "completed":
        yield row("fee_earned", deposits, owed, one.fee)
        if one.commission:
            yield row("commission", commission, f"owed_to_chain:{one.chain}", one.commission)
    elif one.money == Money.REFUNDED:
        yield row("fee_refunded", deposits, cash, one.fee)
    elif one.money == Money.KEPT:
        yield row("fee_kept", deposits, f"owed_to_cardholders:{one.chain}", one.fee)


def _event(one: Issuance) -> AuditEvent:
    return AuditEvent(
        id=one.issuance_id,
        source="centre.madoguchi.example",
        type=EventType.ISSUANCE_COMPLETED,
        subject=one.issuance_id,
        sequence=1,
        time=moment(one.accepted_on),
        salt="0" * 32,
        data={name: getattr(one, name) for name in _TOLD},
    )


def _row(position: int, event: AuditEvent) -> OutboxRow:
    canonical = event.canonical()
    return OutboxRow(
        position=position,
        event_id=event.id,
        subject=event.subject,
        sequence=event.sequence,
        type=event.type.value,
        canonical=canonical,
        digest=event_digest(canonical),
        stamp=None,
        published_at=event.time,
    )
