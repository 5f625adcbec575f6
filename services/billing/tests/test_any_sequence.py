"""Whatever happens in whatever order, a plain model explains every account, and the sum is zero."""

from collections import Counter, defaultdict
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

import pytest
from billing.books.balances import balances
from billing.books.office import Office
from billing.books.transfers import Purpose
from billing.checking.check import book_faults
from billing.closing.close import close_day, close_late, close_month
from billing.contracts.contracts import Contracts
from billing.rules.periods import Period
from billing.settlement.claims import explain, open_claims
from billing.settlement.paid_claims import ClaimPayment, pay_claim
from billing.settlement.pay_ins import PayIn, record_pay_in
from billing.settlement.payments import Payment, record_payment
from billing.settlement.refunds import refund
from billing.statements.making import list_statements, make_statements
from billing.statements.statement import Role
from billing.statements.tracing import trace
from billing_testing.gateway_books import Issued, at, end, forget_everything, make_months, write
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from madoguchi_wire.errors import AmountRefused, BillingRefused
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.reports import Money

CITIES = ("122033", "131130")
NET = CITIES[1]
"""Its contract says net."""
CHAINS = ("komorebi", "machikado", "ichikawa-city")
FEES, COMMISSIONS = (0, 10, 200, 250), (0, 110, 117, 120)
STARTS = (date(2011, 3, 29), date(2012, 2, 27), date(2019, 9, 29), date(2010, 12, 30))
"""The fiscal year's end, a leap day, a new rate of tax, the end of a calendar year."""
MAY_31 = (5, 31)
_SET_CLOCK = "SELECT set_config('madoguchi.clock_offset', $1, false)"


def month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def year_of(day: date) -> int:
    return (day - timedelta(days=90)).year if day.month < 4 else day.year


@dataclass
class Model:
    """What must be in the books, by one person with a pencil."""

    contracts: Contracts
    today: date
    first_closed: date | None = None
    last_day: date | None = None
    closed: list[str] = field(default_factory=list[str])
    issued: list[Issued] = field(default_factory=list[Issued])
    ended_on: dict[UUID, date] = field(default_factory=dict[UUID, date])
    period: dict[UUID, str] = field(default_factory=dict[UUID, str])
    """Of papers that a close took, and of claims."""
    refunded: dict[UUID, str] = field(default_factory=dict[UUID, str])
    """Who bore it: chain, municipality, or nobody where a machine had kept the fee."""
    explained: set[UUID] = field(default_factory=set[UUID])
    taxed: dict[tuple[str, str, str, int], int] = field(
        default_factory=dict[tuple[str, str, str, int], int]
    )
    shared: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    paid: set[UUID] = field(default_factory=set[UUID])
    """Claims."""
    filled: set[str] = field(default_factory=set[str])
    """Periods that have entries: late ones are closed before a month from June on."""
    moved: Counter[str] = field(default_factory=Counter[str])
    """Balances that payments made."""

    def period_of(self, accepted: date, entered: date) -> str:
        """Walk from the own month to the first open one, and ask at the year's end."""
        month, late = accepted.replace(day=1), f"{year_of(accepted)}-late"
        while f"{month:%Y-%m}" in self.closed:
            month = month_after(month)
            if month.month == 4 and year_of(month) == year_of(accepted) + 1:
                in_time = entered <= date(year_of(month), *MAY_31)
                if in_time and late not in self.closed:
                    return late
        return f"{month:%Y-%m}"

    def take(self, last: date) -> None:
        """All that has ended and is not taken comes into its period."""
        new = {
            one.issuance_id: self.period_of(one.accepted_on, self.ended_on[one.issuance_id])
            for one in self.issued
            if one.issuance_id in self.ended_on
            and one.issuance_id not in self.period
            and one.accepted_on <= last
        }
        self.period |= new
        self.filled |= set(new.values())

    def fill(self, one: Issued) -> None:
        """Of a paper, something is entered today."""
        self.filled.add(self.period_of(one.accepted_on, self.today))

    def late_waits(self, month: date) -> bool:
        """Return whether the late entries of the year before have to be closed before a month."""
        late = f"{year_of(month) - 1}-late"
        over = month > date(year_of(month), *MAY_31)
        return over and late in self.filled and late not in self.closed

    def close(self, period: str) -> None:
        """Book tax, and shares in months; then nothing joins the period any more."""
        sums: dict[tuple[str, str, str, int], int] = defaultdict(int)
        for one in self.issued:
            if one.state == "completed" and self.period.get(one.issuance_id) == period:
                rate = 10 if one.accepted_on >= date(2019, 10, 1) else 8
                rate = 5 if one.accepted_on < date(2014, 4, 1) else rate
                sums[period, one.municipality, one.chain, rate] += one.commission
        self.taxed |= {key: yen * key[3] // (100 + key[3]) for key, yen in sums.items()}
        self.find_paid_tax(period)
        self.set_off(period)
        if not period.endswith("late"):
            year = year_of(date.fromisoformat(f"{period}-01"))
            self.shared |= {(year, code) for code in self.contracts.municipalities}
        self.closed.append(period)

    def settled(self, account: str) -> int:
        """Return the balance of a municipality's account as far as days are closed."""
        city = account.partition(":")[2]
        waiting = [
            one
            for one in self.issued
            if one.state == "completed"
            and one.municipality == city
            and one.issuance_id not in self.period
        ]
        books = self.balances()
        if account.startswith("owed"):
            return books.get(account, 0) + sum(one.fee for one in waiting)
        if account.startswith("commission:"):
            return books.get(account, 0) - sum(one.commission for one in waiting)
        return books.get(account, 0)

    def find_paid_tax(self, period: str) -> None:
        """What of commissions that were paid before is tax is no commission any more."""
        for city in sorted({key[1] for key in self.taxed if key[0] == period}):
            paid = max(-self.settled(f"commission:{city}"), 0)
            _move(self.moved, f"commission:{city}", f"commission_tax:{city}", paid)

    def set_off(self, period: str) -> None:
        """Keep the commissions from the fees that the city with a net contract is owed."""
        papers = [
            one
            for one in self.issued
            if one.state == "completed"
            and one.municipality == NET
            and self.period.get(one.issuance_id) == period
        ]
        fees = sum(
            one.fee
            for one in papers
            if one.channel == "store" and self.refunded.get(one.issuance_id) != "chain"
        )
        tax = self.settled(f"commission_tax:{NET}")
        open_fees = -self.settled(f"owed_to_municipality:{NET}")
        open_commissions = tax + self.settled(f"commission:{NET}")
        earned = sum(one.commission for one in papers)
        yen = max(min(fees, earned, open_fees, open_commissions), 0)
        first = min(yen, tax)
        _move(self.moved, f"owed_to_municipality:{NET}", f"commission_tax:{NET}", first)
        _move(self.moved, f"owed_to_municipality:{NET}", f"commission:{NET}", yen - first)

    def balances(self) -> dict[str, int]:
        """Return every account, debits positive."""
        books: Counter[str] = Counter(self.moved)
        for one in self.issued:
            _of_one(books, one)
            self._of_closes(books, one)
        for (_, city, _, _), yen in self.taxed.items():
            _move(books, f"commission_tax:{city}", f"commission:{city}", yen)
        for year, city in self.shared:
            share = self.contracts.share(city, year)
            _move(books, f"share:{city}", "earned_by_centre", share)
        return {account: yen for account, yen in books.items() if yen != 0}

    def _of_closes(self, books: "Counter[str]", one: Issued) -> None:
        city, cash = one.municipality, f"cash:{one.chain}"
        taken = one.issuance_id in self.period
        if one.state == "completed" and taken and one.channel == "city_machine":
            _move(books, f"owed_to_municipality:{city}", cash, one.fee)
        if one.state == "voided" and taken and one.issuance_id not in self.explained:
            own = one.channel == "city_machine"
            debit = f"lost:{city}" if own else f"claims_on:{one.chain}"
            _move(books, debit, f"claimed_by:{city}", one.fee)
        never_taken = one.money is Money.NOT_TAKEN and one.paid
        if never_taken and one.issuance_id in self.explained | self.paid:
            _move(books, f"deposits:{city}", cash, one.fee)
        if one.issuance_id in self.paid:
            _move(books, "held_by_centre", f"claims_on:{one.chain}", one.fee)
            if one.issuance_id not in self.explained:
                _move(books, f"claimed_by:{city}", f"owed_to_municipality:{city}", one.fee)
        match self.refunded.get(one.issuance_id):
            case "chain":
                _move(books, f"owed_to_municipality:{city}", cash, one.fee)
            case "municipality":
                _move(books, f"refunded:{city}", f"treasury:{city}", one.fee)
            case "kept":
                _move(books, f"owed_to_cardholders:{one.chain}", cash, one.fee)
            case _:
                pass

    def bearer(self, one: Issued) -> str | None:
        """Return who has to bear a refund; None: there is nothing to give back."""
        if one.issuance_id in self.refunded or one.fee == 0:
            return None
        if one.state == "voided" and one.money is Money.KEPT:
            return "kept"
        if one.state != "completed":
            return None
        if one.channel == "city_machine":
            return "municipality"
        period = self.period.get(one.issuance_id)
        period = period or self.period_of(one.accepted_on, self.ended_on[one.issuance_id])
        return "municipality" if period in self.closed else "chain"


def _move(books: "Counter[str]", debit: str, credit: str, yen: int) -> None:
    books[debit] += yen
    books[credit] -= yen


def _of_one(books: "Counter[str]", one: Issued) -> None:
    """Where the gateway leaves the fee of an issuance, and its commission."""
    city, cash = one.municipality, f"cash:{one.chain}"
    if one.state == "completed":
        _move(books, cash, f"owed_to_municipality:{city}", one.fee)
        _move(books, f"commission:{city}", f"owed_to_chain:{one.chain}", one.commission)
    elif one.state == "voided" and one.money is Money.KEPT:
        _move(books, cash, f"owed_to_cardholders:{one.chain}", one.fee)
    elif one.paid and not (one.state == "voided" and one.money is Money.REFUNDED):
        _move(books, cash, f"deposits:{city}", one.fee)


@dataclass
class Run:
    """The books and the model, which are told the same."""

    connection: Connection
    model: Model
    minutes: int = 0

    @property
    def office(self) -> Office:
        return Office(self.model.contracts, self.model.today, Person.of("sato", "月次の締め処理"))

    async def tick(self) -> datetime:
        """Let a minute pass; the database's clock goes with the model's days."""
        self.minutes += 1
        moment = at(self.model.today, time(0)) + timedelta(minutes=self.minutes)
        offset = (moment - datetime.now(UTC)).total_seconds()
        await self.connection.execute(_SET_CLOCK, str(offset))
        return moment

    async def issue(self, many: list[dict[str, Any]]) -> None:
        for facts in many:
            moment = await self.tick()
            one = Issued(accepted_on=self.model.today, entered_at=moment, **facts)
            await write(self.connection, one)
            self.model.issued.append(one)
            if one.state in ("completed", "voided"):
                self.model.ended_on[one.issuance_id] = one.accepted_on

    async def advance(self, days: int) -> None:
        self.model.today += timedelta(days=days)

    async def next_month(self) -> None:
        self.model.today = month_after(self.model.today.replace(day=1))
        await self.close_month()

    async def end(self, which: int, outcome: Money | None) -> None:
        waiting = [one for one in self.model.issued if one.state in ("delivered", "paid")]
        if not waiting:
            return
        one = waiting[which % len(waiting)]
        if outcome is None and not one.paid:
            return
        one.state, one.money = ("voided", outcome) if outcome else ("completed", None)
        self.model.ended_on[one.issuance_id] = self.model.today
        await end(self.connection, one, await self.tick())

    async def close_day(self) -> None:
        model = self.model
        first = min((one.accepted_on for one in model.issued), default=model.today)
        day = model.last_day + timedelta(days=1) if model.last_day else first
        if await self._allowed(close_day(self.connection, self.office, day), day < model.today):
            model.take(day)
            model.first_closed = model.first_closed or day
            model.last_day = day

    async def close_month(self) -> None:
        model = self.model
        months = [one for one in model.closed if not one.endswith("late")]
        first = min((one.accepted_on for one in model.issued), default=model.today)
        begin = model.first_closed or first
        month = month_after(date.fromisoformat(f"{max(months)}-01")) if months else begin
        last = month_after(month.replace(day=1)) - timedelta(days=1)
        closing = close_month(self.connection, self.office, Period.month_of(month))
        if await self._allowed(closing, last < model.today and not model.late_waits(month)):
            model.take(last)
            model.close(f"{month:%Y-%m}")
            model.first_closed = model.first_closed or month.replace(day=1)
            model.last_day = max(model.last_day or last, last)

    async def close_late(self) -> None:
        model, year = self.model, year_of(self.model.today) - 1
        late = Period(year, None)
        may = (
            model.today > date(year + 1, *MAY_31)
            and f"{year + 1}-03" in model.closed
            and str(late) not in model.closed
        )
        if await self._allowed(close_late(self.connection, self.office, late), may):
            model.take(date(year + 1, 3, 31))
            model.close(str(late))

    async def refund(self, which: int) -> None:
        if not self.model.issued:
            return
        one = self.model.issued[which % len(self.model.issued)]
        bearer = self.model.bearer(one)
        if await self._allowed(
            refund(self.connection, self.office, one.issuance_id), bearer is not None
        ):
            assert bearer is not None
            self.model.refunded[one.issuance_id] = bearer
            self.model.fill(one)

    async def explain(self, which: int) -> None:
        if not self.model.issued:
            return
        one = self.model.issued[which % len(self.model.issued)]
        issuance = one.issuance_id
        claimed = one.state == "voided" and issuance in self.model.period
        may = claimed and issuance not in self.model.explained
        if await self._allowed(explain(self.connection, self.office, issuance), may):
            self.model.explained.add(issuance)
            self.model.fill(one)

    async def pay_claim(self, which: int) -> None:
        if not self.model.issued:
            return
        one = self.model.issued[which % len(self.model.issued)]
        issuance, today = one.issuance_id, self.model.today
        claimed = one.state == "voided" and issuance in self.model.period
        open_ = claimed and issuance not in self.model.explained | self.model.paid
        may = open_ and one.fee > 0 and one.channel == "store"
        paid = ClaimPayment(issuance, f"bank-{self.model.moved['references']}", today)
        self.model.moved["references"] += 1
        if await self._allowed(pay_claim(self.connection, self.office, paid), may):
            self.model.paid.add(issuance)

    async def pay_in(self, which: int, yen: int) -> None:
        store, city = CHAINS[which % 2], CITIES[which % 2]
        reference = f"bank-{self.model.moved['references']}"
        self.model.moved["references"] += 1
        today = self.model.today
        await record_pay_in(
            self.connection, self.office, PayIn(reference, store, city, today, yen, today)
        )
        _move(self.model.moved, "held_by_centre", f"cash:{store}", yen)

    async def pay(self, purpose: Purpose, which: int, yen: int) -> None:
        city, store = CITIES[which % 2], CHAINS[which % 2]
        party = store if purpose is Purpose.COMMISSION_PAID_OUT else city
        paid = Payment(
            purpose, party, yen, f"bank-{self.model.moved['references']}", self.model.today
        )
        self.model.moved["references"] += 1
        before = self.model.balances()
        try:
            await record_payment(self.connection, self.office, paid)
        except AmountRefused:
            return  # how much is owed for closed days, a test of its own holds
        match purpose:
            case Purpose.PAID_OUT:
                _move(self.model.moved, f"owed_to_municipality:{city}", "held_by_centre", yen)
            case Purpose.COMMISSION_PAID_OUT:
                _move(self.model.moved, f"owed_to_chain:{store}", "held_by_centre", yen)
            case Purpose.SHARE_PAID:
                _move(self.model.moved, "held_by_centre", f"share:{city}", yen)
            case _:
                tax = min(yen, before.get(f"commission_tax:{city}", 0))
                _move(self.model.moved, "held_by_centre", f"commission_tax:{city}", tax)
                _move(self.model.moved, "held_by_centre", f"commission:{city}", yen - tax)

    async def _allowed(self, act: Awaitable[object], may: bool) -> bool:  # noqa: FBT001
        await self.tick()
        try:
            await act
        except BillingRefused:
            assert not may
            return False
        assert may
        return True

    async def check(self) -> None:
        expected = self.model.balances()
        expected.pop("references", None)
        found = await balances(self.connection)
        assert sum(found.values()) == 0
        assert {account: yen for account, yen in found.items() if yen} == expected
        claims = {one.issuance_id for one in await open_claims(self.connection)}
        assert claims == {
            one.issuance_id
            for one in self.model.issued
            if one.state == "voided"
            and one.issuance_id in self.model.period
            and one.issuance_id not in self.model.explained | self.model.paid
        }

    async def check_statements(self) -> None:
        """Each paper of a closed period is in one line of a municipality's statements."""
        traced: list[UUID] = []
        for period in self.model.closed:
            await make_statements(self.connection, self.office, Period.of(period))
            statements = await list_statements(self.connection, Period.of(period))
            for statement in statements:
                if statement.party.role is Role.MUNICIPALITY:
                    for line in statement.lines:
                        ids = await trace(self.connection, statement, line.line)
                        assert len(ids) == line.papers
                        assert {self.model.period[one] for one in ids} == {period}
                        traced += ids
                for line in (*statement.commissions, *statement.refunds, *statement.late):
                    assert len(await trace(self.connection, statement, line.line)) == line.papers
        assert sorted(traced) == sorted(
            one.issuance_id
            for one in self.model.issued
            if one.state == "completed"
            and self.model.period.get(one.issuance_id) in self.model.closed
        )


Act = tuple[str, tuple[Any, ...]]
"""A method of `Run` and its arguments."""
PAYMENTS = (
    Purpose.PAID_OUT,
    Purpose.COMMISSION_PAID_IN,
    Purpose.COMMISSION_PAID_OUT,
    Purpose.SHARE_PAID,
)
OUTCOMES = (None, Money.NOT_TAKEN, Money.REFUNDED, Money.KEPT)
WHICH = st.integers(0, 7)


def act(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    return st.tuples(st.just(name), st.tuples(*arguments))


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    store = draw(st.sampled_from(CHAINS))
    own = store == "ichikawa-city"
    state = draw(st.sampled_from(("completed", "completed", "voided", "paid", "delivered")))
    return {
        "municipality": CITIES[0] if own else draw(st.sampled_from(CITIES)),
        "chain": store,
        "fee": draw(st.sampled_from(FEES)),
        "commission": 0 if own else draw(st.sampled_from(COMMISSIONS)),
        "channel": "city_machine" if own else "store",
        "state": state,
        "paid": state in ("completed", "paid") or (state == "voided" and draw(st.booleans())),
        "money": draw(st.sampled_from(OUTCOMES[1:])) if state == "voided" else None,
    }


SMALL_ACTS = st.one_of(
    act("end", WHICH, st.sampled_from(OUTCOMES)),
    act("refund", WHICH),
    act("explain", WHICH),
    act("pay_claim", WHICH),
    act("pay_in", WHICH, st.integers(1, 600)),
    act("pay", st.sampled_from(PAYMENTS), WHICH, st.integers(1, 300)),
)
CLOSES = st.one_of(
    act("close_day"),
    act("close_month"),
    *[act("next_month")] * 3,
    act("close_late"),
    act("advance", st.sampled_from((1, 1, 3, 31, 62))),
)
ROUNDS = st.tuples(
    act("issue", st.lists(facts(), min_size=1, max_size=3)), SMALL_ACTS, CLOSES, SMALL_ACTS
)


@pytest.mark.parametrize("start", STARTS)
@given(rounds=st.lists(ROUNDS, min_size=6, max_size=12))
@settings(
    max_examples=12,
    deadline=None,
    # To make a failing sequence shorter takes minutes on a database.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_a_plain_model_explains_every_account(
    connection: Connection, contracts: Contracts, start: date, rounds: list[tuple[Act, ...]]
) -> None:
    await forget_everything(connection)
    await make_months(connection, start, 26)
    net = contracts.municipality(NET).model_copy(update={"settlement": "net"})
    contracts = replace(contracts, municipalities={**contracts.municipalities, NET: net})
    run = Run(connection, Model(contracts, start))
    for name, arguments in chain.from_iterable(rounds):
        await getattr(run, name)(*arguments)
    await run.check()
    await run.check_statements()
    assert await book_faults(connection, contracts) == []
