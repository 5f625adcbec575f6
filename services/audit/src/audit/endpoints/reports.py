"""Reports of a municipality's quarter, and the package of an auditor."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

from fastapi import APIRouter, Response
from fastapi import Path as InPath
from fastapi.responses import StreamingResponse
from madoguchi_wire.kit.day_text import DayText
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from madoguchi_wire.municipality_code import MunicipalityCode

from audit.access.accesses import record_access
from audit.endpoints.documented import Shared
from audit.package.packing import Contents, pack
from audit.reports.quarter import Quarter
from audit.reports.reading import quarter_facts
from audit.reports.rendering import FORMATS, rendered
from audit.verifying.heads import asked_heads, moment_of_heads

router = APIRouter(prefix="/v1", tags=["reports"], route_class=JsonRoute)
QuarterText = Annotated[str, InPath(pattern=r"^(2019|20[2-9][0-9])-Q[1-4]$")]
Format = Literal["html", "pdf", "csv"]
_PIECE = 256 * 1024


@router.get(
    "/municipalities/{municipality}/reports/{quarter}.{format}",
    summary="A municipality's quarter",
    response_class=Response,
    responses={200: {"content": {media: {} for media in FORMATS.values()}}, **problems()},
)
async def report(
    municipality: MunicipalityCode,
    quarter: QuarterText,
    format: Format,  # noqa: A002 (the parameter's name)
    person: Named,
    parts: Shared,
) -> Response:
    """Return the report as HTML, PDF or CSV."""
    asked = {"municipality": municipality, "quarter": quarter, "format": format}
    async with parts.pool.acquire() as connection:
        await record_access(connection, person, "report", asked)
        facts = await quarter_facts(
            connection, municipality, Quarter.of(quarter), parts.clock.now()
        )
    return Response(await asyncio.to_thread(rendered, facts, format), media_type=FORMATS[format])


@router.get(
    "/package",
    summary="An auditor's package",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}, **problems()},
)
async def package(
    person: Named,
    parts: Shared,
    municipality: MunicipalityCode | None = None,
    first_day: DayText | None = None,
    last_day: DayText | None = None,
) -> Response:
    """Return events, stamps, trust list and the script that verifies them, as a zip file."""
    now = parts.clock.now()
    as_of = moment_of_heads(now, last_day)
    said = await asked_heads(parts.settings.witness_addresses, as_of)
    contents = Contents(
        centre=parts.settings.centre,
        municipality=municipality,
        first_day=first_day,
        last_day=last_day,
        trust_list=parts.settings.trust_list.read_text("ascii").strip(),
        trust_root=parts.settings.trust_root.read_text("ascii"),
        heads=said.tokens,
    )
    asked = {"municipality": municipality, "first_day": first_day, "last_day": last_day}
    # Its place has no name any more before the first byte leaves, whoever hangs up or is killed.
    with tempfile.TemporaryDirectory(prefix="madoguchi-package-") as folder:
        path = Path(folder) / "package.zip"
        async with parts.pool.acquire() as connection:
            await record_access(connection, person, "package", asked)
            await pack(connection, contents, path, now)
        file, size = path.open("rb"), path.stat().st_size
    return StreamingResponse(
        _pieces(file), media_type="application/zip", headers={"Content-Length": str(size)}
    )


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
