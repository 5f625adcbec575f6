"""The file of accepted card authorities: each with its certificate, policy and revocation list."""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from pydantic import BaseModel, ConfigDict, ValidationError

from madoguchi_wire.card_certificates import CardAuthority
from madoguchi_wire.kit.strict_files import faults_of
from madoguchi_wire.kit.yaml_file import load_yaml
from madoguchi_wire.trust_list import Environment


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    certificate: Path
    policy: str
    crl: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    authorities: list[_Entry]


@dataclass(frozen=True)
class AcceptedAuthority:
    """An authority and where its revocation list is fetched: an http(s) address or a file."""

    authority: CardAuthority
    crl: str


def read_authorities(path: Path, environment: Environment) -> list[AcceptedAuthority]:
    """Read the file; paths in it are relative to it.

    Raises:
        ValueError: the file does not fit, or names an authority made by demo or tests outside
            development; the text says which and what to do.

    """
    file = load_yaml(path)
    try:
        entries = _File.model_validate(file.document).authorities
    except ValidationError as error:
        raise ValueError("\n".join(faults_of(file, error))) from None
    accepted = [_accepted(entry, path.parent) for entry in entries]
    for one in accepted:
        if one.authority.is_for_development and environment != "development":
            raise ValueError(
                f"{path}: the card authority {one.authority.name} was made by demo or tests, which"
                f" {environment} refuses: name the real authority's certificate"
            )
    return accepted


def _accepted(entry: _Entry, folder: Path) -> AcceptedAuthority:
    try:
        certificate = x509.load_pem_x509_certificate((folder / entry.certificate).read_bytes())
        policy = x509.ObjectIdentifier(entry.policy)
    except ValueError as error:
        raise ValueError(
            f"the card authority {entry.name}: give its certificate in PEM and its policy as a"
            f" dotted OID ({error})"
        ) from error
    authority = CardAuthority(entry.name, certificate, policy)
    remote = entry.crl.startswith(("http://", "https://"))
    return AcceptedAuthority(authority, entry.crl if remote else str(folder / entry.crl))
