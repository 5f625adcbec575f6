"""What the environment tells the billing service (`BILLING_…`, and what it shares with others)."""

from pathlib import Path
from typing import Self

from madoguchi_wire.keys import KeySet
from madoguchi_wire.kit.settings import CommonSettings
from madoguchi_wire.kit.trust import load_root
from madoguchi_wire.trust_list import verified_trust_list
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DatabaseSettings(BaseSettings):
    """What every command needs."""

    model_config = SettingsConfigDict(env_prefix="BILLING_", env_ignore_empty=True, extra="ignore")

    common: CommonSettings = Field(default_factory=CommonSettings)
    database_url: str
    """The gateway's database, postgresql://…, in which the schema `billing` lies."""

    @classmethod
    def from_environment(cls) -> Self:
        """Return what the environment says.

        Raises:
            ValueError: a variable is missing or wrong (pydantic's `ValidationError`).

        """
        return cls()  # pyright: ignore[reportCallIssue] (the environment gives what is required)


class BooksSettings(DatabaseSettings):
    """What is needed to close, to settle and to state."""

    contracts: Path
    """The folder of the contract files."""
    trust_list: Path | None = None
    """The trust list, a JWS file: it has the keys that municipalities consent with."""
    trust_root: Path | None = None
    """The pinned root's public key, PEM."""

    def key_set(self) -> KeySet:
        """Return the keys of the trust list.

        Raises:
            ValueError: there is none, or it cannot be read.
            SignatureRefused: it does not hold.

        """
        if self.trust_list is None or self.trust_root is None:
            raise ValueError(
                "set BILLING_TRUST_LIST and BILLING_TRUST_ROOT: the trust list has the key that"
                " the municipality consents with"
            )
        token, root = self.trust_list.read_text("ascii").strip(), load_root(self.trust_root)
        now = self.common.clock().now()
        return verified_trust_list(token, root, now, self.common.environment).key_set()


class Settings(BooksSettings):
    """What the service needs."""

    token: str = Field(min_length=16)
    """Whoever signs people in sends it with the name of the person, for the API."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    drain_seconds: float = Field(default=5, ge=0)
