"""The part of the adapter file that says where files of records come in."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class FilesRecords(BaseModel):
    """A folder into which the system of record puts batches and change events."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    source: Literal["files"]
    folder: Path
    """Files that end in .jsonl are imported; none is moved or deleted."""
    poll_seconds: Annotated[float, Field(gt=0, le=3600)] = 5
