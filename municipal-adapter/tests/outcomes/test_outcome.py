"""Outcomes over HTTP, with the terminal's own reports."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.reports import Completed, Paid, TerminalReport
from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.centre import TERMINALS, Centre
from municipal_adapter_testing.reception import Reception
from municipal_adapter_testing.town import Town
from municipal_adapter_testing.visit import Visit

ICHIKAWA = "122033"


def report(visit: Visit, issuance: str, body: Paid | Completed) -> str:
    return TerminalReport(
        terminal=visit.terminal,
        sequence=1,
        issuance=issuance,
        reported_at=datetime.now(UTC),
        enrolment=visit.enrolment,
        body=body,
    ).signed_by(visit.terminal_key)


async def closed(town: Town, issuance: str) -> asyncpg.Record | None:
    connection = await asyncpg.connect(town.database_url)
    try:
        sql = """SELECT outcome, vouched, ciphertext IS NULL AS wiped FROM closed_issuances
                 LEFT JOIN claims USING (issuance_id, outcome) WHERE issuance_id = $1"""
        return await connection.fetchrow(sql, issuance)
    finally:
        await connection.close()


async def test_a_completed_issuance_is_closed_with_its_evidence_and_wiped(
    asking: Asking, reception: Reception, towns: dict[str, Town]
) -> None:
    visit, issuance = await reception.visitor(ICHIKAWA), str(uuid4())
    order = visit.order()
    assert (await asking.prepare(visit, order, issuance)).status == 200
    done = report(visit, issuance, Completed(pages=1))
    answers = [await asking.outcome(visit, issuance, "completed", done) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].body == answers[1].body
    assert dict(await closed(towns[ICHIKAWA], issuance) or {}) == {
        "outcome": "completed",
        "vouched": True,
        "wiped": True,
    }
    assert (await asking.prepare(visit, order, issuance)).slug == "issuance-closed"
    assert (await asking.outcome(visit, issuance, "voided")).slug == "issuance-closed"


async def test_an_outcome_before_the_prepare_closes_the_id(
    asking: Asking, reception: Reception
) -> None:
    visit, issuance = await reception.visitor(ICHIKAWA), str(uuid4())
    assert (await asking.outcome(visit, issuance, "expired")).status == 200
    assert (await asking.prepare(visit, visit.order(), issuance)).slug == "issuance-closed"


async def test_an_outcome_that_no_report_tells_is_kept_as_not_vouched_for(
    asking: Asking, reception: Reception, towns: dict[str, Town]
) -> None:
    visit, issuance = await reception.visitor(ICHIKAWA), str(uuid4())
    paid = report(visit, issuance, Paid(yen=250))
    assert (await asking.outcome(visit, issuance, "completed", paid)).status == 200
    row = await closed(towns[ICHIKAWA], issuance)
    assert row is not None
    assert row["vouched"] is False


@pytest.mark.parametrize("forged", ["key", "issuance", "terminal"])
async def test_reports_that_the_papers_terminal_did_not_sign_are_refused(
    asking: Asking, reception: Reception, centre: Centre, towns: dict[str, Town], forged: str
) -> None:
    visit, issuance = await reception.visitor(ICHIKAWA), str(uuid4())
    assert (await asking.prepare(visit, visit.order(), issuance)).status == 200
    other = TERMINALS[1]
    elsewhere = replace(
        visit,
        terminal=other,
        terminal_key=centre.terminals[other],
        enrolment=centre.enrolment(other),
    )
    forger = replace(visit, terminal_key=SigningKey.generate())
    made = {
        "key": report(forger, issuance, Completed(pages=1)),
        "issuance": report(visit, str(uuid4()), Completed(pages=1)),
        "terminal": report(elsewhere, issuance, Completed(pages=1)),
    }[forged]
    answered = await asking.outcome(visit, issuance, "completed", made)
    assert answered.slug == "signature-refused"
    assert await closed(towns[ICHIKAWA], issuance) is None
