"""What is booked, for every amount: each transfer moves, and accounts end where they should."""

from collections import Counter

from gateway.metering.rules import Purpose, Sale, Transfer, on_completed, on_paid, on_voided
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.reports import Money

SALES = st.builds(
    Sale,
    municipality=st.just("122033"),
    chain=st.just("tokiwa"),
    fee=st.integers(0, 1_000_000),
    commission=st.integers(0, 1_000_000),
)


def _balances(*transfers: Transfer) -> Counter[str]:
    balances: Counter[str] = Counter()
    for transfer in transfers:
        assert transfer.yen >= 0
        assert transfer.debit != transfer.credit
        balances[transfer.debit] += transfer.yen
        balances[transfer.credit] -= transfer.yen
    return balances


@given(SALES)
def test_a_completed_paper_leaves_no_deposit_and_owes_its_whole_fee(sale: Sale) -> None:
    balances = _balances(*on_paid(sale), *on_completed(sale))
    assert balances["deposits:122033"] == 0
    assert balances["cash:tokiwa"] == -balances["owed_to_municipality:122033"] == sale.fee
    assert balances["commission:122033"] == -balances["owed_to_chain:tokiwa"] == sale.commission


@given(SALES)
def test_the_fee_is_booked_even_when_it_is_zero(sale: Sale) -> None:
    purposes = [transfer.purpose for transfer in (*on_paid(sale), *on_completed(sale))]
    assert purposes[:2] == [Purpose.FEE_DEPOSITED, Purpose.FEE_EARNED]
    assert (Purpose.COMMISSION in purposes) == (sale.commission > 0)


@given(SALES)
def test_a_refund_undoes_exactly_its_deposit(sale: Sale) -> None:
    refund = on_voided(sale, Money.REFUNDED, deposited=True)
    assert not any(_balances(*on_paid(sale), *refund).values())
    assert [transfer.reverses for transfer in refund] == [Purpose.FEE_DEPOSITED]


@given(SALES, st.booleans())
def test_money_that_was_kept_is_owed_to_the_cardholder(sale: Sale, deposited: bool) -> None:  # noqa: FBT001 (Hypothesis gives it)
    before = on_paid(sale) if deposited else ()
    balances = _balances(*before, *on_voided(sale, Money.KEPT, deposited=deposited))
    assert balances["cash:tokiwa"] == sale.fee
    assert balances["owed_to_cardholders:tokiwa"] == -sale.fee
    assert balances["deposits:122033"] == 0


@given(SALES)
def test_money_that_never_came_in_moves_nothing(sale: Sale) -> None:
    for money in (Money.NOT_TAKEN, Money.REFUNDED):
        assert on_voided(sale, money, deposited=False) == ()
