"""Section `builds`: which builds of its adapter a municipality issues with."""

from collections.abc import Sequence
from typing import Annotated

from madoguchi_wire.trust_list import AllowedBuild
from pydantic import Field, StringConstraints

from gateway.municipalities.rules.part import Part, is_absent


class Build(Part):
    """A build, as `python -m municipal_adapter build` tells it."""

    build: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
    vendor: Annotated[
        str | None, Field(pattern=r"^[!-~]+( [!-~]+)*$", max_length=100, exclude_if=is_absent)
    ] = None
    """Name and version of the system that makes the papers or keeps the records."""

    def allowed_for(self, municipality: str) -> AllowedBuild:
        """Return the trust list's entry."""
        return AllowedBuild(municipality=municipality, build=self.build, vendor=self.vendor)


def allowed_of(trusted: frozenset[str], builds: Sequence[Build]) -> frozenset[str]:
    """Return the builds that count, of those that the trust list allows a municipality."""
    return trusted & {one.build for one in builds} if builds else trusted
