"""All contracts together: what an account's name means to a bank."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from madoguchi_wire.kit.strict_files import ConfigurationFault, read_file, read_files

from billing.contracts.files import (
    CentreContract,
    ChainContract,
    MunicipalityContract,
    Supplier,
)


class NoContract(LookupError):
    """Nobody of this name has a contract; the text says which file is missing."""


@dataclass(frozen=True)
class Contracts:
    """Who takes part in settlement."""

    centre: CentreContract
    chains: Mapping[str, ChainContract]
    municipalities: Mapping[str, MunicipalityContract]

    def chain(self, chain: str) -> ChainContract:
        """Return a chain's contract.

        Raises:
            NoContract: there is none.

        """
        if chain not in self.chains:
            raise NoContract(f"chain {chain} has no contract: write chains/{chain}.yaml")
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

    def share(self, code: str, fiscal_year: int) -> int:
        """Return a municipality's share in yen of a fiscal year, by its people on its 1 April.

        Raises:
            NoContract: no contract, or none of its people or of shares for that year.

        """
        tables = [t for t in self.centre.shares if t.from_fiscal_year <= fiscal_year]
        if not tables:
            raise NoContract(f"centre.yaml: shares: none begins before fiscal year {fiscal_year}")
        first = date(fiscal_year, 4, 1)
        known = [p for p in self.municipality(code).populations if p.valid_from <= first]
        if not known:
            raise NoContract(f"municipalities/{code}.yaml: populations: none begins by {first}")
        return tables[-1].of(known[-1].people)


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
    if centre is None or faults:
        raise ConfigurationFault("\n".join(faults))
    return Contracts(
        centre,
        {one.chain: one for one in chains},
        {one.code: one for one in municipalities},
    )
