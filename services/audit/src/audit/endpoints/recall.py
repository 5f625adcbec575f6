"""Recall: every paper that came of something."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from madoguchi_wire.encoding import Digest
from madoguchi_wire.errors import InvalidFields, NotFound
from madoguchi_wire.kit.day_text import DayText
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from madoguchi_wire.municipality_code import MunicipalityCode
from pydantic import BaseModel

from audit.access.accesses import record_access
from audit.endpoints.documented import Shared
from audit.endpoints.words import BuildName, TerminalName
from audit.recall.cardholders import (
    NOT_TOLD,
    cardholder_of,
    left_out_of_cardholder,
    papers_of_cardholder,
)
from audit.recall.csv import as_csv
from audit.recall.papers import Paper, Wanted, left_out, recalled, removed_in

router = APIRouter(prefix="/v1", tags=["recall"], route_class=JsonRoute)


class PaperView(BaseModel):
    """An issuance and what became of it."""

    issuance: str
    municipality: str | None
    kind: str | None
    terminal: str | None
    site: str | None
    day: date
    state: str
    since: str
    paper: Literal["out", "perhaps", "none"]
    """`out`: it was printed; `perhaps`: a person has to look; `none`: there is no paper."""


class Recalled(BaseModel):
    """Papers by issuance."""

    papers: list[PaperView]
    removed: int
    """Papers of the period that cannot be told apart, because their payload was removed."""
    unstamped: int
    """Events that fit and are left out: no verified stamp covers them, or none yet."""
    overdue: int
    """Of these, how many are older than four hours: papers may be missing; verify the archive."""


class SameCardholder(BaseModel):
    """Papers by issuance."""

    papers: list[PaperView]
    unstamped: int
    """Events of the cardholder's papers that are left out."""
    overdue: int
    """Of these, how many are older than four hours: papers may be missing; verify the archive."""


class WantedQuery(BaseModel):
    """What the papers have in common; all that is named must hold."""

    build: BuildName | None = None
    fonts: Digest | None = None
    templates: Digest | None = None
    records_version: Digest | None = None
    """SHA-256 of the municipality's own word for it."""
    terminal: TerminalName | None = None
    municipality: MunicipalityCode | None = None
    first_day: DayText | None = None
    last_day: DayText | None = None


@router.get(
    "/recall",
    summary="Which papers came of what",
    response_model=Recalled,
    responses={200: {"content": {"text/csv": {}}}, **problems()},
)
async def recall(
    wanted: Annotated[WantedQuery, Query()],
    person: Named,
    parts: Shared,
    format: Literal["json", "csv"] = "json",  # noqa: A002 (the parameter's name)
) -> Recalled | Response:
    """Return every paper that was made with all that is named.

    With CSV, `Madoguchi-Removed`, `Madoguchi-Unstamped` and `Madoguchi-Overdue` say what is left
    out.
    """
    try:
        asked = Wanted(**wanted.model_dump())
    except ValueError as error:
        raise InvalidFields(f"{error}.") from error
    async with parts.pool.acquire() as connection:
        await record_access(connection, person, "recall", asdict(asked))
        papers: list[Paper] = [paper async for paper in recalled(connection, asked)]
        removed = await removed_in(connection, asked)
        left = await left_out(connection, asked, parts.clock.now())
    counts = {"removed": removed, "unstamped": left.events, "overdue": left.overdue}
    if format == "csv":
        told = {f"Madoguchi-{name.title()}": str(count) for name, count in counts.items()}
        return Response(as_csv(papers), media_type="text/csv; charset=utf-8", headers=told)
    return Recalled(papers=_views(papers), **counts)


@router.get(
    "/issuances/{issuance}/cardholder",
    summary="Other papers of the same cardholder",
    responses=problems(NotFound),
)
async def cardholder(issuance: UUID, person: Named, parts: Shared) -> SameCardholder:
    """Return the other issuances of the same card at that municipality in that month."""
    asked = str(issuance)
    async with parts.pool.acquire() as connection:
        await record_access(connection, person, "cardholder", {"issuance": asked})
        whose = await cardholder_of(connection, asked)
        if whose is None:
            raise NotFound(NOT_TOLD)
        papers = [paper async for paper in papers_of_cardholder(connection, whose, asked)]
        left = await left_out_of_cardholder(connection, whose, asked, parts.clock.now())
    return SameCardholder(papers=_views(papers), unstamped=left.events, overdue=left.overdue)


def _views(papers: list[Paper]) -> list[PaperView]:
    return [PaperView.model_validate(asdict(paper)) for paper in papers]
