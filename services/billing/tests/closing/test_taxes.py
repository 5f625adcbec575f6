"""Tax within commissions: rounded once for each rate of an invoice, and shared without a rest."""

from collections import defaultdict
from dataclasses import replace

from billing.closing.taxes import Commissioned, taxes
from billing.contracts.contracts import Contracts
from billing.rules.tax import Taxed
from hypothesis import given
from hypothesis import strategies as st

CITIES, CHAINS, RATES = ("122033", "131130"), ("komorebi", "machikado"), (5, 8, 10)
KEYS = st.builds(Commissioned, *map(st.sampled_from, (CITIES, CHAINS, RATES)))


@given(earned=st.dictionaries(KEYS, st.integers(0, 10**9)), is_centre=st.booleans())
def test_parts_sum_to_the_tax_of_each_invoice(
    contracts: Contracts, earned: dict[Commissioned, int], *, is_centre: bool
) -> None:
    if is_centre:
        chains = {
            name: chain.model_copy(update={"supplier": "centre"})
            for name, chain in contracts.chains.items()
        }
        contracts = replace(contracts, chains=chains)
    found = taxes(earned, contracts)
    sums: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0])
    for one, yen in earned.items():
        invoice = sums[one.municipality, contracts.supplier(one.chain), one.rate]
        invoice[0] += yen
        invoice[1] += found[one]
        assert abs(found[one] - Taxed(one.rate, yen).tax) <= 1
    for (_, _, rate), (yen, tax) in sums.items():
        assert tax == yen * int(str(rate)) // (100 + int(str(rate)))
