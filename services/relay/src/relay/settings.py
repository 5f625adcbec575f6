"""What the environment tells a relay process (`RELAY_…`, and `MADOGUCHI_…` for all parts)."""

from pathlib import Path
from typing import Annotated, Self

from madoguchi_wire.kit.settings import CommonSettings
from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where events come from and where they go: a file, or Kafka where servers are named."""

    model_config = SettingsConfigDict(env_prefix="RELAY_", extra="ignore", populate_by_name=True)

    common: CommonSettings = Field(default_factory=CommonSettings)
    database_url: str
    """The gateway's PostgreSQL."""
    file: Path | None = None
    """The audit stream as JSON lines."""
    kafka_bootstrap_servers: Annotated[
        str | None, Field(validation_alias="KAFKA_BOOTSTRAP_SERVERS")
    ] = None
    host: str = "127.0.0.1"
    port: int = 8000
    drain_seconds: float = 0

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.file is None and not self.kafka_bootstrap_servers:
            raise ValueError("set RELAY_FILE, or KAFKA_BOOTSTRAP_SERVERS, to say where events go")
        return self
