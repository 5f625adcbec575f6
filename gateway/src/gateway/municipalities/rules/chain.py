"""The chain file: a chain, its sites and its terminals."""

import operator
from collections.abc import Sequence
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


def _check_once(key: str, names: Sequence[str]) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            raise ValueError(f"{key}.{index}: {name} is given twice: take one of them out")
        seen.add(name)


class EnrolledTerminal(Part):
    """A terminal and whether it may be used; its keys are in the trust list."""

    terminal: Identifier
    site: Identifier
    state: Literal["enrolled", "suspended"]
    test: Annotated[bool, Field(exclude_if=operator.not_)] = False
    """Whether it prints test papers (見本), and nothing else: of test persons, at no price."""


class Commission(Part):
    """What the chain gets for one paper from a day on."""

    valid_from: Annotated[date, Field(alias="from")]
    yen: Yen
    """Consumption tax included."""


class ChainHead(Part):
    """What a chain's file says of the chain itself, where its sites are in CSV files beside it."""

    chain: Identifier
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    commissions: tuple[Commission, ...] = ()
    """Each counts until the next one begins; none at a city's own machines."""

    @model_validator(mode="after")
    def _commissions_follow(self) -> Self:
        for index, (one, after) in enumerate(pairwise(self.commissions), 1):
            if one.valid_from >= after.valid_from:
                raise ValueError(
                    f"commissions.{index}.from: {after.valid_from} does not lie after "
                    f"{one.valid_from}"
                )
        return self


class ChainFile(ChainHead):
    """One chain with all of its sites and terminals; what it no longer names is gone."""

    sites: Annotated[tuple[Site, ...], Field(min_length=1)]
    terminals: tuple[EnrolledTerminal, ...]

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        sites = {site.site for site in self.sites}
        _check_once("sites", [site.site for site in self.sites])
        _check_once("terminals", [terminal.terminal for terminal in self.terminals])
        for index, terminal in enumerate(self.terminals):
            if terminal.site not in sites:
                raise ValueError(f"terminals.{index}.site: {terminal.site} is not among the sites")
        return self
