"""Which source of records an adapter file chooses, and opening it."""

from typing import Annotated, Literal, TypeAlias

import aiohttp
from madoguchi_wire.clock import Clock
from madoguchi_wire.kit.pool import Pool
from pydantic import BaseModel, ConfigDict, Field

from municipal_adapter.records.files.files_records import FilesRecords
from municipal_adapter.records.files.source import open_files_source
from municipal_adapter.records.own_source import OwnRecordSource
from municipal_adapter.records.source import RecordSource
from municipal_adapter.records.sql.sql_records import SqlRecords
from municipal_adapter.records.vendor.client import VendorClient
from municipal_adapter.records.vendor.source import VendorRecordSource
from municipal_adapter.records.vendor.vendor_records import VendorRecords


class OwnRecords(BaseModel):
    """The adapter's own tables in its own database, filled by the municipality."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    source: Literal["own"] = "own"


Records: TypeAlias = Annotated[
    OwnRecords | SqlRecords | FilesRecords | VendorRecords, Field(discriminator="source")
]


async def open_source(
    records: Records,
    municipality: str,
    pool: Pool,
    clock: Clock,
    http: aiohttp.ClientSession,
    *,
    follow: bool = True,
) -> RecordSource:
    """Return the source that the adapter file chooses.

    Args:
        records: the choice.
        municipality: its code.
        pool: of the adapter's own database.
        clock: the adapter's.
        http: the process's.
        follow: whether it imports what comes, where something does.

    Raises:
        ValueError: it does not fit what it finds there; each line says where and why.

    """
    match records:
        case OwnRecords():
            return OwnRecordSource(pool)
        case SqlRecords():
            # It alone needs SQLAlchemy, whose import every other adapter is spared.
            from municipal_adapter.records.sql.source import open_sql_source

            return await open_sql_source(records, clock)
        case FilesRecords():
            return await open_files_source(records, pool, municipality, follow=follow)
        case VendorRecords():
            return VendorRecordSource(records, VendorClient(records, http))
