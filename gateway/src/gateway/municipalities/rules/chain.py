"""The chain file: a chain, its sites and its terminals (input of `gateway load`)."""

from typing import Annotated, Literal, Self

from madoguchi_wire.municipality_code import MunicipalityCode
from madoguchi_wire.order import Yen
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Site(_Part):
    """A place where terminals stand."""

    site: Identifier
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    municipality: MunicipalityCode
    """The municipality that it lies in."""
    type: Literal["store", "city"]
    """A store, or a city's own place: town hall, station."""


class EnrolledTerminal(_Part):
    """A terminal and whether it may be used; its keys are in the trust list."""

    terminal: Identifier
    site: Identifier
    state: Literal["enrolled", "suspended"]


class ChainFile(_Part):
    """One chain with all of its sites and terminals; what it no longer names is gone."""

    chain: Identifier
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    commission: Yen
    """Yen for one paper."""
    sites: Annotated[tuple[Site, ...], Field(min_length=1)]
    terminals: tuple[EnrolledTerminal, ...]

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        sites = {site.site for site in self.sites}
        if len(sites) != len(self.sites):
            raise ValueError("sites: each needs a name of its own")
        if len({terminal.terminal for terminal in self.terminals}) != len(self.terminals):
            raise ValueError("terminals: each needs a name of its own")
        for index, terminal in enumerate(self.terminals):
            if terminal.site not in sites:
                raise ValueError(f"terminals.{index}.site: {terminal.site} is not among the sites")
        return self
