"""The version of a vendor's records: what the server answers to whoever asks."""

from dataclasses import dataclass
from datetime import datetime

from municipal_adapter.records.source import SourceUnavailable
from municipal_adapter.records.vendor.answers import NotAnswered, moment_at, text_at
from municipal_adapter.records.vendor.client import VendorClient
from municipal_adapter.records.vendor.vendor_records import VendorRecords


@dataclass(frozen=True)
class VendorState:
    """What the server has at the moment."""

    version: str
    current_as_of: datetime


async def state_of(client: VendorClient, records: VendorRecords) -> VendorState:
    """Return the server's state.

    Raises:
        SourceUnavailable: it does not tell.

    """
    where = records.state
    try:
        answer = await client.get(where.path)
        if answer is None:
            raise SourceUnavailable("the vendor's server does not tell its version")
        return VendorState(text_at(answer, where.version), moment_at(answer, where.current_as_of))
    except NotAnswered as fault:
        raise SourceUnavailable(str(fault)) from None


async def check_version(
    client: VendorClient, records: VendorRecords, given: str, wanted: str
) -> None:
    """Pass if a person's answer is of the wanted version.

    Raises:
        NotAnswered: the server's is still the wanted one, and this person's is not.
        SourceUnavailable: the records changed meanwhile.

    """
    if given == wanted:
        return
    if (await state_of(client, records)).version == wanted:
        raise NotAnswered("the vendor's answer is of a version that its server does not have")
    raise SourceUnavailable("the vendor's records changed between two answers")
