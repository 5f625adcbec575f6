"""Files of municipalities and chains, read strictly: all faults of all files are told at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from madoguchi_wire.kit.strict_files import ConfigurationFault, Read, read_with_lines
from madoguchi_wire.kit.yaml_file import YamlFile, load_yaml

from gateway.municipalities.chain_csv import csv_files, read_with_csv
from gateway.municipalities.rules.chain import ChainFile
from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.municipalities.rules.environments import faults_of_environment

MUNICIPALITIES, CHAINS = "municipalities", "chains"


def read_folder(
    folder: Path, *, development: bool
) -> tuple[list[MunicipalityFile], list[ChainFile]]:
    """Return what the files in `municipalities` and `chains` hold.

    Args:
        folder: holds the two; may be a checkout.
        development: what demo and tests use is allowed.

    Raises:
        ConfigurationFault: some file has a fault, or two speak of the same; it names them all.

    """
    faults: list[str] = []
    municipalities = _municipalities(
        _files(folder / MUNICIPALITIES, faults), faults, development=development
    )
    chains = _chains(_files(folder / CHAINS, faults), faults)
    faults += _left_alone(folder / CHAINS)
    if not faults and not municipalities and not chains:
        faults.append(f"{folder.name}: no municipalities/*.yaml and no chains/*.yaml in it")
    faults += _given_twice(municipalities, chains)
    if faults:
        raise ConfigurationFault("\n".join(faults))
    return [one.body for one in municipalities], [one.body for one in chains]


def read_alone(path: Path, *, development: bool) -> MunicipalityFile | ChainFile:
    """Return what one file holds: a municipality's has `code`, a chain's has `chain`.

    Raises:
        ConfigurationFault: it has faults; it names them all.

    """
    faults: list[str] = []
    try:
        document = load_yaml(path).document
    except ValueError:
        document = None  # told below, under its name
    if isinstance(document, Mapping) and "chain" in document:
        found: Sequence[Read[MunicipalityFile] | Read[ChainFile]] = _chains([path], faults)
    else:
        found = _municipalities([path], faults, development=development)
    if faults:
        raise ConfigurationFault("\n".join(faults))
    return found[0].body


def _files(folder: Path, faults: list[str]) -> list[Path]:
    faults += [
        f"{folder.name}/{path.name}: is not read: name it {path.stem}.yaml"
        for path in sorted(folder.glob("*.yml"))
    ]
    return sorted(folder.glob("*.yaml"))


def _municipalities(
    paths: Iterable[Path], faults: list[str], *, development: bool
) -> list[Read[MunicipalityFile]]:
    read = [one for path in paths if (one := read_with_lines(path, MunicipalityFile, faults))]
    for one in read:
        found = faults_of_environment(one.body, development=development)
        faults += [one.file.told(place, fault) for place, fault in found]
    return read


def _chains(paths: Iterable[Path], faults: list[str]) -> list[Read[ChainFile]]:
    read: list[Read[ChainFile]] = []
    for path in paths:
        if not csv_files(path):
            one = read_with_lines(path, ChainFile, faults)
            read += [one] if one else []
            continue
        try:
            read.append(read_with_csv(path))
        except ConfigurationFault as fault:
            faults.append(str(fault))
    return read


def _left_alone(folder: Path) -> Iterator[str]:
    """Name CSV files that no chain's file stands beside: they would be read by nobody."""
    chains = sorted(folder.glob("*.yaml"))
    read = {table for chain in chains for table in csv_files(chain)}
    for path in sorted(folder.glob("*.csv")):
        if path not in read:
            yield (
                f"{folder.name}/{path.name}: belongs to no chain: name it CHAIN.sites.csv or"
                " CHAIN.terminals.csv beside CHAIN.yaml"
            )


def _given_twice(
    municipalities: Iterable[Read[MunicipalityFile]], chains: Sequence[Read[ChainFile]]
) -> Iterator[str]:
    yield from _twice("municipality", ((one.body.code, one.file, "code") for one in municipalities))
    yield from _twice("chain", ((one.body.chain, one.file, "chain") for one in chains))
    yield from _twice(
        "site", ((site.site, one.file, "sites") for one in chains for site in one.body.sites)
    )
    yield from _twice(
        "terminal",
        (
            (terminal.terminal, one.file, "terminals")
            for one in chains
            for terminal in one.body.terminals
        ),
    )


def _twice(what: str, named: Iterable[tuple[str, YamlFile, str]]) -> Iterator[str]:
    """Name what two files give; inside one file its own rules find it."""
    first: dict[str, str] = {}
    for name, file, key in named:
        seen = first.setdefault(name, file.name)
        if seen != file.name:
            yield file.told((key,), f"{what} {name} is given in {seen}, too: take one of them out")
