"""All contracts together: what an account's name means to a bank."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from madoguchi_wire.kit.strict_files import ConfigurationFault, read_file, read_files

from billing.contracts.files import (
    CentreContract,
    ChainContract,
    MunicipalityContract,
    Payer,
    Supplier,
)
from billing.rules.periods import fiscal_year

CENTRE = "centre"
"""Its name among those who pay and are paid."""


class NoContract(LookupError):
    """Nobody of this name has a contract; the text says which file is missing."""


@dataclass(frozen=True)
class Contracts:
    """Who takes part in settlement."""

    centre: CentreContract
    chains: Mapping[str, ChainContract]
    municipalities: Mapping[str, MunicipalityContract]

    @property
    def payers(self) -> Mapping[str, Payer]:
        """Everybody with a bank account, by the name that transfer files use."""
        return {**self.chains, **self.municipalities, CENTRE: self.centre}

    def chain(self, chain: str) -> ChainContract:
        """Return a chain's contract.

        Raises:
            NoContract: there is none.

        """
        if chain not in self.chains:
            raise NoContract(
                f"chain {chain} has no contract: write chains/{chain}.yaml; a municipality's own"
                " machines need none, they pay nothing in and get nothing"
            )
        return self.chains[chain]

    def municipality(self, code: str) -> MunicipalityContract:
        """Return a municipality's contract.

        Raises:
            NoContract: there is none.

        """
        if code not in self.municipalities:
            raise NoContract(
                f"municipality {code} has no contract: write municipalities/{code}.yaml"
            )
        return self.municipalities[code]

    def supplier(self, chain: str) -> Supplier:
        """Return who supplies the commission of a chain, and so writes the invoice for it.

        Raises:
            NoContract: the chain has none.

        """
        supplier = self.chain(chain).supplier
        return self.centre.supplier if supplier == "centre" else supplier

    def share(self, code: str, year: int) -> int:
        """Return a municipality's share in yen of a fiscal year; 0 if it takes no part in it.

        It is of its people on the year's 1 April; of a first year that it begins later, a twelfth
        for each month from that one on.

        Raises:
            NoContract: it has none.

        """
        contract = self.municipality(code)
        months = contract.months_of(year)
        if months == 0:
            return 0
        tables = [t for t in self.centre.shares if t.from_fiscal_year <= year]
        return tables[-1].of(contract.people_on(date(year, 4, 1))) * months // 12


def read_contracts(folder: Path) -> Contracts:
    """Return what the contract files hold.

    Raises:
        ConfigurationFault: some file has a fault, or two speak of the same; it names them all.

    """
    faults: list[str] = []
    centre = read_file(folder / "centre.yaml", CentreContract, faults)
    chains = read_files(folder / "chains", ChainContract, faults)
    municipalities = read_files(folder / "municipalities", MunicipalityContract, faults)
    for what, names in (
        ("chain", [one.chain for one in chains]),
        ("municipality", [one.code for one in municipalities]),
    ):
        faults += [
            f"{what} {name} is given twice" for name in sorted(set(names)) if names.count(name) > 1
        ]
    if centre is not None:
        faults += _without_share(centre, municipalities)
    if centre is None or faults:
        raise ConfigurationFault("\n".join(faults))
    return Contracts(
        centre,
        {one.chain: one for one in chains},
        {one.code: one for one in municipalities},
    )


def _without_share(
    centre: CentreContract, municipalities: Iterable[MunicipalityContract]
) -> Iterator[str]:
    begins = centre.shares[0].from_fiscal_year
    for one in municipalities:
        if fiscal_year(one.valid_from) < begins:
            yield (
                f"municipalities/{one.code}.yaml: from: {one.valid_from} is before the first"
                f" share, of fiscal year {begins} (centre.yaml: shares)"
            )
