"""One sitting with an adapter: who comes, what is asked for, and the paper that comes out."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from madoguchi_wire.adapter_api import (
    Beacon,
    HouseholdStatement,
    OutcomeState,
    OutcomeStatement,
    Prepared,
    PrepareStatement,
    SealedHousehold,
)
from madoguchi_wire.clock import japan_day
from madoguchi_wire.encoding import from_base64url
from madoguchi_wire.errors import NotForThisKey
from madoguchi_wire.order import Household, Options
from madoguchi_wire.sealing import SealingSuite, household_info
from madoguchi_wire.signed import token_digest
from pydantic import ValidationError

from madoguchi.conformance.asking import Answered, Asking
from madoguchi.conformance.centre.centre import TERMINALS, Centre
from madoguchi.conformance.centre.people import HOLDER
from madoguchi.conformance.paper import Paper
from madoguchi.conformance.verdicts import Failed, NotTried
from madoguchi.conformance.visit import Visit


@dataclass
class Sitting:
    """Everything that checks ask the adapter through."""

    centre: Centre
    asking: Asking
    seconds: list[float] = field(default_factory=list[float])
    """How long each paper took."""
    _paper: Paper | None = None

    async def beacon(self) -> str:
        """Return the beacon of this minute."""
        code = self.asking.municipality
        answered = await self.asking.get(f"/v1/municipalities/{code}/beacon")
        try:
            return Beacon.model_validate(answered.good()).beacon
        except ValidationError:
            raise Failed("beacon and good_until", "other fields") from None

    async def visit(
        self,
        card: str = HOLDER.card,
        *,
        terminal: str = TERMINALS[0],
        suite: SealingSuite = SealingSuite.X25519,
        **says: Any,  # noqa: ANN401 (what is forged)
    ) -> Visit:
        """Let somebody put a card into the slot; `says` is what the session says otherwise."""
        identity = self.centre.terminal(terminal)
        code, beacon = self.asking.municipality, await self.beacon()
        return Visit(identity, self.centre.cards[card], code, beacon, suite, says)

    async def prepare(
        self,
        visit: Visit,
        order: str,
        issuance: str | None = None,
        **says: Any,  # noqa: ANN401 (as above)
    ) -> Answered:
        """Ask for a copy of an order."""
        statement = self.prepare_statement(visit, order, issuance or str(uuid4()), **says)
        return await self.asking.ask(f"issuances/{statement.issuance}/prepare", statement)

    def prepare_statement(
        self,
        visit: Visit,
        order: str,
        issuance: str,
        **says: Any,  # noqa: ANN401 (as above)
    ) -> PrepareStatement:
        """Return what an honest gateway asks, but for what it says otherwise."""
        return prepare_statement(self.asking.municipality, visit, order, issuance, **says)

    async def issued(self, options: Options | None = None, *, visit: Visit | None = None) -> Paper:
        """Return a paper that came out for the test person.

        Raises:
            Failed: none did.

        """
        visit = visit or await self.visit()
        order, issuance = visit.order(options), str(uuid4())
        answered = await self.prepare(visit, order, issuance)
        paper = Paper(visit, order, issuance, 1, prepared(answered), answered)
        self.seconds.append(answered.seconds)
        return paper

    async def paper(self) -> Paper:
        """Return the one paper that several checks look at.

        Raises:
            NotTried: none can be had.

        """
        if self._paper is None:
            try:
                self._paper = await self.issued()
            except Failed as failed:
                raise NotTried(f"no paper comes out for the test person: {failed.seen}") from None
        return self._paper

    async def household(self, visit: Visit, request: str) -> Answered:
        """Ask for the household."""
        now = datetime.now(UTC)
        statement = HouseholdStatement(
            municipality=self.asking.municipality,
            session=visit.session,
            household_request=request,
            requested_at=now,
            deadline=now + timedelta(seconds=20),
        )
        return await self.asking.ask("household", statement)

    async def opened_household(self, visit: Visit) -> Household:
        """Return the household as the terminal opens it.

        Raises:
            Failed: it does not open, or is none.

        """
        request = visit.household_request()
        answered = await self.household(visit, request)
        info = household_info(visit.digest, token_digest(request))
        try:
            sealed = SealedHousehold.model_validate(answered.good()).ciphertext
            opened = visit.opening_key.open(from_base64url(sealed), info)
            return Household.model_validate_json(opened)
        except NotForThisKey:
            seen = "bytes that do not open in it"
            raise Failed("a list sealed to session and request", seen) from None
        except ValidationError:
            raise Failed("the household's members as described", "other fields") from None

    async def outcome(self, issuance: str, outcome: OutcomeState, *reports: str) -> Answered:
        """Tell how an issuance ended."""
        statement = OutcomeStatement(
            issuance=issuance,
            municipality=self.asking.municipality,
            outcome=outcome,
            reports=reports,
            decided_at=datetime.now(UTC),
        )
        return await self.asking.ask(f"issuances/{issuance}/outcome", statement)


def prepare_statement(
    code: str,
    visit: Visit,
    order: str,
    issuance: str,
    **says: Any,  # noqa: ANN401 (as above)
) -> PrepareStatement:
    """Return what an honest gateway asks for a visit, but for what it says otherwise."""
    now = datetime.now(UTC)
    honest: dict[str, Any] = {
        "issuance": issuance,
        "municipality": code,
        "session": visit.session,
        "order": order,
        "copy_number": 1,
        "accepted_on": japan_day(now),
        "requested_at": now,
        "deadline": now + timedelta(seconds=30),
    }
    return PrepareStatement.model_validate(honest | says)


def prepared(answered: Answered) -> Prepared:
    """Return the answer to a prepare that went well.

    Raises:
        Failed: it did not.

    """
    try:
        return Prepared.model_validate(answered.good())
    except ValidationError:
        raise Failed("attestation and ciphertext", "other fields") from None
