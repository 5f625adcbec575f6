"""What the environment tells an adapter process (`ADAPTER_…`, `MADOGUCHI_…` for all parts)."""

import os
from pathlib import Path

from madoguchi_wire.kit.settings import CommonSettings
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class FileSettings(BaseSettings):
    """All that `migrate` needs."""

    model_config = SettingsConfigDict(env_prefix="ADAPTER_", extra="ignore")

    common: CommonSettings = Field(default_factory=CommonSettings)
    files: str = Field(min_length=1)
    """Paths by comma: adapter files, one for each municipality that this process serves, or folders
    of such files (*.yaml)."""

    @property
    def paths(self) -> list[Path]:
        """The adapter files."""
        named = [Path(name.strip()) for name in self.files.split(",") if name.strip()]
        return [file for path in named for file in _files_of(path)]


class Settings(FileSettings):
    """All that `serve` needs."""

    host: str = "127.0.0.1"
    port: int = Field(default=8100, ge=1, le=65535)
    trust_list: Path
    """The trust list, a JWS file; read again whenever it changes."""
    trust_root: Path
    """The pinned root's public key, PEM."""
    withdrawn_enrolments: str = Field(min_length=1)
    """The list of withdrawn enrolments: an http(s) address (the gateway's
    `/v1/withdrawn-enrolments`) or a file."""
    drain_seconds: float = Field(default=5, ge=0)
    workers: int = Field(default_factory=lambda: max(1, min(4, os.cpu_count() or 1)), ge=1)
    """Threads of each municipality that render and read back."""


def _files_of(path: Path) -> list[Path]:
    return sorted(path.glob("*.yaml")) if path.is_dir() else [path]
