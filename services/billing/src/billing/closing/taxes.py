"""How much of a period's commissions is consumption tax: rounded once for each rate of an invoice.

Where one supplier stands behind several chains, its invoice has one sum; each chain's part of the
tax is what the sum's tax grows by when the chain is added, so that the parts sum to the whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from billing.contracts.contracts import Contracts
from billing.contracts.files import Supplier
from billing.rules.tax import Taxed

_K = TypeVar("_K")


@dataclass(frozen=True, order=True)
class Commissioned:
    """A chain's commission for papers of a municipality at one rate."""

    municipality: str
    chain: str
    rate: int
    """Percent."""


def taxes(earned: Mapping[Commissioned, int], contracts: Contracts) -> dict[Commissioned, int]:
    """Return the tax in each commission (yen, tax included).

    Raises:
        NoContract: a chain has none.

    """
    invoiced: dict[tuple[str, Supplier, int], list[Commissioned]] = defaultdict(list)
    for one in sorted(earned):
        invoiced[one.municipality, contracts.supplier(one.chain), one.rate].append(one)
    parts: dict[Commissioned, int] = {}
    for (_, _, rate), chains in invoiced.items():
        parts |= _parts(rate, ((one, earned[one]) for one in chains))
    return parts


def _parts(rate: int, sums: Iterable[tuple[_K, int]]) -> dict[_K, int]:
    parts: dict[_K, int] = {}
    total = 0
    for key, yen in sums:
        before, total = Taxed(rate, total).tax, total + yen
        parts[key] = Taxed(rate, total).tax - before
    return parts
