"""The chain file: a chain, its sites and its terminals."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Self

from madoguchi_wire.municipality_code import MunicipalityCode
from madoguchi_wire.order import Yen
from pydantic import Field, StringConstraints, model_validator

from gateway.municipalities.rules.opening import Hours
from gateway.municipalities.rules.part import Identifier, Part


class Site(Part):
    """A place where terminals stand."""

    site: Identifier
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    municipality: MunicipalityCode
    """The municipality that it lies in."""
    type: Literal["store", "city"]
    """A store, or a city's own place: town hall, station."""
    hours: Hours | None = None
    """Of a city's own place; without them it is open whenever the municipality issues."""

    @model_validator(mode="after")
    def _only_a_city_shuts_its_doors(self) -> Self:
        if self.type == "store" and self.hours is not None:
            raise ValueError("hours: only a site of type city has hours of its own")
        return self


class EnrolledTerminal(Part):
    """A terminal and whether it may be used; its keys are in the trust list."""

    terminal: Identifier
    site: Identifier
    state: Literal["enrolled", "suspended"]


class Commission(Part):
    """What the chain gets for one paper from a day on."""

    valid_from: Annotated[date, Field(alias="from")]
    yen: Yen
    """Consumption tax included."""


class ChainFile(Part):
    """One chain with all of its sites and terminals; what it no longer names is gone."""

    chain: Identifier
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    commissions: tuple[Commission, ...] = ()
    """Each counts until the next one begins; none at a city's own machines."""
    sites: Annotated[tuple[Site, ...], Field(min_length=1)]
    terminals: tuple[EnrolledTerminal, ...]

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        sites = {site.site for site in self.sites}
        if len(sites) != len(self.sites):
            raise ValueError("sites: each needs a name of its own")
        if len({terminal.terminal for terminal in self.terminals}) != len(self.terminals):
            raise ValueError("terminals: each needs a name of its own")
        for index, (one, after) in enumerate(pairwise(self.commissions), 1):
            if one.valid_from >= after.valid_from:
                raise ValueError(
                    f"commissions.{index}.from: {after.valid_from} does not lie after "
                    f"{one.valid_from}"
                )
        for index, terminal in enumerate(self.terminals):
            if terminal.site not in sites:
                raise ValueError(f"terminals.{index}.site: {terminal.site} is not among the sites")
        return self
