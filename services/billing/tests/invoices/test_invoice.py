"""Invoices come from whoever supplies the commission, with the tax rounded once per rate."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

import pytest
from billing.contracts.contracts import NoContract
from billing.invoices.invoice import Billed, Commission, invoices
from billing_testing.contracts import sample_contracts
from hypothesis import given
from hypothesis import strategies as st

CONTRACTS = sample_contracts()
APRIL = Billed("2010-04", date(2010, 4, 1), date(2010, 4, 30), date(2010, 5, 1))

COMMISSIONS = st.lists(
    st.builds(
        Commission,
        municipality=st.sampled_from(sorted(CONTRACTS.municipalities)),
        chain=st.sampled_from(sorted(CONTRACTS.chains)),
        rate=st.sampled_from([5, 8, 10]),
        unit=st.integers(0, 500),
        papers=st.integers(0, 10_000),
    ),
    max_size=20,
)


@given(COMMISSIONS)
def test_invoices_ask_for_all_commissions_and_round_the_tax_once_per_rate(
    commissions: list[Commission],
) -> None:
    made = invoices(commissions, CONTRACTS, APRIL)
    asked: dict[tuple[str, str, int], int] = defaultdict(int)
    for one in commissions:
        asked[one.municipality, CONTRACTS.supplier(one.chain).name, one.rate] += one.yen
    told = {
        (invoice.recipient_code, invoice.supplier, total.rate): total.yen
        for invoice in made
        for total in invoice.totals
    }
    assert told == {key: yen for key, yen in asked.items() if yen}
    for invoice in made:
        for total in invoice.totals:
            lines = [line for line in invoice.lines if line.rate == total.rate]
            assert total.yen == sum(line.unit * line.papers for line in lines)
            assert total.tax == total.yen * total.rate // (100 + total.rate)
    assert len({invoice.number for invoice in made}) == len(made)


ONE = Commission("122033", "komorebi", 10, 120, 10)


def test_an_invoice_is_qualified_from_october_2023_if_its_supplier_has_a_number() -> None:
    before = Billed("2023-09", date(2023, 9, 1), date(2023, 9, 30), date(2023, 10, 1))
    after = Billed("2023-10", date(2023, 10, 1), date(2023, 10, 31), date(2023, 11, 1))
    assert invoices([ONE], CONTRACTS, before)[0].registration is None
    number = invoices([ONE], CONTRACTS, after)[0].registration
    assert number is not None
    assert number == CONTRACTS.supplier("komorebi").number


def test_the_centre_writes_one_invoice_for_the_chains_that_leave_it_to_the_centre() -> None:
    chains = {
        name: chain.model_copy(update={"supplier": "centre"})
        for name, chain in CONTRACTS.chains.items()
    }
    other = replace(ONE, chain="machikado", papers=1)
    made = invoices([ONE, other], replace(CONTRACTS, chains=chains), APRIL)
    assert [(one.supplier, one.yen, one.tax) for one in made] == [
        (CONTRACTS.centre.name, 1320, 120)
    ]
    assert [one.tax for one in invoices([ONE, other], CONTRACTS, APRIL)] == [109, 10]


def test_a_chain_without_contract_gets_no_invoice() -> None:
    with pytest.raises(NoContract):
        invoices([replace(ONE, chain="elsewhere")], CONTRACTS, APRIL)


def test_an_invoice_says_by_when_and_where_it_is_paid() -> None:
    made = invoices([ONE, replace(ONE, municipality="131130")], CONTRACTS, APRIL)
    assert [one.due_on for one in made] == [date(2010, 5, 31), date(2010, 6, 30)]
    assert {one.pay_to for one in made} == {CONTRACTS.centre.account.words}
