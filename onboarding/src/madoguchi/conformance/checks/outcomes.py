"""How issuances end: closed once, whatever comes first."""

from datetime import UTC, datetime
from uuid import uuid4

from madoguchi_wire.adapter_api import Acknowledged
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.reports import Completed, TerminalReport
from pydantic import ValidationError
from store_terminal_sim.core.terminal import TerminalIdentity

from madoguchi.conformance.asking import Answered
from madoguchi.conformance.centre.centre import TERMINALS
from madoguchi.conformance.paper import Paper
from madoguchi.conformance.sitting import Sitting
from madoguchi.conformance.verdicts import Failed, NotTried

_CLOSED = "issuance-closed"


async def acknowledged(at: Sitting) -> None:
    """Tell twice that a paper was completed."""
    paper = await _paper(at)
    answers = [await _completed(at, paper) for _ in range(2)]
    for answered in answers:
        _check(answered, paper.issuance)
    if answers[0].body != answers[1].body:
        raise Failed("the same bytes again", "others")


async def closed(at: Sitting) -> None:
    """Ask for an issuance after its end, and tell another end."""
    paper = await _paper(at)
    _check(await _completed(at, paper), paper.issuance)
    (await at.prepare(paper.visit, paper.order, paper.issuance)).refused_as(_CLOSED)
    (await at.outcome(paper.issuance, "voided")).refused_as(_CLOSED)


async def before_prepare(at: Sitting) -> None:
    """Tell the end first."""
    visit, issuance = await at.visit(), str(uuid4())
    answered = await at.outcome(issuance, "expired")
    if answered.good() != {"issuance": issuance, "outcome": "expired"}:
        raise Failed("issuance and outcome, acknowledged", "other fields")
    (await at.prepare(visit, visit.order(), issuance)).refused_as(_CLOSED)


async def forged_reports(at: Sitting) -> None:
    """Bring reports of an unknown key, about another issuance, and of another terminal."""
    paper = await _paper(at)
    own, other = at.centre.terminal(), at.centre.terminal(TERMINALS[1])
    for report in (
        _report(own, paper.issuance, SigningKey.generate()),
        _report(own, str(uuid4())),
        _report(other, paper.issuance),
    ):
        answered = await at.outcome(paper.issuance, "completed", report)
        answered.refused_as("signature-refused")


async def _paper(at: Sitting) -> Paper:
    try:
        return await at.issued()
    except Failed as failed:
        raise NotTried(f"no paper comes out for the test person: {failed.seen}") from None


async def _completed(at: Sitting, paper: Paper) -> Answered:
    report = _report(paper.visit.terminal, paper.issuance)
    return await at.outcome(paper.issuance, "completed", report)


def _report(terminal: TerminalIdentity, issuance: str, key: SigningKey | None = None) -> str:
    return TerminalReport(
        terminal=terminal.terminal,
        sequence=1,
        issuance=issuance,
        reported_at=datetime.now(UTC),
        enrolment=terminal.enrolment,
        body=Completed(pages=1),
    ).signed_by(key or terminal.statement_key)


def _check(answered: Answered, issuance: str) -> None:
    try:
        said = Acknowledged.model_validate(answered.good())
    except ValidationError:
        raise Failed("issuance and outcome, acknowledged", "other fields") from None
    if said != Acknowledged(issuance=issuance, outcome="completed"):
        raise Failed("this issuance as completed", "another one, or another outcome")


CHECKS = {
    "AD-90": acknowledged,
    "AD-91": closed,
    "AD-92": before_prepare,
    "AD-93": forged_reports,
}
