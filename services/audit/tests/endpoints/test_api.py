"""The API: for named persons only, each look recorded before it is answered."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from audit_testing.parties import SIGN_IN
from local_stack.processes import ManagedProcess
from madoguchi_wire.events import AuditEvent, event_digest
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.merkle import holds
from yarl import URL

NAMED = {
    "Authorization": f"Bearer {SIGN_IN}",
    "Madoguchi-Person": "sato",
    "Madoguchi-Reason": quote("四半期の確認"),
}
READS = (
    "/v1/issuances/6f2b9c1e-0000-4000-8000-000000000000/events",
    "/v1/terminals/komorebi-122033-1/events",
    "/v1/municipalities/122033/events",
    "/v1/events?first_day=2026-04-01&last_day=2026-04-02",
    "/v1/events/6f2b9c1e-0000-4000-8000-000000000000/proof",
    "/v1/verification",
    "/v1/recall?build=build-1",
    "/v1/issuances/6f2b9c1e-0000-4000-8000-000000000000/cardholder",
    "/v1/municipalities/122033/reports/2026-Q1.csv",
    "/v1/package",
    "/v1/holds",
    "/v1/accesses",
)
REFUSED = (
    "/v1/terminals/%00/events",
    "/v1/recall",
    "/v1/recall?build=%00",
    "/v1/recall?terminal=%00",
    "/v1/accesses?who=%00",
    "/v1/recall?build=b&first_day=2026-04-02&last_day=2026-04-01",
    "/v1/events?first_day=2026-04-02&last_day=2026-04-01",
)
TAKEN = {
    "/v1/municipalities/122033/reports/2026-Q1.html": b"<!doctype",
    "/v1/municipalities/122033/reports/2026-Q1.pdf": b"%PDF",
    "/v1/municipalities/122033/reports/2026-Q1.csv": b"\xef\xbb\xbfpart",
    "/v1/recall?build=build-1&format=csv": b"issuance,",
    "/v1/package?municipality=122033": b"PK",
}
COUNT = "SELECT count(*) FROM accesses"


@pytest.fixture
async def client(
    archive: Connection, make_audit: Callable[..., ManagedProcess]
) -> AsyncIterator[aiohttp.ClientSession]:
    assert archive
    audit = make_audit()
    audit.spawn()
    await asyncio.to_thread(audit.wait_until_ready)
    async with aiohttp.ClientSession(audit.ready_url.removesuffix("readyz")) as made:
        yield made


async def _json(client: aiohttp.ClientSession, path: str, **asked: str) -> Any:
    async with client.get(path, params=asked, headers=NAMED) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_nobody_reads_without_a_name_and_each_look_is_recorded(
    client: aiohttp.ClientSession, archive: Connection
) -> None:
    for path in READS:
        for missing in NAMED:
            headers = {name: value for name, value in NAMED.items() if name != missing}
            async with client.get(path, headers=headers) as answer:
                wanted = 422 if missing == "Madoguchi-Reason" else 401
                assert (answer.status, path) == (wanted, path)
                assert answer.content_type == "application/problem+json"
        wrong = NAMED | {"Authorization": "Bearer another"}
        async with client.get(path, headers=wrong) as answer:
            assert answer.status == 401
    assert await archive.fetchval(COUNT) == 0
    for number, path in enumerate(READS, start=1):
        async with client.get(path, headers=NAMED) as answer:
            assert answer.status in (200, 404), await answer.text()
        assert (await archive.fetchval(COUNT), path) == (number, path)
    rows = await archive.fetch("SELECT DISTINCT who, why FROM accesses")
    assert [(row["who"], row["why"]) for row in rows] == [("sato", "四半期の確認")]


async def test_pages_follow_each_other_to_the_end(
    client: aiohttp.ClientSession, events: list[AuditEvent]
) -> None:
    found: list[str] = []
    asked: dict[str, str] = {"first_day": "2026-04-01", "last_day": "2026-06-30"}
    while True:
        page = await _json(client, "/v1/events", **asked)
        found += [event["id"] for event in page["events"]]
        if page["next"] is None:
            break
        asked["after"] = page["next"]
    expected = sorted(events, key=lambda e: (e.time, e.subject, e.sequence, e.id))
    assert found == [event.id for event in expected]
    spoiled = asked | {"after": "AAAA"}
    async with client.get("/v1/events", params=spoiled, headers=NAMED) as answer:
        assert answer.status == 422


async def test_no_row_keeps_the_others_from_being_shown(
    client: aiohttp.ClientSession, archive: Connection, events: list[AuditEvent]
) -> None:
    # As an older build kept it: deeper than any model of an answer can be written.
    deep = b'{"data":{"a":' + b"[" * 400 + b"]" * 400 + b'},"id":"deep"}'
    await archive.execute(
        """INSERT INTO events (day, source, event_id, type, subject, sequence, time, municipality,
                               canonical, digest)
           SELECT day, source, 'deep', type, 'deep', 1, time, '011002', $2, digest
           FROM events WHERE event_id = $1""",
        *(events[0].id, deep),
    )
    for path in (
        "/v1/municipalities/011002/events",
        "/v1/events?first_day=2026-04-01&last_day=2026-04-01",
    ):
        async with client.get(path, headers=NAMED) as answer:
            assert answer.status == 200
            assert deep[:-1] + b',"digest":"' in await answer.read()


async def test_the_archive_is_verified_and_one_event_proven(
    client: aiohttp.ClientSession, events: list[AuditEvent]
) -> None:
    verdict = await _json(client, "/v1/verification")
    assert verdict["events"] == len(events)
    # This one names no witnesses, so nobody vouches for the end.
    assert [fault["name"] for fault in verdict["faults"]] == ["heads-missing"]
    assert not verdict["holds"]
    for event in events[::200]:
        proof = await _json(client, f"/v1/events/{event.id}/proof")
        told = (proof["digest"], proof["place"], proof["count"], proof["steps"], proof["root"])
        assert holds(*told)
        assert proof["digest"] == event_digest(proof["event"].encode())


async def test_what_cannot_be_asked_for_is_refused_in_words(client: aiohttp.ClientSession) -> None:
    for path in REFUSED:
        async with client.get(URL(path, encoded=True), headers=NAMED) as answer:
            told = (path, answer.status, (await answer.json())["type"].rpartition("/")[2])
            assert told == (path, 422, "invalid-fields")


async def test_a_day_is_spelled_in_one_way(client: aiohttp.ClientSession) -> None:
    """A number is no day, although it could be taken for seconds since 1970."""
    for day in ("0", "1775001600", "2026-04-01T00:00:00", "2026-4-1"):
        asked = {"first_day": day, "last_day": "2026-04-02"}
        async with client.get("/v1/events", params=asked, headers=NAMED) as refused:
            assert (day, refused.status) == (day, 422)
        for wrong in (day, 0):
            held = {"first_day": wrong}
            async with client.post("/v1/holds", json=held, headers=NAMED) as refused:
                assert (wrong, refused.status) == (wrong, 422)


async def test_a_hold_is_placed_listed_and_lifted(client: aiohttp.ClientSession) -> None:
    asked = {"municipality": "122033"}
    async with client.post("/v1/holds", json=asked, headers=NAMED) as placed:
        assert placed.status == 201
        hold = (await placed.json())["hold_id"]
    (listed,) = await _json(client, "/v1/holds")
    assert (listed["hold_id"], listed["reason"]) == (hold, "四半期の確認")
    for status in (204, 404):
        async with client.post(f"/v1/holds/{hold}/lifting", headers=NAMED) as lifted:
            assert lifted.status == status
    assert await _json(client, "/v1/holds") == []
    async with client.post("/v1/holds", json={}, headers=NAMED) as refused:
        assert refused.status == 422


async def test_what_is_taken_along_comes_in_its_format(client: aiohttp.ClientSession) -> None:
    for path, begins in TAKEN.items():
        async with client.get(path, headers=NAMED) as answer:
            assert (path, (await answer.read())[: len(begins)]) == (path, begins)
