"""The same thing said many times, at once, to several replicas, happens once."""

import asyncio
from uuid import uuid4

from gateway_testing.books import read_books
from gateway_testing.customer import PRICE
from gateway_testing.world import ICHIKAWA, World, eventually
from madoguchi_wire.reports import Completed, Money, NotMine, Paid, Voided, VoidReason
from store_terminal_sim.testing.honest_city import PAGES

_STOP = """
    INSERT INTO stops (stop_id, incident, municipality, cause, what)
    VALUES (gen_random_uuid(), gen_random_uuid(), $1, 'mismatch', 'test')
"""
CROWD = 50


async def test_fifty_identical_orders_are_one_order(two_replicas: World) -> None:
    world = two_replicas
    customer = await world.opened()
    order, key = customer.signed_order(copies=2), str(uuid4())
    replicas = [world.terminal(replica=0), world.terminal(replica=1)]
    answers = await asyncio.gather(
        *(customer.order(order, key=key, at=replicas[n % 2]) for n in range(CROWD))
    )
    assert {answer.status for answer in answers} <= {201, 409}
    assert {answer.slug for answer in answers} <= {"", "order-in-flight"}
    bodies = {answer.body for answer in answers if answer.status == 201}
    late = await customer.order(order, key=key, at=replicas[1])
    assert bodies == {late.body}
    books = await read_books(world.pool)
    assert sorted(books.states.values()) == ["prepared", "prepared"]
    assert len(world.city.answers) == 2


async def test_fifty_orders_of_one_session_under_their_own_keys_are_one_order(
    two_replicas: World,
) -> None:
    world = two_replicas
    customer = await world.opened()
    order = customer.signed_order()
    answers = await asyncio.gather(*(customer.order(order) for _ in range(CROWD)))
    assert sorted(answer.status for answer in answers) == [201] + [409] * (CROWD - 1)
    assert len((await read_books(world.pool)).states) == 1


async def test_fifty_reports_paid_and_completed_meter_and_book_once(two_replicas: World) -> None:
    world = two_replicas
    customer, issuance = await world.delivered()
    replicas = [world.terminal(replica=0), world.terminal(replica=1)]
    paid = customer.at.signed(issuance, Paid(yen=PRICE))
    first = await asyncio.gather(*(replicas[n % 2].send(paid) for n in range(CROWD)))
    assert {(a.status, a.json["state"], a.json["go"]) for a in first} == {(200, "paid", True)}
    completed = customer.at.signed(issuance, Completed(pages=PAGES))
    second = await asyncio.gather(*(replicas[n % 2].send(completed) for n in range(CROWD)))
    assert {(a.status, a.json["state"]) for a in second} == {(200, "completed")}
    books = await read_books(world.pool)
    assert books.types(issuance) == ["accepted", "prepared", "delivered", "paid", "completed"]
    assert await world.pool.fetchval("SELECT count(*) FROM reports") == 2


async def test_different_reports_at_once_are_all_kept_in_one_order(two_replicas: World) -> None:
    world = two_replicas
    customer, issuance = await world.paid()
    replicas = [world.terminal(replica=0), world.terminal(replica=1)]
    bodies = [
        Completed(pages=PAGES),
        Voided(reason=VoidReason.RESTARTED, money=Money.REFUNDED),
        NotMine(),
        Paid(yen=PRICE),
    ]
    reports = [customer.at.signed(issuance, body) for body in bodies]
    answers = await asyncio.gather(
        *(replicas[n % 2].send(report) for n, report in enumerate(reports))
    )
    assert {answer.status for answer in answers} == {200}
    assert not any(answer.json["go"] for answer in answers)
    books = await read_books(world.pool)
    assert books.states[issuance] in {"completed", "voided"}
    assert len(books.types(issuance)) == 4 + len(bodies)


async def test_fifty_fetches_are_one_delivery_of_the_same_bytes(two_replicas: World) -> None:
    world = two_replicas
    _, issuance = await world.prepared()
    replicas = [world.terminal(replica=0), world.terminal(replica=1)]
    answers = await asyncio.gather(*(replicas[n % 2].document(issuance) for n in range(CROWD)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    books = await read_books(world.pool)
    assert books.types(issuance) == ["accepted", "prepared", "delivered"]


async def test_a_report_number_is_used_once(world: World) -> None:
    customer, issuance = await world.delivered()
    first = customer.at.signed(issuance, Paid(yen=PRICE), sequence=7)
    other = customer.at.signed(issuance, NotMine(), sequence=7)
    assert (await customer.at.send(first)).json["go"] is True
    refused = await customer.at.send(other)
    assert (refused.status, refused.slug) == (409, "report-sequence-reused")
    again = await customer.at.send(first)
    assert (again.json["state"], again.json["go"]) == ("paid", True)
    assert (await read_books(world.pool)).alarms == ["report_sequence_reused"]


async def test_a_go_is_not_given_again_once_something_else_happened(world: World) -> None:
    customer, issuance = await world.delivered()
    paid = customer.at.signed(issuance, Paid(yen=PRICE))
    assert (await customer.at.send(paid)).json["go"] is True
    await customer.at.report(issuance, Voided(reason=VoidReason.RESTARTED, money=Money.REFUNDED))
    again = await customer.at.send(paid)
    assert (again.status, again.json["state"], again.json["go"]) == (200, "voided", False)


async def test_a_go_is_not_given_again_while_its_municipality_is_stopped(world: World) -> None:
    customer, issuance = await world.delivered()
    paid = customer.at.signed(issuance, Paid(yen=PRICE))
    assert (await customer.at.send(paid)).json["go"] is True
    await world.pool.execute(_STOP, ICHIKAWA)
    again = (await customer.at.send(paid)).json
    assert (again["state"], again["go"]) == ("paid", False)


async def test_only_the_report_that_was_paid_gets_the_go(world: World) -> None:
    customer, issuance = await world.paid()
    for body in (Paid(yen=PRICE), NotMine()):
        kept = (await customer.at.report(issuance, body)).json
        assert (kept["state"], kept["go"]) == ("paid", False)


async def test_reports_come_in_any_order_and_gaps_are_allowed(world: World) -> None:
    customer, issuance = await world.delivered()
    later = customer.at.signed(issuance, Completed(pages=PAGES), sequence=9)
    assert (await customer.at.send(later)).json == {
        "issuance": issuance,
        "state": "delivered",
        "go": False,
    }
    earlier = customer.at.signed(issuance, Paid(yen=PRICE), sequence=4)
    told = (await customer.at.send(earlier)).json
    # What was printed is not given a go to be printed again.
    assert (told["state"], told["go"]) == ("completed", False)
    books = await read_books(world.pool)
    assert books.alarms == ["completed_without_go"]
    assert books.metered == {issuance: PRICE}
    assert books.types(issuance)[-3:] == ["report.kept", "paid", "completed"]


async def test_what_its_terminal_gave_up_is_not_delivered_any_more(world: World) -> None:
    customer, issuance = await world.prepared()
    given_up = Voided(reason=VoidReason.CANCELLED, money=Money.NOT_TAKEN)
    assert (await customer.at.report(issuance, given_up)).json["state"] == "prepared"
    assert (await customer.at.document(issuance)).slug == "issuance-state-conflict"
    assert (await read_books(world.pool)).states == {issuance: "prepared"}


async def test_a_go_that_is_asked_for_again_finds_what_was_completed_before(world: World) -> None:
    customer, issuance = await world.delivered()
    await customer.at.report(issuance, Completed(pages=PAGES))
    paid = customer.at.signed(issuance, Paid(yen=PRICE))
    # As if the replica had died between the two: *paid* moved it, and nothing else happened.
    await world.pool.execute("UPDATE reports SET event = 'hidden' WHERE event = 'completed'")
    assert (await customer.at.send(paid)).json["state"] == "paid"
    await world.pool.execute("UPDATE reports SET event = 'completed' WHERE event = 'hidden'")
    again = (await customer.at.send(paid)).json
    assert (again["state"], again["go"]) == ("completed", False)
    assert (await read_books(world.pool)).metered == {issuance: PRICE}


async def test_a_report_against_the_end_calls_a_person(world: World) -> None:
    customer, issuance = await world.completed()
    back = Voided(reason=VoidReason.RESTARTED, money=Money.REFUNDED)
    assert (await customer.at.report(issuance, back)).json["state"] == "completed"
    assert (await read_books(world.pool)).alarms == ["report_contradicts_end"]


async def test_an_outcome_with_its_reports_is_told_until_it_is_acknowledged(world: World) -> None:
    world.city.acknowledges = False
    customer, issuance = await world.completed()

    async def told_twice() -> bool:
        return len(world.city.outcomes) >= 3

    await eventually(told_twice)
    world.city.acknowledges = True

    async def acknowledged() -> bool:
        open_ = "SELECT count(*) FROM outcomes WHERE acknowledged_at IS NULL"
        return await world.pool.fetchval(open_) == 0

    await eventually(acknowledged)
    last = world.city.outcomes[-1]
    assert (last.issuance, last.outcome, len(last.reports)) == (issuance, "completed", 2)
    count = len(world.city.outcomes)
    await asyncio.sleep(1.5)
    assert len(world.city.outcomes) == count
    assert (await customer.at.document(issuance)).status in {409, 410}
    assert await world.pool.fetchval("SELECT count(*) FROM sealed_documents") == 0
