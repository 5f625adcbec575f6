"""What the environment tells the stamper (`STAMPER_…`, and what it shares with other parts)."""

from pathlib import Path
from typing import Self

from madoguchi_wire.kit.settings import CommonSettings
from madoguchi_wire.municipality_code import MunicipalityCode
from madoguchi_wire.stamps import NEEDED_COUNTERSIGNATURES
from pydantic import Field, TypeAdapter, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_CODE = TypeAdapter[str](MunicipalityCode)


class Settings(BaseSettings):
    """One stamper: whose events, by which key, seen by whom."""

    model_config = SettingsConfigDict(env_prefix="STAMPER_", env_ignore_empty=True, extra="ignore")

    common: CommonSettings = Field(default_factory=CommonSettings)
    database_url: str
    """The gateway's database, postgresql://…"""
    centre: str = Field(min_length=1)
    """The gateway's name: the source of the events, and the owner of the key."""
    key: Path
    """The stamping key, P-256, PKCS #8 PEM; in nobody else's hands."""
    trust_list: Path
    """The trust list, a JWS file; read again whenever it changes."""
    trust_root: Path
    """The pinned root's public key, PEM."""
    witnesses: str
    """`122033=http://adapter.example,131130=…`: municipalities that countersign."""
    needed_countersignatures: int = Field(default=NEEDED_COUNTERSIGNATURES, ge=1)
    """Of different municipalities, until a stamp is complete."""
    timestamp_url: str | None = None
    """Of an RFC 3161 authority; unset: stamps are complete without a time stamp."""
    timestamp_roots: Path | None = None
    """Root certificates of that authority, PEM."""
    seconds: float = Field(default=1, gt=0)
    """Between one look for events and the next."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    """Of /livez, /readyz and /metrics."""
    drain_seconds: float = Field(default=5, ge=0)

    @property
    def addresses(self) -> dict[str, str]:
        """Base address of each witness, by municipality."""
        named = [one.strip().partition("=") for one in self.witnesses.split(",") if one.strip()]
        return {code.strip(): address.strip().rstrip("/") for code, _, address in named}

    @model_validator(mode="after")
    def _witnesses_are_enough(self) -> Self:
        found = self.addresses
        for code, address in found.items():
            if not address.startswith(("http://", "https://")):
                raise ValueError("STAMPER_WITNESSES: write municipality=http://address, by comma")
            _CODE.validate_python(code)
        if len(found) < self.needed_countersignatures:
            raise ValueError(
                f"STAMPER_WITNESSES: {self.needed_countersignatures} municipalities have to"
                f" countersign, {len(found)} are named"
            )
        return self

    @model_validator(mode="after")
    def _authority_is_known(self) -> Self:
        if (self.timestamp_url is None) != (self.timestamp_roots is None):
            raise ValueError("set both STAMPER_TIMESTAMP_URL and STAMPER_TIMESTAMP_ROOTS, or none")
        return self

    @classmethod
    def from_environment(cls) -> Self:
        """Return what the environment says.

        Raises:
            ValueError: a variable is missing or wrong (pydantic's `ValidationError`).

        """
        return cls()  # pyright: ignore[reportCallIssue] (the environment gives what is required)
