"""The draft of a trust list: a YAML file that people write and review, and the root signs."""

from datetime import UTC, datetime, time
from pathlib import Path

from madoguchi_wire.keys import KeyPurpose, TrustedKey, key_id, load_public_key
from madoguchi_wire.kit.strict_files import faults_of
from madoguchi_wire.kit.yaml_file import load_yaml
from madoguchi_wire.trust_list import AllowedBuild, Environment
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class _Key(BaseModel):
    model_config = ConfigDict(extra="forbid")

    purpose: KeyPurpose
    owner: str
    public_key: str
    since: datetime = Field(alias="from")
    until: datetime


class Draft(BaseModel):
    """What the next list shall name."""

    model_config = ConfigDict(extra="forbid")

    environment: Environment
    keys: list[_Key]
    builds: list[AllowedBuild]

    def trusted(self) -> list[TrustedKey]:
        """Return the keys, each under its kid.

        Raises:
            SignatureRefused: one is no P-256 public key.

        """
        return [
            TrustedKey(
                kid=key_id(load_public_key(key.public_key)),
                purpose=key.purpose,
                owner=key.owner,
                public_key=key.public_key,
                not_before=_moment(key.since),
                not_after=_moment(key.until),
            )
            for key in self.keys
        ]


def read_draft(path: Path) -> Draft:
    """Read a draft.

    Raises:
        OSError, ValueError: it cannot be read; each fault with its line.

    """
    file = load_yaml(path)
    try:
        return Draft.model_validate(file.document)
    except ValidationError as error:
        raise ValueError("\n".join(faults_of(file, error))) from None


def _moment(value: datetime) -> datetime:
    # A day without a time begins at midnight, UTC.
    return value if value.tzinfo else datetime.combine(value.date(), time(), UTC)
