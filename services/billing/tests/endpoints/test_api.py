"""The API: for named persons only; errors are problems of the one tree, and write nothing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from billing.application import api_description
from billing_testing.gateway_books import Issued, make_months, write
from billing_testing.serving import SIGN_IN, billing_process
from local_stack.service_user import service_user
from madoguchi_wire.clock import japan_day
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.reports import Money

NAMED = {
    "Authorization": f"Bearer {SIGN_IN}",
    "Madoguchi-Person": "sato",
    "Madoguchi-Reason": quote("月次の締め処理"),
}
DAY = date(2026, 9, 30)
PAPER = Issued("122033", "komorebi", DAY)
VOIDED = Issued("122033", "komorebi", DAY, state="voided", paid=False, money=Money.NOT_TAKEN)
OWN = Issued("122033", "ichikawa-city", DAY, channel="city_machine", state="delivered", paid=False)
NOBODY = "6f2b9c1e-0000-4000-8000-000000000000"
SAMPLES = {"period": "2026-09", "payer": "komorebi", "line": "1"}
NUMBERS = {
    "invoices": "2026-09-0001",
    "statements": "2026-09-M-122033",
    "transfer-files": "2026-09-komorebi-1",
}
PAY_IN: dict[str, Any] = {
    "reference": "bank-1",
    "yen": 250,
    "paid_on": "2026-10-01",
    "chain": "komorebi",
    "municipality": "122033",
    "day": "2026-09-30",
}


@pytest.fixture
async def client(
    database_url: str, connection: Connection, tmp_path: Path
) -> AsyncIterator[aiohttp.ClientSession]:
    await make_months(connection, DAY, 1)
    await write(connection, PAPER, VOIDED, OWN)
    async with service_user(database_url, "madoguchi_billing") as url:
        billing = billing_process(url, tmp_path)
        billing.spawn()
        try:
            await asyncio.to_thread(billing.wait_until_ready)
            async with aiohttp.ClientSession(billing.ready_url.removesuffix("readyz")) as made:
                yield made
        finally:
            billing.terminate()


async def asked(
    client: aiohttp.ClientSession, method: str, path: str, body: object = None
) -> tuple[int, Any]:
    async with client.request(method, path, json=body, headers=NAMED) as answer:
        found = await answer.json(content_type=None)
        if answer.status >= 400:
            assert answer.content_type == "application/problem+json"
            return answer.status, found["type"].removeprefix("/problems/")
        return answer.status, found


def _kept(answer: aiohttp.ClientResponse) -> tuple[str, str | None]:
    """Return what caches may do with a document, and the name that it is kept by."""
    assert answer.content_disposition is not None
    return answer.headers["Cache-Control"], answer.content_disposition.filename


async def _coins(client: aiohttp.ClientSession) -> None:
    """Record what arrived of a machine's coins, wrong at first."""
    hall = "/v1/machines/ichikawa-city-122033-1/arrivals/2026-09-30"
    for coins, answer in (
        ({"yen": 100}, (201, {"is_new": True})),
        ({"yen": 100}, (200, {"is_new": False})),
        ({"yen": 200}, (409, "arrival-differs")),
        ({"yen": -1}, (422, "amount-refused")),
        ({"yen": 200, "instead_of": 100}, (201, {"is_new": True})),
    ):
        assert await asked(client, "PUT", hall, coins) == answer
    store = hall.replace("ichikawa-city", "komorebi")
    assert await asked(client, "PUT", store, {"yen": 250}) == (422, "invalid-fields")


async def test_a_month_is_closed_stated_traced_and_settled(
    client: aiohttp.ClientSession, connection: Connection
) -> None:
    for missing in ("Authorization", "Madoguchi-Person"):
        headers = {name: value for name, value in NAMED.items() if name != missing}
        async with client.put("/v1/closes/2026-09", headers=headers) as answer:
            assert answer.status == 401
    early = "/v1/periods/2026-09/statements"
    assert await asked(client, "POST", early) == (409, "period-not-closed")
    assert await asked(client, "PUT", "/v1/closes/2026-10") == (409, "period-out-of-order")
    assert await asked(client, "PUT", "/v1/closes/2099-12") == (409, "period-not-over")
    assert await asked(client, "PUT", "/v1/closes/September") == (422, "invalid-fields")
    status, done = await asked(client, "PUT", "/v1/closes/2026-09")
    assert (status, done["papers"], done["claims"]) == (201, 1, 1)
    assert await asked(client, "PUT", "/v1/closes/2026-09") == (409, "period-closed")
    status, made = await asked(client, "POST", early)
    assert (status, len(made["numbers"])) == (201, 4)
    assert await asked(client, "POST", early) == (200, {"numbers": []})
    status, listed = await asked(client, "GET", early)
    assert (status, sum(one["papers"] for one in listed)) == (200, 2)
    number = "2026-09-M-122033"
    status, statement = await asked(client, "GET", f"/v1/statements/{number}")
    assert (status, statement["totals"]["fees"]) == (200, 250)
    status, traced = await asked(client, "GET", f"/v1/statements/{number}/lines/1")
    first, (paper,) = f"/v1/statements/{number}/lines/1?limit=1", traced["issuances"]
    assert (status, paper, traced["next"]) == (200, str(PAPER.issuance_id), None)
    assert (await asked(client, "GET", first))[1]["next"] == paper
    assert (await asked(client, "GET", f"{first}&after={paper}"))[1]["issuances"] == []
    for wrong in ("limit=0", "limit=1001", "after=1"):
        path = f"/v1/statements/{number}/lines/1?{wrong}"
        assert await asked(client, "GET", path) == (422, "invalid-fields")
    for format_, beginning in (("pdf", b"%PDF-"), ("csv", "document,文書".encode("cp932"))):
        query = f"format={format_}&encoding=shift_jis"
        async with client.get(f"/v1/statements/{number}?{query}", headers=NAMED) as answer:
            assert (answer.status, (await answer.read())[:5]) == (200, beginning[:5])
            assert _kept(answer) == ("no-store", f"statement-{number}.{format_}")
    bills = "/v1/periods/2026-09/invoices"
    assert await asked(client, "POST", bills) == (201, {"numbers": ["2026-09-0001"]})
    assert await asked(client, "POST", bills) == (200, {"numbers": []})
    status, (bill,) = await asked(client, "GET", bills)
    assert (status, bill["totals"]) == (200, [{"rate": 10, "yen": 120, "tax": 10}])
    assert await asked(client, "GET", "/v1/invoices/2026-09-0001") == (200, bill)
    assert await asked(client, "GET", "/v1/invoices/2026-09-0002") == (404, "invoice-unknown")
    await a_transfer_file_is_made_once(client, connection)
    for path in (f"{number}/lines/99", "2026-09-M-999999"):
        assert await asked(client, "GET", f"/v1/statements/{path}") == (404, "statement-unknown")

    whole = {"statement": "2026-09-C-komorebi", "reference": "bank-0", "paid_on": "2026-10-01"}
    for stated, answer in (
        (whole | {"yen": 249}, (422, "amount-refused")),
        (whole | {"yen": 250, "statement": number}, (404, "statement-unknown")),
        (whole | {"yen": 250}, (201, {"is_new": True})),
        (whole | {"yen": 250}, (200, {"is_new": False})),
    ):
        assert await asked(client, "POST", "/v1/statement-payments", stated) == answer
    assert (await asked(client, "POST", "/v1/reversals", {"reference": "bank-0"}))[0] == 201
    assert (await asked(client, "POST", "/v1/pay-ins", PAY_IN))[0] == 201
    assert await asked(client, "POST", "/v1/pay-ins", PAY_IN) == (200, {"is_new": False})
    for wrong, problem in (
        ({"yen": 249}, (409, "payment-differs")),
        ({"yen": -1}, (422, "amount-refused")),
        ({"yen": 2.5}, (422, "invalid-fields")),
        ({"chain": "elsewhere"}, (404, "account-unknown")),
        ({"municipality": "122034"}, (422, "invalid-fields")),
    ):
        assert await asked(client, "POST", "/v1/pay-ins", PAY_IN | wrong) == problem
    payment = {"purpose": "paid_out", "party": "122033", "reference": "bank-2"}
    payment |= {"yen": 251, "paid_on": "2026-10-01"}
    assert await asked(client, "POST", "/v1/payments", payment) == (422, "amount-refused")
    assert (await asked(client, "POST", "/v1/payments", payment | {"yen": 250}))[0] == 201

    undo = {"reference": "bank-2", "party": "122033"}
    status, (undone,) = await asked(client, "POST", "/v1/reversals", undo)
    assert (status, undone["yen"]) == (201, 250)
    assert await asked(client, "POST", "/v1/reversals", undo) == (404, "payment-unknown")

    await _coins(client)

    refund = f"/v1/refunds/{PAPER.issuance_id}"
    status, done = await asked(client, "PUT", refund)
    assert (status, done["borne_by"]) == (201, "municipality")
    for path in (refund, f"/v1/refunds/{NOBODY}"):
        assert await asked(client, "PUT", path) == (409, "paper-not-refundable")
    status, (claim,) = await asked(client, "GET", "/v1/claims")
    assert (status, claim["issuance_id"]) == (200, str(VOIDED.issuance_id))
    explanation = f"/v1/claims/{VOIDED.issuance_id}/explanation"
    assert (await asked(client, "PUT", explanation))[0] == 201
    assert await asked(client, "PUT", explanation) == (404, "claim-unknown")
    status, books = await asked(client, "GET", "/v1/balances")
    assert (status, sum(books["accounts"].values())) == (200, 0)
    await each_look_is_recorded(client, connection)


async def a_transfer_file_is_made_once(
    client: aiohttp.ClientSession, connection: Connection
) -> None:
    files = "/v1/periods/2026-09/transfer-files"
    pay_day = japan_day(datetime.now(UTC)) + timedelta(days=30)
    for body, problem in (
        ({"pay_day": "2026-10-09"}, (422, "invalid-fields")),
        ({"pay_day": "soon"}, (422, "invalid-fields")),
    ):
        assert await asked(client, "POST", f"{files}/komorebi", body) == problem
    for status in (201, 200):
        code, made = await asked(client, "POST", f"{files}/komorebi", {"pay_day": str(pay_day)})
        assert (code, made["number"], made["yen"]) == (status, "2026-09-komorebi-1", 250)
    other_day = {"pay_day": str(pay_day + timedelta(days=1))}
    refused = (409, "transfer-file-made")
    assert await asked(client, "POST", f"{files}/komorebi", other_day) == refused
    assert await asked(client, "GET", files) == (200, [made])
    kept = "/v1/transfer-files/2026-09-komorebi"
    async with client.get(f"{kept}-1", headers=NAMED) as answer:
        content = await answer.read()
        assert (answer.status, len(content)) == (200, 4 * 120)
        assert sha256(content).hexdigest() == made["digest"]
        assert _kept(answer) == ("no-store", "transfer-2026-09-komorebi-1.txt")
    assert await asked(client, "GET", f"{kept}-2") == (404, "transfer-file-unknown")
    altered = content.replace(content[163:170], b"9999999")
    await _put(connection, altered)
    async with client.get(f"{kept}-1", headers=NAMED) as answer:
        assert answer.status == 409
    await _put(connection, content)


async def _put(connection: Connection, content: bytes) -> None:
    """Keep other bytes with their digest, as whoever owns the table can."""
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        change = "UPDATE billing.transfer_files SET content = $1, digest = $2"
        await connection.execute(change, content, sha256(content).hexdigest())


async def each_look_is_recorded(client: aiohttp.ClientSession, connection: Connection) -> None:
    """Whatever can be read: with whose name, why, and once; nobody unnamed is on record."""
    for path, operations in api_description()["paths"].items():
        if "get" not in operations or not path.startswith("/v1/"):
            continue
        asked_for = path.format(**SAMPLES, number=NUMBERS.get(path.split("/")[2]))
        before = await connection.fetchval("SELECT count(*) FROM billing.accesses")
        async with client.get(asked_for) as unnamed:
            assert unnamed.status == 401
        async with client.get(asked_for, headers=NAMED) as answer:
            assert answer.status == 200
        after = await connection.fetchval("SELECT count(*) FROM billing.accesses")
        assert (after, path) == (before + 1, path)
    status, looks = await asked(client, "GET", "/v1/accesses?who=sato")
    assert (status, {(one["who"], one["why"]) for one in looks}) == (
        *(200, {("sato", "月次の締め処理")}),
    )
    assert looks[-1]["about"] == {"of": "sato", "after": "0"}
    assert (await asked(client, "GET", "/v1/accesses?who=tanaka"))[1] == []
    last = looks[-1]["position"]
    assert (await asked(client, "GET", f"/v1/accesses?after={last}&who=sato"))[1] != []


def test_every_answer_is_described() -> None:
    description = api_description()
    for path, operations in description["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            if path.startswith("/v1/"):
                assert "401" in operation["responses"], path
