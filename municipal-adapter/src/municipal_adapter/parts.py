"""What the rooms of the adapter share, made once by `municipal_adapter.composition`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from madoguchi_wire.clock import Clock
from madoguchi_wire.errors import MunicipalityUnknown, ServiceUnavailable, SignatureRefused
from madoguchi_wire.keys import KeyPurpose
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.kit.withdrawals import Withdrawals

from municipal_adapter.municipality.municipality import Municipality


@dataclass(frozen=True)
class Adapter:
    """One replica of an adapter."""

    clock: Clock
    trust: Trust
    withdrawals: Withdrawals
    """The trusted keys, less the terminals that were withdrawn."""
    municipalities: Mapping[str, Municipality]
    """By code."""
    build: str
    """Fingerprint of this build."""

    def fault_of(self, municipality: Municipality) -> str | None:
        """Say why nobody would accept what this replica attests; None if they would.

        A fix that was not applied on one node, or another build than the approved one, shows here
        (domain F6, F7).
        """
        if self.build not in self.trust.builds_of(municipality.code):
            return "the trust list does not allow this build: approve it, or install another"
        kid, now = municipality.attestation_key.kid, self.clock.now()
        try:
            self.trust.key_set.find(kid, KeyPurpose.ATTESTATION, now, owner=municipality.code)
        except (SignatureRefused, ServiceUnavailable):
            return "the trust list does not hold our attestation key as valid: renew one of them"
        return None


async def get_adapter(request: Request) -> Adapter:
    """Return the adapter that serves this request (a FastAPI dependency).

    Asynchronous, as all dependencies are: FastAPI would send a plain function to a thread for each
    request, where it waits for those that draw and read pages.
    """
    adapter: Adapter = request.app.state.adapter
    return adapter


async def get_municipality(
    code: str, adapter: Annotated[Adapter, Depends(get_adapter)]
) -> Municipality:
    """Return the municipality named in the path (a FastAPI dependency).

    Raises:
        MunicipalityUnknown: this process does not issue for it.

    """
    municipality = adapter.municipalities.get(code)
    if municipality is None:
        raise MunicipalityUnknown()
    return municipality


TheAdapter = Annotated[Adapter, Depends(get_adapter)]
TheMunicipality = Annotated[Municipality, Depends(get_municipality)]
