"""What the environment tells the relay (`RELAY_…`, and what it shares with other parts)."""

from pathlib import Path
from typing import Self

from madoguchi_wire.kit.settings import CommonSettings
from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from relay.kafka_sink import TOPIC


class Settings(BaseSettings):
    """One relay: where events come from, and where they go."""

    model_config = SettingsConfigDict(env_prefix="RELAY_", env_ignore_empty=True, extra="ignore")

    common: CommonSettings = Field(default_factory=CommonSettings)
    database_url: str
    """The gateway's database, postgresql://…"""
    file: Path | None = None
    """File of JSON lines; the sink unless Kafka is named."""
    kafka_bootstrap_servers: str | None = Field(
        default=None, validation_alias="KAFKA_BOOTSTRAP_SERVERS"
    )
    """host:port,… of Kafka's brokers; events go there if it is set."""
    kafka_topic: str = Field(default=TOPIC, pattern=r"^[A-Za-z0-9._-]{1,200}$")
    """Of events; stamps go to `….stamps`, what is refused for good to `….dead-letter`."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    """Of /livez, /readyz and /metrics."""
    drain_seconds: float = Field(default=5, ge=0)

    @model_validator(mode="after")
    def _has_a_sink(self) -> Self:
        if self.file is None and self.kafka_bootstrap_servers is None:
            raise ValueError(
                "nowhere to carry events: set RELAY_FILE, or KAFKA_BOOTSTRAP_SERVERS for Kafka"
            )
        return self

    @classmethod
    def from_environment(cls) -> Self:
        """Return what the environment says.

        Raises:
            ValueError: a variable is missing or wrong (pydantic's `ValidationError`).

        """
        return cls()  # pyright: ignore[reportCallIssue] (the environment gives what is required)
