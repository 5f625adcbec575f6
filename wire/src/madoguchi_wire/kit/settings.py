"""What the environment tells every process."""

from datetime import timedelta
from typing import Self

from pydantic import ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from madoguchi_wire.clock import SystemClock
from madoguchi_wire.trust_list import Environment


class CommonSettings(BaseSettings):
    """`MADOGUCHI_…`: the same for every process of an installation."""

    model_config = SettingsConfigDict(env_prefix="MADOGUCHI_", extra="ignore")

    environment: Environment = "production"
    clock_offset_seconds: float = 0
    """How far a simulation shifts the clock of all processes."""

    @model_validator(mode="after")
    def _production_has_the_real_time(self) -> Self:
        if self.environment == "production" and self.clock_offset_seconds != 0:
            raise ValueError(
                "MADOGUCHI_CLOCK_OFFSET_SECONDS shifts the clock, which production refuses: unset"
                " it, or set MADOGUCHI_ENVIRONMENT=development"
            )
        return self

    @property
    def clock_offset(self) -> timedelta:
        """The simulation's offset."""
        return timedelta(seconds=self.clock_offset_seconds)

    def clock(self) -> SystemClock:
        """Return the clock of this process."""
        return SystemClock(self.clock_offset)


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
