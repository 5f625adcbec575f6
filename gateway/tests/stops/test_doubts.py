"""A doubt stops its own path; evidence, or another cardholder elsewhere, stops a city."""

import asyncio

import pytest
from gateway.issuances.life import State
from gateway_testing.books import read_books
from gateway_testing.customer import Answered, Customer
from gateway_testing.world import ICHIKAWA, OTHER_STORE, STORE, TOWN_HALL, World, eventually
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.reports import Money, NotMine, Rejected, Voided, VoidReason
from madoguchi_wire.signed import unverified_payload
from structlog.testing import capture_logs

REJECTED = Rejected(what="pages", attestation_sha256="0" * 64, ciphertext_sha256="0" * 64)
PATH = (ICHIKAWA, STORE, "not_mine")

_WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE NOT granted AND datname = current_database()
"""


async def test_not_mine_freezes_its_path_and_calls_a_person_and_closes_no_city(
    world: World,
) -> None:
    customer, issuance = await world.completed()
    with capture_logs() as logs:
        told = await customer.at.report(issuance, NotMine())
    assert told.json["state"] == "completed"
    called = [line for line in logs if line["log_level"] == "error"]
    assert [(line["event"], line["municipality"], line["terminal"]) for line in called] == [
        ("alarm", ICHIKAWA, STORE),
        ("stopped", ICHIKAWA, STORE),
    ]
    assert called[0]["alarm"] == called[1]["cause"] == "not_mine"
    books = await read_books(world.pool)
    assert books.stops == [PATH]
    assert books.alarms == ["not_mine"]
    menu = f"/v1/municipalities/{ICHIKAWA}/menu"
    at_store = world.terminal(STORE)
    assert (await at_store.call("GET", menu)).slug == "municipality-stopped"
    assert f'"{ICHIKAWA}"' not in (await at_store.call("GET", "/v1/municipalities")).body.decode()
    await world.completed(terminal=OTHER_STORE)


async def test_however_often_one_site_says_so_its_city_stays_open(world: World) -> None:
    papers = [await world.completed() for _ in range(3)]
    for customer, issuance in papers:
        for _ in "ab":
            await customer.at.report(issuance, NotMine())
    assert (await read_books(world.pool)).stops == [PATH]
    await world.completed(terminal=TOWN_HALL)


async def test_another_card_at_another_site_stops_the_municipality(world: World) -> None:
    at_store, one = await world.completed()
    at_hall, other = await world.completed(terminal=TOWN_HALL)
    await at_store.at.report(one, NotMine())
    await at_hall.at.report(other, NotMine())
    books = await read_books(world.pool)
    assert books.stops == [(ICHIKAWA, None, "not_mine"), (ICHIKAWA, TOWN_HALL, "not_mine"), PATH]
    menu = f"/v1/municipalities/{ICHIKAWA}/menu"
    assert (await world.terminal(OTHER_STORE).call("GET", menu)).slug == "municipality-stopped"


async def test_however_many_sites_one_card_goes_to_its_city_stays_open(world: World) -> None:
    card = world.card()
    at_store, one = await world.completed(card=card)
    at_hall, other = await world.completed(card=card, terminal=TOWN_HALL)
    await at_store.at.report(one, NotMine())
    await at_hall.at.report(other, NotMine())
    stops = (await read_books(world.pool)).stops
    assert stops == [(ICHIKAWA, TOWN_HALL, "not_mine"), PATH]
    await world.completed(terminal=OTHER_STORE)


async def test_another_card_counts_though_its_path_was_stopped_before(world: World) -> None:
    """What comes after the first report at a terminal is remembered, too."""
    card = world.card()
    first, one = await world.completed(card=card)
    second, other = await world.completed()
    at_hall, third = await world.completed(card=card, terminal=TOWN_HALL)
    await first.at.report(one, NotMine())
    await second.at.report(other, NotMine())
    await at_hall.at.report(third, NotMine())
    assert (ICHIKAWA, None, "not_mine") in (await read_books(world.pool)).stops


@pytest.mark.parametrize("bodies", [(NotMine(), REJECTED), (REJECTED, NotMine())])
async def test_what_a_terminal_rejects_is_no_second_report(
    world: World, bodies: tuple[NotMine | Rejected, ...]
) -> None:
    at_store, one = await world.completed()
    at_hall, other = await world.completed(terminal=TOWN_HALL)
    await at_store.at.report(one, bodies[0])
    await at_hall.at.report(other, bodies[1])
    stops = (await read_books(world.pool)).stops
    assert [terminal for _, terminal, _ in stops] == [TOWN_HALL, STORE]
    await world.completed(terminal=OTHER_STORE)


async def test_two_stores_of_one_chain_are_two_sites(world: World) -> None:
    papers = [await world.completed(), await world.completed(terminal=OTHER_STORE)]
    for customer, issuance in papers:
        await customer.at.report(issuance, NotMine())
    assert (ICHIKAWA, None, "not_mine") in (await read_books(world.pool)).stops


async def test_what_was_released_does_not_count_any_more(world: World) -> None:
    papers = [await world.completed(), await world.completed(terminal=TOWN_HALL)]
    (at_store, one), (at_hall, other) = papers
    await at_store.at.report(one, NotMine())
    await world.pool.execute(
        "UPDATE stops SET released_at = madoguchi_now(), released_by = 'suzuki',"
        " finding = 'shown-unfounded', reason = 'a mistake'"
    )
    await at_hall.at.report(other, NotMine())
    assert (ICHIKAWA, None, "not_mine") not in (await read_books(world.pool)).stops


@pytest.mark.parametrize("table", ["sessions", "doubts"])
async def test_a_card_that_was_not_kept_is_no_other_card(world: World, table: str) -> None:
    papers = [await world.completed(), await world.completed(terminal=TOWN_HALL)]
    (at_store, one), (at_hall, other) = papers
    await at_store.at.report(one, NotMine())
    await world.pool.execute(f"UPDATE {table} SET card = NULL")
    await at_hall.at.report(other, NotMine())
    assert (ICHIKAWA, None, "not_mine") not in (await read_books(world.pool)).stops


async def test_two_first_reports_at_one_moment_on_two_replicas_see_each_other(
    two_replicas: World,
) -> None:
    world = two_replicas
    at_store, one = await world.completed()
    at_hall, other = await world.completed(terminal=TOWN_HALL, replica=1)
    # Both are on their way when neither has ended: whoever comes second has to wait.
    async with world.pool.acquire() as blocker, blocker.transaction():
        await blocker.execute("LOCK TABLE stops IN SHARE ROW EXCLUSIVE MODE")
        both = asyncio.gather(
            at_store.at.report(one, NotMine()), at_hall.at.report(other, NotMine())
        )
        await eventually(lambda: _waiting(world, 2))
    await both
    assert (ICHIKAWA, None, "not_mine") in (await read_books(world.pool)).stops


async def _waiting(world: World, count: int) -> bool:
    return await world.pool.fetchval(_WAITING) >= count


async def test_what_was_never_on_paper_freezes_nothing(world: World) -> None:
    unpaid = [state for state in State if state not in (State.PAID, State.COMPLETED)]
    for state in unpaid:
        customer, issuance = await world.delivered()
        answered = await _report_in(world, customer, issuance, state)
        assert answered.json == {"issuance": issuance, "state": state.value, "go": False}
    books = await read_books(world.pool)
    assert (books.stops, books.alarms) == ([], ["not_mine"] * len(unpaid))
    assert len(books.named("report.kept")) == len(unpaid)


async def test_what_never_left_the_gateway_stops_nothing_by_being_rejected(world: World) -> None:
    customer, issuance = await world.prepared()
    assert (await customer.at.report(issuance, REJECTED)).json["state"] == "quarantined"
    assert (await read_books(world.pool)).stops == []


async def test_two_who_pay_nothing_close_no_city(world: World) -> None:
    """The attack: order, fetch, cancel, and say of what was never printed that it is not mine."""
    for terminal in (STORE, TOWN_HALL):
        customer, issuance = await world.delivered(terminal=terminal)
        void = Voided(reason=VoidReason.CANCELLED, money=Money.NOT_TAKEN)
        assert (await customer.at.report(issuance, void)).json["state"] == "voided"
        await customer.at.report(issuance, NotMine())
    books = await read_books(world.pool)
    assert (books.stops, books.alarms) == ([], ["not_mine"] * 2)


async def test_what_was_paid_may_be_on_paper_wherever_it_ended(world: World) -> None:
    states = (State.PAID, State.IN_DOUBT, State.QUARANTINED, State.VOIDED)
    papers = [await world.paid() for _ in states]
    for (customer, issuance), state in zip(papers, states, strict=True):
        await _report_in(world, customer, issuance, state)
        await world.pool.execute("DELETE FROM doubts")
        await world.pool.execute("DELETE FROM stops")
    assert (await read_books(world.pool)).stops == [PATH] * len(states)


async def _report_in(world: World, customer: Customer, issuance: str, state: State) -> Answered:
    """Say "not mine" of an issuance that for this moment is in a state."""
    put = "UPDATE issuances SET state = $2 WHERE issuance_id = $1::uuid"
    was = (await customer.at.view(issuance)).json["state"]
    await world.pool.execute(put, issuance, state.value)
    answered = await customer.at.report(issuance, NotMine())
    await world.pool.execute(put, issuance, was)
    return answered


async def test_evidence_that_does_not_hold_stops_the_municipality(world: World) -> None:
    customer, issuance = await world.delivered()
    await world.pool.execute(
        "UPDATE sealed_documents SET ciphertext = $2 WHERE issuance_id = $1::uuid",
        issuance,
        b"another one's",
    )
    assert (await customer.at.report(issuance, REJECTED)).json["state"] == "quarantined"
    assert (await read_books(world.pool)).stops == [
        (ICHIKAWA, None, "mismatch"),
        (ICHIKAWA, STORE, "document_rejected"),
    ]


@pytest.mark.parametrize("what", ["another order", "by a forger"])
async def test_a_stored_attestation_that_does_not_hold_stops_the_municipality(
    world: World, what: str
) -> None:
    customer, issuance = await world.completed()
    stored = "SELECT attestation FROM issuances WHERE issuance_id = $1::uuid"
    said = Attestation.parsed(unverified_payload(await world.pool.fetchval(stored, issuance)))
    key = world.city.honest.key
    if what == "another order":
        other = said.model_copy(update={"order": "0" * 64}).signed_by(key)
    else:
        other = said.signed_by(SigningKey(SigningKey.generate().private, key.kid))
    await world.pool.execute(
        "UPDATE issuances SET attestation = $2 WHERE issuance_id = $1::uuid", issuance, other
    )
    await customer.at.report(issuance, NotMine())
    assert (ICHIKAWA, None, "mismatch") in (await read_books(world.pool)).stops


@pytest.mark.parametrize("same", ["document_sha256", "ciphertext_sha256"])
async def test_two_papers_with_one_document_stop_the_municipality(world: World, same: str) -> None:
    await world.completed(terminal=OTHER_STORE)
    customer, issuance = await world.completed()
    await world.pool.execute(
        f"UPDATE issuances SET {same} = own.{same} FROM issuances AS own"
        " WHERE own.issuance_id = $1::uuid AND issuances.issuance_id <> $1::uuid",
        issuance,
    )
    await customer.at.report(issuance, NotMine())
    assert (ICHIKAWA, None, "mismatch") in (await read_books(world.pool)).stops


async def test_two_papers_with_one_number_stop_the_municipality(world: World) -> None:
    world.city.honest.alter = lambda one: one.model_copy(update={"certificate_number": "7"})
    await world.completed(terminal=OTHER_STORE)
    customer, issuance = await world.completed()
    await customer.at.report(issuance, NotMine())
    stops = (await read_books(world.pool)).stops
    assert (ICHIKAWA, None, "mismatch") in stops


async def test_the_municipality_hears_of_a_paper_that_is_disputed_after_its_end(
    world: World,
) -> None:
    customer, issuance = await world.completed()

    async def acknowledged() -> bool:
        return await world.pool.fetchval("SELECT acknowledged_at IS NOT NULL FROM outcomes")

    await eventually(acknowledged)
    report = customer.at.signed(issuance, NotMine())
    await customer.at.send(report)

    async def heard() -> bool:
        return any(report in outcome.reports for outcome in world.city.outcomes)

    await eventually(heard)
