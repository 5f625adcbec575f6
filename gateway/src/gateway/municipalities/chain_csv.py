"""Sites and terminals of large chains as CSV beside the chain's file, read row by row.

`komorebi.sites.csv` and `komorebi.terminals.csv` stand beside `komorebi.yaml`, which then has
neither `sites` nor `terminals`. UTF-8, with or without a BOM; the first row names the columns.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar

from madoguchi_wire.kit.strict_files import (
    ConfigurationFault,
    Read,
    name_in_folder,
    parsed,
    words_of_fault,
)
from madoguchi_wire.kit.yaml_file import load_yaml
from pydantic import BaseModel, ValidationError

from gateway.municipalities.rules.chain import ChainFile, ChainHead, EnrolledTerminal, Site

_MAXIMUM_BYTES = 64 * 1024 * 1024
_MAXIMUM_LINE = 10_000
_MAXIMUM_FAULTS = 100
"""Of one file: whoever gave the wrong one needs no more to see it."""
_HOURS = ("opens", "closes")
_BOM = b"\xef\xbb\xbf"
_M = TypeVar("_M", bound=BaseModel)


def csv_files(chain: Path) -> list[Path]:
    """Return the CSV files beside a chain's file."""
    return [path for path in _beside(chain) if path.exists()]


def read_with_csv(chain: Path) -> Read[ChainFile]:
    """Return a chain whose sites and terminals stand in CSV files.

    Raises:
        ConfigurationFault: it has faults, each named by file, row and column.

    """
    try:
        file = load_yaml(chain, name_in_folder(chain))
    except ValueError as error:
        raise ConfigurationFault(str(error)) from error
    head = parsed(file, ChainHead)
    sites_path, terminals_path = _beside(chain)
    sites = _read(sites_path, Site, "site", _HOURS)
    terminals = _read(terminals_path, EnrolledTerminal, "terminal", ())
    faults = sites.faults + terminals.faults
    if not sites.faults:
        faults += _few(
            [
                f"{terminals.name}:{row}: site: {one.site} is not in {sites.name}: add it there"
                for row, one in terminals.bodies.values()
                if one.site not in sites.bodies
            ],
            terminals.name,
        )
    if faults:
        raise ConfigurationFault("\n".join(faults))
    body = ChainFile.model_validate(
        head.model_dump(by_alias=True)
        | {
            "sites": tuple(site for _, site in sites.bodies.values()),
            "terminals": tuple(terminal for _, terminal in terminals.bodies.values()),
        }
    )
    return Read(file, body)


@dataclass
class _Table(Generic[_M]):
    """The rows of a file by their names, each with its number."""

    name: str
    bodies: dict[str, tuple[int, _M]] = field(default_factory=dict[str, tuple[int, _M]])
    faults: list[str] = field(default_factory=list[str])


def _beside(chain: Path) -> tuple[Path, Path]:
    return chain.with_suffix(".sites.csv"), chain.with_suffix(".terminals.csv")


def _read(path: Path, kind: type[_M], key: str, hours: Sequence[str]) -> _Table[_M]:
    table = _Table[_M](name_in_folder(path))
    columns = {name: one.is_required() for name, one in kind.model_fields.items()}
    if hours:
        columns |= dict.fromkeys(hours, False)
        del columns["hours"]
    try:
        for number, row in _rows(path, columns):
            _take(table, kind, key, number, row)
    except _Broken as broken:
        table.faults.append(f"{table.name}{broken}")
    if not table.bodies and not table.faults:
        table.faults.append(f"{table.name}: has no row: add at least one {key}")
    table.faults = _few(table.faults, table.name)
    return table


def _few(faults: list[str], name: str) -> list[str]:
    more = len(faults) - _MAXIMUM_FAULTS
    return [*faults[:_MAXIMUM_FAULTS], f"{name}: and {more} faults more"] if more > 0 else faults


def _take(table: _Table[_M], kind: type[_M], key: str, number: int, row: Mapping[str, str]) -> None:
    given = {name: value for name, value in row.items() if value and name not in _HOURS}
    hours = {name: row[name] for name in _HOURS if row.get(name)}
    try:
        body = kind.model_validate(given | ({"hours": hours} if hours else {}))
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False, include_context=False):
            way, _, rest = words_of_fault(fault).partition(": ")
            told = f"{way}: {rest}" if way in kind.model_fields else f"{key}: {way}: {rest}"
            place = f"{fault['loc'][-1]}: {way}: {rest}" if fault["loc"] else told
            table.faults.append(f"{table.name}:{number}: {place.removesuffix(': ')}")
        return
    first, _ = table.bodies.setdefault(row[key], (number, body))
    if first != number:
        table.faults.append(
            f"{table.name}:{number}: {key}: {row[key]} is given in row {first}, too: take one of"
            " them out"
        )


class _Broken(Exception):
    """Nothing behind it can be read; begins behind the file's name."""


def _rows(path: Path, columns: Mapping[str, bool]) -> Iterator[tuple[int, dict[str, str]]]:
    """Return each row with its number in the file; the first one names the columns."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise _Broken(f": cannot be read: {error.strerror}: both CSV files are needed") from None
    with file:
        reader = csv.reader(_lines(file), strict=True)
        try:
            header = next(reader, list[str]())
            _check_header(header, columns)
            for cells in reader:
                if len(cells) != len(header):
                    raise _Broken(
                        f":{reader.line_num}: has {len(cells)} cells, but {len(header)} columns are"
                        " named: a text with a comma stands in quotes"
                    )
                yield reader.line_num, dict(zip(header, cells, strict=True))
        except csv.Error as error:
            raise _Broken(f":{reader.line_num}: is no CSV: {error}") from None


def _check_header(header: Sequence[str], columns: Mapping[str, bool]) -> None:
    named = ",".join(columns)
    for name in header:
        if name not in columns:
            raise _Broken(f":1: there is no column {name[:40]!r}: the columns are {named}")
        if header.count(name) > 1:
            raise _Broken(f":1: the column {name} is named twice: take one of them out")
    for name, needed in columns.items():
        if needed and name not in header:
            raise _Broken(f":1: the column {name} is missing: the columns are {named}")


def _lines(file: BinaryIO) -> Iterator[str]:
    read = 0
    number = 0
    while line := file.readline(_MAXIMUM_LINE):
        number += 1
        read += len(line)
        if number == 1:
            line = line.removeprefix(_BOM)
        if len(line) == _MAXIMUM_LINE:
            raise _Broken(f":{number}: is longer than {_MAXIMUM_LINE} bytes: is a quote missing?")
        if read > _MAXIMUM_BYTES:
            raise _Broken(f": is larger than {_MAXIMUM_BYTES // 1024 // 1024} MB: split the chain")
        try:
            yield line.decode()
        except UnicodeDecodeError:
            raise _Broken(f":{number}: is no UTF-8 text: save it as “CSV UTF-8”") from None
