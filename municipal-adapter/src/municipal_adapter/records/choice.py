"""Which source of records an adapter file chooses, and opening it."""

from typing import Literal, TypeAlias

from madoguchi_wire.kit.pool import Pool
from pydantic import BaseModel, ConfigDict

from municipal_adapter.records.own_source import OwnRecordSource
from municipal_adapter.records.source import RecordSource


class OwnRecords(BaseModel):
    """The adapter's own tables in its own database, filled by the municipality."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    source: Literal["own"] = "own"


Records: TypeAlias = OwnRecords


async def open_source(records: Records, pool: Pool) -> RecordSource:
    """Return the source that the adapter file chooses.

    Args:
        records: the choice.
        pool: of the adapter's own database.

    Raises:
        ValueError: it does not fit what it finds there; the text says what to do.

    """
    del records
    return OwnRecordSource(pool)
