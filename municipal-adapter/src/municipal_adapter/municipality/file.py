"""The adapter file: what a municipality decides about its own adapter.

Paths in it are relative to the file. Keys, records and rules are the municipality's alone; offer,
hours and prices are in the centre's municipality file.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Self

from madoguchi_wire.encoding import Digest
from madoguchi_wire.municipality_code import MunicipalityCode
from madoguchi_wire.order import Kind
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from municipal_adapter.municipality.text import NotBlank
from municipal_adapter.municipality.yaml_file import read_yaml
from municipal_adapter.records.choice import OwnRecords, Records
from municipal_adapter.records.files.files_records import FilesRecords
from municipal_adapter.records.sql.sql_records import SqlRecords
from municipal_adapter.records.vendor.vendor_records import VendorRecords

Text = Annotated[NotBlank, Field(max_length=100)]
CodePoint = Annotated[str, Field(pattern="^[0-9A-Fa-f]{4,6}$")]
ResidentNumber = Annotated[NotBlank, Field(max_length=200)]
MjName = Annotated[str, Field(pattern="^MJ[0-9]{6}$")]
DAY_S = 86_400


def _postgresql(address: str) -> str:
    if not address.startswith("postgresql://"):
        raise ValueError("must be an address like postgresql://user@host/database")
    return address


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True
    )


class KeyFiles(_Part):
    """Files with the keys of this municipality; all replicas have the same."""

    attestation: Path
    """P-256 private key, PKCS #8 PEM: signs attestations."""
    beacon: Path
    """At least 32 random bytes: makes the beacons of the minutes."""
    handles: Path
    """At least 32 random bytes: makes the handles of household members."""
    evidence: Path
    """X25519 public key, PEM: seals evidence of documents that did not pass; who has the private
    one, far from adapter and gateway, looks into quarantines."""
    registrations: Path
    """At least 32 random bytes: binds each registered card to its person."""
    countersigning: Path | None = None
    """P-256 private key, PKCS #8 PEM: countersigns the centre's stamps of audit events (連署);
    unset: this municipality is no witness."""


class KindRules(_Part):
    """What the municipality requires of a person for one kind of certificate."""

    minimum_age: Annotated[int, Field(ge=0, le=130, strict=True)] = 15
    """Full years on the day of issue."""
    maximum_copies: Annotated[int, Field(ge=1, le=10, strict=True)] = 5
    """Copies of one order."""


class Velocity(_Part):
    """How much a person may have, by all cards together."""

    papers_a_day: Annotated[int, Field(ge=1, le=1000, strict=True)] = 20


class MayorTerm(_Part):
    """In whose name certificates are issued from a day on."""

    name: Text
    title: Text
    """As printed before the name: 市川市長, or of an acting mayor 市川市長職務代理者."""
    since: date


class ApprovedFontFile(_Part):
    """A font file that somebody looked at and approved; another one of its name is refused."""

    file: Path
    sha256: Digest
    """Of the file, in hex."""


class AdapterFile(_Part):
    """One municipality's adapter file."""

    municipality: MunicipalityCode
    name: Text
    """The municipality's name as on its certificates."""
    gateway: Text
    """Name of the centre's gateway: sessions and requests for others are refused."""
    database_url: Annotated[str, AfterValidator(_postgresql)]
    """The adapter's PostgreSQL database, of this municipality alone: claims, sealed answers, and
    its own tables of records."""
    keys: KeyFiles
    card_authorities: Path
    """The YAML file of accepted card authorities."""
    records: Records = OwnRecords()
    """Where the records are."""
    crl_maximum_age_seconds: Annotated[int, Field(gt=0, strict=True)] = DAY_S
    crl_refresh_seconds: Annotated[float, Field(gt=0)] = 60
    records_maximum_age_seconds: Annotated[int, Field(gt=0, strict=True)] | None = None
    """Records that were brought up to date longer ago are not issued from; unset where the
    database is the register itself and not a copy."""
    velocity: Velocity = Velocity()
    test_residents: Annotated[frozenset[ResidentNumber], Field(max_length=20)] = frozenset()
    """Numbers of the test records (made-up persons in the records, whole households): they get
    papers that say 見本, at test terminals alone, where nobody else gets anything."""
    kinds: Annotated[dict[Kind, KindRules], Field(min_length=1)]
    mayors: Annotated[tuple[MayorTerm, ...], Field(min_length=1)]
    office_seal: Path | None = None
    """Picture of the official seal (職印), PNG; unset: drawn from the municipality's name."""
    templates: Path | None = None
    """Folder of the municipality's own Typst templates; unset: those of the adapter."""
    fonts: tuple[ApprovedFontFile, ...] = ()
    """The approved fonts, the preferred one first; unset: Noto Serif JP, which the adapter brings.
    A certificate is printed with the first that draws every character of it exactly."""
    gaiji: dict[CodePoint, MjName] = {}
    """外字: private-use code points of the records, each with the MJ character that it stands for;
    the others are refused."""

    @model_validator(mode="after")
    def _age_is_known(self) -> Self:
        limited = self.records_maximum_age_seconds is not None
        if limited and isinstance(self.records, SqlRecords) and self.records.current_as_of is None:
            raise ValueError("records_maximum_age_seconds: needs records.current_as_of")
        if not limited and isinstance(self.records, FilesRecords):
            # Files that stop coming would otherwise never be missed (domain I7).
            raise ValueError("records_maximum_age_seconds: is missing; files need it")
        return self

    @model_validator(mode="after")
    def _each_mayor_once(self) -> Self:
        days = [term.since for term in self.mayors]
        if days != sorted(set(days)):
            raise ValueError("mayors: name each term once, the earliest first")
        return self


def read_adapter_file(path: Path) -> AdapterFile:
    """Read one adapter file, with the paths in it made absolute.

    Raises:
        ValueError: faults in it, each with the exact path to it.

    """
    file = read_yaml(path, AdapterFile)
    folder = path.absolute().parent
    keys = KeyFiles(
        attestation=folder / file.keys.attestation,
        beacon=folder / file.keys.beacon,
        handles=folder / file.keys.handles,
        registrations=folder / file.keys.registrations,
        evidence=folder / file.keys.evidence,
        countersigning=folder / file.keys.countersigning if file.keys.countersigning else None,
    )
    return file.model_copy(
        update={
            "keys": keys,
            "card_authorities": folder / file.card_authorities,
            "office_seal": folder / file.office_seal if file.office_seal else None,
            "templates": folder / file.templates if file.templates else None,
            "records": _within(file.records, folder),
            "fonts": tuple(
                font.model_copy(update={"file": folder / font.file}) for font in file.fonts
            ),
        }
    )


def _within(records: Records, folder: Path) -> Records:
    """Return the choice of records with the paths in it made absolute."""
    if isinstance(records, FilesRecords):
        return records.model_copy(update={"folder": folder / records.folder})
    if not isinstance(records, VendorRecords):
        return records
    token = None if records.token_file is None else folder / records.token_file
    return records.model_copy(update={"words": folder / records.words, "token_file": token})


def read_adapter_files(paths: list[Path]) -> list[AdapterFile]:
    """Read the adapter files of a process: different municipalities, keys and records apart.

    Raises:
        ValueError: faults in them, or two of them share what must be apart.

    """
    files = [read_adapter_file(path) for path in paths]
    if not files:
        raise ValueError("ADAPTER_FILES names no adapter file")
    for what, values in (
        ("municipality", [file.municipality for file in files]),
        ("database_url", [file.database_url for file in files]),
        ("keys.attestation", [str(file.keys.attestation.resolve()) for file in files]),
        ("keys.beacon", [str(file.keys.beacon.resolve()) for file in files]),
        ("keys.handles", [str(file.keys.handles.resolve()) for file in files]),
        ("keys.registrations", [str(file.keys.registrations.resolve()) for file in files]),
        (
            "keys.countersigning",
            [str(key.resolve()) for file in files if (key := file.keys.countersigning)],
        ),
    ):
        if len(set(values)) != len(values):
            raise ValueError(f"two adapter files have the same {what}: each needs its own")
    return files
