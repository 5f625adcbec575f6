"""Everything that a process reads from files, checked before it listens or connects."""

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from madoguchi_wire.clock import Clock, japan_day
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.card_authorities import AcceptedAuthority, read_authorities
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.trust_list import Environment

from municipal_adapter.certificates.content import Mayor, Office
from municipal_adapter.certificates.font import DEFAULT_DIGEST, DEFAULT_FONT
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.certificates.office_seal import office_seal
from municipal_adapter.evidence.sealing import read_public_key
from municipal_adapter.municipality.file import AdapterFile, read_adapter_files
from municipal_adapter.settings import Settings

_SECRET_BYTES = 32


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
    return Inputs(clock, trust, [_own(path, file, environment, today) for path, file in named])


def _own(path: Path, file: AdapterFile, environment: Environment, today: date) -> OwnInputs:
    return OwnInputs(
        path=path,
        file=file,
        authorities=read_authorities(file.card_authorities, environment),
        attestation_key=SigningKey.load(file.keys.attestation),
        beacon_key=_secret(file.keys.beacon),
        handle_key=_secret(file.keys.handles),
        registration_key=_secret(file.keys.registrations),
        evidence_key=read_public_key(file.keys.evidence),
        countersigning_key=(
            SigningKey.load(file.keys.countersigning) if file.keys.countersigning else None
        ),
        office=_office(file, today),
        fonts=_fonts(path, file),
    )


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


def _office(file: AdapterFile, today: date) -> Office:
    """Return the office that an adapter file describes.

    Raises:
        ValueError: its official seal cannot be read, or nobody is mayor yet.

    """
    if file.mayors[0].since > today:
        raise ValueError(f"{file.municipality}: mayors: nobody is mayor on {today}: add the term")
    mayors = tuple(Mayor(term.title, term.name, term.since) for term in file.mayors)
    if file.office_seal is None:
        return Office(file.name, mayors, office_seal(f"{file.name}長之印"))
    return Office(file.name, mayors, _read(file.office_seal))


def _secret(path: Path) -> bytes:
    """Return the random bytes that a file holds.

    Raises:
        ValueError: fewer than 32, or no such file.

    """
    secret = _read(path)
    if len(secret) < _SECRET_BYTES:
        raise ValueError(f"{path}: must hold at least {_SECRET_BYTES} random bytes")
    return secret


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from None
