"""What the environment tells the audit service (`AUDIT_…`, and what it shares with others)."""

from pathlib import Path
from typing import Self

from madoguchi_wire.kit.settings import CommonSettings
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DatabaseSettings(BaseSettings):
    """What every command needs."""

    model_config = SettingsConfigDict(env_prefix="AUDIT_", env_ignore_empty=True, extra="ignore")

    common: CommonSettings = Field(default_factory=CommonSettings)
    database_url: str
    """The archive's database, postgresql://…; never the gateway's."""
    centre: str = "centre.madoguchi.example"
    """The source of the events that belong here: the gateway's name."""

    @classmethod
    def from_environment(cls) -> Self:
        """Return what the environment says.

        Raises:
            ValueError: a variable is missing or wrong (pydantic's `ValidationError`).

        """
        return cls()  # pyright: ignore[reportCallIssue] (the environment gives what is required)


class TrustSettings(DatabaseSettings):
    """What is needed to verify."""

    trust_list: Path
    """The trust list, a JWS file."""
    trust_root: Path
    """The pinned root's public key, PEM."""
    timestamp_roots: Path | None = None
    """Root certificates (PEM) of the time-stamp authority, where the centre asks one."""
    witnesses: str = ""
    """`122033=http://adapter.example,…`: whose heads show whether the end was cut."""

    @property
    def witness_addresses(self) -> dict[str, str]:
        """Base address of each witness, by municipality."""
        named = [one.strip().partition("=") for one in self.witnesses.split(",") if one.strip()]
        return {code.strip(): address.strip().rstrip("/") for code, _, address in named}


class Settings(TrustSettings):
    """What the service needs."""

    token: str = Field(min_length=16)
    """Whoever signs people in sends it with the name of the person, for the API."""
    kafka_bootstrap_servers: str | None = Field(
        default=None, validation_alias="KAFKA_BOOTSTRAP_SERVERS"
    )
    """host:port,… of Kafka's brokers; without it the archive is filled by `audit import`."""
    kafka_group: str = "madoguchi-audit"
    kafka_topic: str = "madoguchi.audit"
    """Of the events; those of stamps and dead letters are named after it."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    drain_seconds: float = Field(default=5, ge=0)
