"""What the environment tells every process."""

from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from madoguchi_wire.clock import Clock, SystemClock
from madoguchi_wire.kit.clock_file import FileClock
from madoguchi_wire.trust_list import Environment


class CommonSettings(BaseSettings):
    """`MADOGUCHI_…`: the same for every process of an installation."""

    model_config = SettingsConfigDict(env_prefix="MADOGUCHI_", extra="ignore")

    environment: Environment = "production"
    clock_offset_seconds: float = 0
    """How far a simulation shifts the clock of all processes."""
    clock_file: Path | None = None
    """In place of it: the file by which a simulation moves the clock while they run."""

    @model_validator(mode="after")
    def _production_has_the_real_time(self) -> Self:
        if self.environment == "production" and self.clock_offset_seconds != 0:
            raise ValueError(
                "MADOGUCHI_CLOCK_OFFSET_SECONDS shifts the clock, which production refuses: unset"
                " it, or set MADOGUCHI_ENVIRONMENT=development"
            )
        if self.environment == "production" and self.clock_file is not None:
            raise ValueError(
                "MADOGUCHI_CLOCK_FILE lets somebody move the clock, which production refuses: unset"
                " it, or set MADOGUCHI_ENVIRONMENT=development"
            )
        return self

    @model_validator(mode="after")
    def _one_clock(self) -> Self:
        if self.clock_file is not None and self.clock_offset_seconds != 0:
            raise ValueError(
                "MADOGUCHI_CLOCK_FILE and MADOGUCHI_CLOCK_OFFSET_SECONDS both shift the clock: set"
                " one of them"
            )
        return self

    @property
    def clock_offset(self) -> timedelta | None:
        """The simulation's offset; None: it moves, and the database follows by itself."""
        return None if self.clock_file else timedelta(seconds=self.clock_offset_seconds)

    def clock(self) -> Clock:
        """Return the clock of this process.

        Raises:
            ValueError: the clock file cannot be used.

        """
        if self.clock_file is not None:
            return FileClock(self.clock_file)
        return SystemClock(timedelta(seconds=self.clock_offset_seconds))


def settings_faults(error: ValidationError, prefix: str) -> str:
    """Return what is wrong with the environment: each variable by its name, never with its value.

    Args:
        error: of a settings class.
        prefix: of its variables, for example `GATEWAY_`.

    """
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(
        f"{prefix}{'_'.join(map(str, fault['loc'])).upper()}: {fault['msg']}"
        if fault["loc"]
        else fault["msg"].removeprefix("Value error, ")
        for fault in faults
    )
