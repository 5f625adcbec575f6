"""Whether the archive is whole, and the proof of one event."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from madoguchi_wire.errors import NotFound, ServiceUnavailable, SignatureRefused
from madoguchi_wire.kit.day_text import DayText
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from pydantic import BaseModel

from audit.access.accesses import record_access
from audit.endpoints.documented import Shared
from audit.trusting import rules_of
from audit.verifying.heads import asked_heads, moment_of_heads
from audit.verifying.proof import proof_of
from audit.verifying.verify import verify

router = APIRouter(prefix="/v1", tags=["proof"], route_class=JsonRoute)


class FaultView(BaseModel):
    """One thing that is wrong, with its exact place."""

    name: str
    what: str
    stamp: int | None = None
    event: int | None = None
    event_id: str | None = None
    subject: str | None = None
    sequence: int | None = None
    witness: str | None = None
    entry: int | None = None
    """Of the journal."""


class SeenView(BaseModel):
    """What one municipality saw last."""

    municipality: str
    stamp: int
    as_of: datetime


class JournalView(BaseModel):
    """The chain over looks, holds, liftings, rules and removals."""

    archive: str
    entries: int
    digest: str
    """Note it with archive and number of entries: later ones have to follow from it."""
    noted: int
    """Up to which entry stamped events, or you, have noted its head."""
    elsewhere: int
    """How many heads stamped events have noted of other archives."""


class VerdictView(BaseModel):
    """What was verified."""

    holds: bool
    stamps: int
    events: int
    removed: int
    """Payloads that were removed by the rules of retention; their digests are proven."""
    removed_by: dict[str, int]
    """The same by municipality; `centre`: of none. Hold the numbers against your rule."""
    unstamped: int
    on_the_way: int
    heads: list[SeenView]
    """What witnesses saw last; only those that count for the end."""
    witnesses: int
    """Of how many municipalities; with fewer than two a cut end would not show, and it fails."""
    timed: int | None
    """Stamps whose time an authority (RFC 3161) signed; none: its roots are not configured."""
    last_stamp: int
    journal: JournalView
    faults: list[FaultView]


class ProofView(BaseModel):
    """All that a third party needs beside the trust list."""

    event_id: str
    event: str | None
    """Its one spelling, whose digest is proven; none if the rules of retention removed it."""
    digest: str
    stamp_number: int
    place: int
    count: int
    steps: list[str]
    root: str
    stamp: str
    countersignatures: list[str]


@router.get("/verification", summary="Verify the archive", responses=problems())
async def verification(
    person: Named, parts: Shared, first_day: DayText | None = None
) -> VerdictView:
    """Verify all, or from a day on, against the witnesses that the settings name."""
    try:
        rules = rules_of(parts.settings, parts.clock)
    except SignatureRefused as error:
        raise ServiceUnavailable(f"The trust list does not hold: {error}") from error
    now = parts.clock.now()
    said = await asked_heads(parts.settings.witness_addresses, moment_of_heads(now))
    async with parts.pool.acquire() as connection:
        await record_access(connection, person, "verify", {"first_day": first_day})
        found = await verify(
            connection, rules, now, heads=said.tokens, away=said.away, first_day=first_day
        )
    return VerdictView(**asdict(found), holds=found.holds)


@router.get("/events/{event}/proof", summary="Prove one event", responses=problems(NotFound))
async def proof(event: UUID, person: Named, parts: Shared) -> ProofView:
    """Return the short way from an event to a root that two witnesses signed."""
    async with parts.pool.acquire() as connection:
        await record_access(connection, person, "proof", {"event": event})
        found = await proof_of(connection, parts.settings.centre, str(event))
    if found is None:
        raise NotFound("No stamped event of this id is archived.")
    return ProofView.model_validate(asdict(found))
