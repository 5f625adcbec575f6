"""Everything that a process reads from files, checked before it listens or connects."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from madoguchi_wire.clock import Clock, japan_day
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.card_authorities import AcceptedAuthority, read_authorities
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.trust_list import Environment

from municipal_adapter.certificates.content import Mayor, Office
from municipal_adapter.certificates.font import DEFAULT_DIGEST, DEFAULT_FONT
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.certificates.unprintable import UnknownCharacter
from municipal_adapter.evidence.sealing import read_public_key
from municipal_adapter.municipality.file import AdapterFile, read_adapter_files
from municipal_adapter.pictures.picture_refused import PictureRefused
from municipal_adapter.pictures.solid_png import solid_png
from municipal_adapter.records.vendor.forms import check_forms
from municipal_adapter.records.vendor.vendor_records import VendorRecords
from municipal_adapter.settings import Settings

_SECRET_BYTES = 32
_T = TypeVar("_T")


@dataclass(frozen=True)
class OwnInputs:
    """What is one municipality's own."""

    path: Path
    """Of the adapter file."""
    file: AdapterFile
    authorities: list[AcceptedAuthority]
    attestation_key: SigningKey = field(repr=False)
    beacon_key: bytes = field(repr=False)
    handle_key: bytes = field(repr=False)
    registration_key: bytes = field(repr=False)
    evidence_key: X25519PublicKey
    countersigning_key: SigningKey | None = field(repr=False)
    office: Office
    fonts: Fonts


@dataclass(frozen=True)
class Inputs:
    """What a process works with."""

    clock: Clock
    trust: Trust
    municipalities: list[OwnInputs]


def read_inputs(settings: Settings) -> Inputs:
    """Read all files that the settings name.

    Raises:
        ValueError: one of them cannot be used here; the text says what to do.
        SignatureRefused: the trust list does not hold, or is of another environment.

    """
    clock, environment = settings.common.clock(), settings.common.environment
    trust = Trust(settings.trust_list, settings.trust_root, environment, clock)
    files = read_adapter_files(settings.paths)
    today = japan_day(clock.now())
    named = zip(settings.paths, files, strict=True)
    return Inputs(
        clock, trust, [own_inputs(path, file, environment, today) for path, file in named]
    )


def own_inputs(path: Path, file: AdapterFile, environment: Environment, today: date) -> OwnInputs:
    """Read all files that an adapter file names.

    Raises:
        ValueError: one cannot be used; the text begins with the adapter file and the field.

    """
    keys = file.keys

    def read(field_: str, reading: Callable[[Path], _T], named: Path) -> _T:
        with told_of(path, field_):
            return reading(named)

    def authorities(named: Path) -> list[AcceptedAuthority]:
        return read_authorities(named, environment)

    secrets = {
        name: read(f"keys.{name}", secret, named)
        for name, named in (
            ("beacon", keys.beacon),
            ("handles", keys.handles),
            ("registrations", keys.registrations),
        )
    }
    _check_apart(path, secrets)
    _check_templates(path, file)
    _check_forms(path, file)
    fonts = _fonts(path, file)
    _check_printable(path, file, fonts)
    return OwnInputs(
        path=path,
        file=file,
        authorities=read("card_authorities", authorities, file.card_authorities),
        attestation_key=read("keys.attestation", _signing_key, keys.attestation),
        beacon_key=secrets["beacon"],
        handle_key=secrets["handles"],
        registration_key=secrets["registrations"],
        evidence_key=read("keys.evidence", read_public_key, keys.evidence),
        countersigning_key=(
            read("keys.countersigning", _signing_key, keys.countersigning)
            if keys.countersigning
            else None
        ),
        office=_office(path, file, today),
        fonts=fonts,
    )


def _check_apart(path: Path, secrets: Mapping[str, bytes]) -> None:
    """Pass if each secret is for one thing: who has a beacon's must not make handles with it.

    Raises:
        ValueError: two are the same.

    """
    for one, other in combinations(secrets, 2):
        if secrets[one] == secrets[other]:
            raise ValueError(f"{path}: keys.{other}: is the same secret as keys.{one}")


def _check_templates(path: Path, file: AdapterFile) -> None:
    """Pass if the municipality's own templates, where it has some, are there for each kind.

    Raises:
        ValueError: one is missing.

    """
    if file.templates is None:
        return
    for kind in file.kinds:
        if not (template := file.templates / f"{kind.value}.typ").is_file():
            raise ValueError(f"{path}: templates: {template}: there is no such file")


def _check_printable(path: Path, file: AdapterFile, fonts: Fonts) -> None:
    """Pass if an approved font draws each text of the file that is on certificates.

    Raises:
        ValueError: none draws one; the text names its place.

    """
    texts = {"name": file.name}
    for number, term in enumerate(file.mayors):
        of_term = {"title": term.title, "name": term.name}
        texts |= {
            f"mayors.{number}.{name}": fonts.with_gaiji(text) for name, text in of_term.items()
        }
    for place, text in texts.items():
        try:
            fonts.font_for([text])
        except UnknownCharacter:
            why = "has a character that no approved font draws"
            raise ValueError(f"{path}: {place}: {why}") from None


def _check_forms(path: Path, file: AdapterFile) -> None:
    """Pass if the forms of a vendor's server, where there is one, and their words can be used.

    Raises:
        ValueError: they cannot.

    """
    if not isinstance(file.records, VendorRecords):
        return
    with told_of(path, "records.words"):
        file.records.words.read_text("utf-8")
    try:
        check_forms(file.records, list(file.kinds))
    except ValueError as fault:
        raise ValueError(f"{path}: {fault}") from None


@contextmanager
def told_of(path: Path, field_: str) -> Generator[None]:
    """Tell a fault by the adapter file and the field that names what is at fault."""
    try:
        yield
    except OSError as fault:
        why = f"{fault.filename}: cannot be read: {fault.strerror}"
        raise ValueError(f"{path}: {field_}: {why}") from None
    except ValueError as fault:
        raise ValueError(f"{path}: {field_}: {fault}") from None


def _fonts(path: Path, file: AdapterFile) -> Fonts:
    """Return the approved fonts that the adapter file of the path names.

    Raises:
        ValueError: one cannot be used, or none has a glyph that 外字 are mapped to.

    """
    approved = [(font.file, font.sha256) for font in file.fonts]
    try:
        for number, (font, digest) in enumerate(approved or [(DEFAULT_FONT, DEFAULT_DIGEST)]):
            if sha256(_read(font)).hexdigest() != digest:
                raise ValueError(f"fonts.{number}: {font} is not the font that was approved")
        return Fonts([font for font, _ in approved], file.gaiji)
    except ValueError as fault:
        raise ValueError(f"{path}: {fault}") from None


def _office(path: Path, file: AdapterFile, today: date) -> Office:
    """Return the office that an adapter file describes.

    Raises:
        ValueError: its official seal cannot be printed, or nobody is mayor yet.

    """
    if file.mayors[0].since > today:
        raise ValueError(f"{path}: mayors: nobody is mayor on {today}: add the term")
    mayors = tuple(Mayor(term.title, term.name, term.since) for term in file.mayors)
    if file.office_seal is None:
        return Office(file.name, mayors)
    with told_of(path, "office_seal"):
        try:
            seal = solid_png(file.office_seal.read_bytes()).png
        except PictureRefused as refused:
            raise ValueError(f"{file.office_seal}: {refused}") from None
    return Office(file.name, mayors, seal)


def _signing_key(path: Path) -> SigningKey:
    try:
        return SigningKey.load(path)
    except (ValueError, TypeError):
        why = "holds no P-256 private key in PEM without a password"
        raise ValueError(f"{path}: {why}") from None


def secret(path: Path) -> bytes:
    """Return the random bytes that a file holds.

    Raises:
        ValueError: fewer than 32.
        OSError: no such file.

    """
    secret = path.read_bytes()
    if len(secret) < _SECRET_BYTES:
        raise ValueError(f"{path}: must hold at least {_SECRET_BYTES} random bytes")
    return secret


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from None
