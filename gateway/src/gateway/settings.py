"""What the environment tells a gateway process (`GATEWAY_…`, and `MADOGUCHI_…` for all parts)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from madoguchi_wire.keys import KeySet
from madoguchi_wire.kit.settings import CommonSettings
from madoguchi_wire.kit.trust import load_root
from madoguchi_wire.trust_list import TrustList, verified_trust_list
from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_WAITING_S = 72 * 3600


class DatabaseSettings(BaseSettings):
    """All that `migrate` needs."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", extra="ignore")

    common: CommonSettings = Field(default_factory=CommonSettings)
    database_url: str
    """postgresql://…"""
    name: str = "centre.madoguchi.example"
    """The issuer of tokens; signed into sessions; source of audit events."""

    @classmethod
    def from_environment(cls) -> Self:
        """Return what the environment says.

        Raises:
            ValueError: a variable is missing or wrong (pydantic's `ValidationError`).

        """
        return cls()  # pyright: ignore[reportCallIssue] (the environment gives what is required)


class DecisionSettings(DatabaseSettings):
    """What decisions about municipalities need."""

    trust_list: Path | None = None
    """The trust list, a JWS file: it has the keys that municipalities consent with."""
    trust_root: Path | None = None
    """The pinned root's public key, PEM."""
    decision_waiting_seconds: float = Field(default=SHORTEST_WAITING_S, ge=0)
    """How long a change of keys or addresses waits, so that somebody can object."""
    live_without_report: bool = False
    """Whether a municipality may go live that was not probed."""

    @model_validator(mode="after")
    def _production_has_no_short_cuts(self) -> Self:
        if self.common.environment == "development":
            return self
        if self.decision_waiting_seconds < SHORTEST_WAITING_S:
            raise ValueError(
                "GATEWAY_DECISION_WAITING_SECONDS is less than 72 hours, which production refuses:"
                " unset it, or set MADOGUCHI_ENVIRONMENT=development"
            )
        if self.live_without_report:
            raise ValueError(
                "GATEWAY_LIVE_WITHOUT_REPORT lets a municipality go live that was not probed, which"
                " production refuses: unset it, or set MADOGUCHI_ENVIRONMENT=development"
            )
        return self

    def key_set(self, at: datetime) -> KeySet:
        """Return the keys of the trust list; raises as `trusted`."""
        return self.trusted(at).key_set()

    def trusted(self, at: datetime) -> TrustList:
        """Return the trust list.

        Raises:
            ValueError: there is none, or it cannot be read.
            SignatureRefused: it does not hold.

        """
        if self.trust_list is None or self.trust_root is None:
            raise ValueError(
                "set GATEWAY_TRUST_LIST and GATEWAY_TRUST_ROOT: the trust list has the keys of"
                " the municipality"
            )
        token, root = self.trust_list.read_text("ascii").strip(), load_root(self.trust_root)
        return verified_trust_list(token, root, at, self.common.environment)


class CardSettings(DatabaseSettings):
    """What it takes to make the pseudonym of a card."""

    pseudonym_secret: Path
    """At least 32 random bytes, the same for all replicas; makes the pseudonyms of cards."""
    card_authorities: Path
    """The YAML file of accepted card authorities."""


class Settings(CardSettings):
    """All that `serve` needs."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    trust_list: Path
    """The trust list, a JWS file; read again whenever it changes."""
    trust_root: Path
    """The pinned root's public key, PEM."""
    request_key: Path
    """The private key that signs requests to adapters, PEM."""
    token_secret: Path
    """At least 32 random bytes, the same for all replicas."""
    challenge_secret: Path
    """At least 32 random bytes, the same for all replicas."""
    drain_seconds: float = Field(default=5, ge=0)
    issuance_deadline_seconds: float = Field(default=30, gt=0, lt=120)
    """Below the two minutes in which an adapter acts on a signed order (decision 0011)."""
    report_deadline_seconds: float = Field(default=600, gt=0)
    """A delivered issuance without its terminal's report is in doubt after it."""
    crl_maximum_age_seconds: float = Field(default=86_400, gt=0)
    crl_refresh_seconds: float = Field(default=60, gt=0)

    audit_lag_rows: int = Field(default=2_000_000, gt=0)
    audit_lag_seconds: float = Field(default=14_400, gt=0)
    """How many audit events may wait to be published, and how long, before nothing new is begun.
    X-Road stops after as long without its timestamps."""
    stamp_limit_seconds: float = Field(default=14_400, gt=0)
    """How long an audit event may be without a stamp before nothing new is begun."""

    terminal_requests_a_minute: int = Field(default=600, gt=0)
    site_requests_a_minute: int = Field(default=2_400, gt=0)
    chain_requests_a_minute: int = Field(default=120_000, gt=0)
    """Of one terminal, site and chain, on one replica; a paper takes some ten."""

    @property
    def issuance_deadline(self) -> timedelta:
        """From `accepted` until an adapter's answer belongs to nobody."""
        return timedelta(seconds=self.issuance_deadline_seconds)

    @property
    def report_deadline(self) -> timedelta:
        """From `delivered` until the issuance is in doubt."""
        return timedelta(seconds=self.report_deadline_seconds)
