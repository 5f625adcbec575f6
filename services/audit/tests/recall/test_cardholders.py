"""One cardholder's papers of a municipality and month are found, and no others."""

from collections import defaultdict

import pytest
from audit.recall.cardholders import cardholder_of, named_cardholder, papers_of_cardholder
from audit.retention.rules import empty_payloads, set_rule
from madoguchi_wire.clock import japan_day
from madoguchi_wire.event_data.parts import Cardholder
from madoguchi_wire.events import AuditEvent, EventType
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection

_PLAN = """
    EXPLAIN SELECT subject FROM events
    WHERE type = 'madoguchi.issuance.accepted.v1' AND cardholder_of(canonical) = 'x'
"""


def _accepted(events: list[AuditEvent]) -> list[AuditEvent]:
    return [event for event in events if event.type is EventType.ISSUANCE_ACCEPTED]


async def test_each_cardholders_papers_are_those_of_a_naive_search(
    archive: Connection, events: list[AuditEvent]
) -> None:
    found = defaultdict[Cardholder, set[str]](set)
    older = 0
    for event in _accepted(events):
        whose = await cardholder_of(archive, event.subject)
        assert (whose and whose.model_dump()) == event.data.get("cardholder")
        if whose is None:
            older += 1
        else:
            found[whose].add(event.subject)
    assert older > 5, "some events are an older build's"
    assert any(len(papers) > 2 for papers in found.values())
    of = {event.subject: event for event in _accepted(events)}
    for whose, papers in found.items():
        one = min(papers)
        others = [paper.issuance async for paper in papers_of_cardholder(archive, whose, one)]
        assert others == sorted(papers - {one})
        named = named_cardholder(f"{whose.key}:{whose.pseudonym}")
        assert [p.issuance async for p in papers_of_cardholder(archive, named)] == sorted(papers)
        assert len({of[paper].data["municipality"] for paper in papers}) == 1
        assert len({japan_day(of[paper].time).replace(day=1) for paper in papers}) == 1


async def test_what_retention_emptied_is_nobodys(
    archive: Connection, events: list[AuditEvent]
) -> None:
    await set_rule(archive, "122033", 30, Person.of("sato", "the time is over"))
    await empty_payloads(archive)
    for event in _accepted(events):
        whose = await cardholder_of(archive, event.subject)
        told = event.data["municipality"] != "122033" and "cardholder" in event.data
        assert (whose is not None) == told


async def test_it_does_not_read_the_whole_archive(archive: Connection) -> None:
    await archive.execute("SET enable_seqscan = off")
    plan = [row[0] for row in await archive.fetch(_PLAN)]
    assert any("cardholder_of" in line and "Index Cond" in line for line in plan), plan


@pytest.mark.parametrize(
    "text", ["", ":", "a:b", "5e6d3c0a-94f5-4d2f-8f0e-8d2d6f6d4c31:" + "C" * 32]
)
def test_what_was_never_printed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="KEY:PSEUDONYM"):
        named_cardholder(text)
