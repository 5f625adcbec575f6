"""One certificate from the card to the tray: what the terminal gets, and what the books say."""

from collections import Counter

import pytest
from gateway_testing.books import read_books
from gateway_testing.city import HOUSEHOLD
from gateway_testing.customer import PRICE
from gateway_testing.world import STORE, TOWN_HALL, World, eventually
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.encoding import from_base64url, sha256_hex, to_base64url
from madoguchi_wire.event_data.parts import Cardholder
from madoguchi_wire.gateway_api import HouseholdAnswer
from madoguchi_wire.reports import CashCounted, Completed, Money, NotMine, Paid, Voided, VoidReason
from madoguchi_wire.sealing import document_info, household_info
from madoguchi_wire.signed import token_digest
from store_terminal_sim.testing.honest_city import PAGES


async def test_a_paper_is_prepared_delivered_paid_completed_metered_and_booked(
    world: World,
) -> None:
    customer = await world.opened()
    order = customer.signed_order()
    (issued,) = (await customer.order(order)).order.issuances
    assert (issued.copy_number, issued.fee, issued.problem) == (1, PRICE, None)
    document = await customer.at.document(issued.issuance)
    assert document.headers["Madoguchi-Attestation"] == issued.attestation
    info = document_info(str(issued.issuance), token_digest(order))
    assert customer.opening_key.open(document.body, info).startswith(b"%PDF")
    paid = await customer.at.report(issued.issuance, Paid(yen=PRICE))
    assert (paid.json["state"], paid.json["go"]) == ("paid", True)
    done = await customer.at.report(issued.issuance, Completed(pages=PAGES))
    assert (done.json["state"], done.json["go"]) == ("completed", False)
    books = await read_books(world.pool)
    assert books.types(str(issued.issuance)) == [
        "accepted",
        "prepared",
        "delivered",
        "paid",
        "completed",
    ]
    assert books.purposes[str(issued.issuance)] == {
        "fee_deposited": PRICE,
        "fee_earned": PRICE,
        "commission": 120,
    }
    assert books.metered == {str(issued.issuance): PRICE}
    (opened,) = books.named("session.opened")
    assert opened["terminal"] == STORE


async def test_copies_are_issuances_of_their_own(world: World) -> None:
    customer = await world.opened()
    answer = (await customer.order(customer.signed_order(copies=5))).order
    assert [issued.copy_number for issued in answer.issuances] == [1, 2, 3, 4, 5]
    assert len({issued.issuance for issued in answer.issuances}) == 5
    assert {asked.copy_number for asked in world.city.asked} == {1, 2, 3, 4, 5}
    assert len((await read_books(world.pool)).states) == 5


async def test_events_tell_that_papers_were_one_cardholders_and_no_more(world: World) -> None:
    card = world.card()
    customer = await world.opened(card=card)
    await customer.order(customer.signed_order(copies=2))
    again = await world.opened(card=card)
    await again.order(again.signed_order())
    other = await world.opened()
    await other.order(other.signed_order())
    books = await read_books(world.pool)
    told = [Cardholder.model_validate(data["cardholder"]) for data in books.named("accepted")]
    assert sorted(Counter(told).values()) == [1, 3]
    assert len({one.key for one in told}) == 1
    assert not any("cardholder" in data for data in books.named("prepared"))


async def test_the_citys_own_terminal_gets_no_commission(world: World) -> None:
    _, issuance = await world.completed(terminal=TOWN_HALL)
    books = await read_books(world.pool)
    assert set(books.purposes[issuance]) == {"fee_deposited", "fee_earned"}


async def test_a_paper_for_nothing_is_metered_and_booked_with_zero_yen(world: World) -> None:
    free = [{"version": "free", "from": "2010-02-02", "prices": {"resident_record": 0}}]
    await world.configure(tariffs=free)

    async def in_force() -> bool:
        return (await world.menu(world.terminal())).offers[0].tariff_version == "free"

    await eventually(in_force)
    customer = await world.opened()
    order = customer.signed_order(unit_price=0, tariff_version="free")
    issuance = str((await customer.order(order)).order.issuances[0].issuance)
    await customer.at.document(issuance)
    assert (await customer.at.report(issuance, Paid(yen=0))).json["go"] is True
    await customer.at.report(issuance, Completed(pages=PAGES))
    books = await read_books(world.pool)
    assert books.metered == {issuance: 0}
    assert books.purposes[issuance] == {"fee_deposited": 0, "fee_earned": 0, "commission": 120}


async def test_the_price_that_was_shown_holds_for_its_session(world: World) -> None:
    early = await world.opened()
    dearer = [{"version": "new", "from": "2010-02-02", "prices": {"resident_record": 300}}]
    await world.configure(tariffs=dearer)

    async def in_force() -> bool:
        return (await world.menu(world.terminal())).offers[0].tariff_version == "new"

    await eventually(in_force)
    (issued,) = (await early.order()).order.issuances
    assert issued.fee == PRICE
    late = await world.opened()
    assert (await late.order()).slug == "price-not-as-shown"
    assert (await late.order(late.signed_order(unit_price=300))).status == 201
    pinned = "SELECT fee, tariff_version, configuration_version FROM issuances ORDER BY accepted_at"
    assert [tuple(row.values()) for row in await world.pool.fetch(pinned)] == [
        (PRICE, "2010-02", 2),
        (300, "new", 3),
    ]


@pytest.mark.parametrize(
    ("money", "refund"), [(Money.REFUNDED, {"fee_refunded": PRICE}), (Money.NOT_TAKEN, {})]
)
async def test_a_paid_paper_that_did_not_come_out_is_void(
    world: World, money: Money, refund: dict[str, int]
) -> None:
    customer, issuance = await world.paid()
    voided = await customer.at.report(issuance, Voided(reason=VoidReason.PRINT_FAILED, money=money))
    assert (voided.json["state"], voided.json["go"]) == ("voided", False)
    books = await read_books(world.pool)
    assert books.purposes[issuance] == {"fee_deposited": PRICE} | refund
    assert books.metered == {}
    assert bool(books.alarms) == (money is Money.NOT_TAKEN)


async def test_the_household_passes_through_sealed(world: World) -> None:
    customer = await world.opened()
    request, answered = await customer.ask_household()
    sealed = from_base64url(HouseholdAnswer.model_validate(answered.json).ciphertext)
    info = household_info(customer.digest, token_digest(request))
    assert customer.opening_key.open(sealed, info) == HOUSEHOLD
    (shown,) = (await read_books(world.pool)).named("household.shown")
    assert shown["terminal"] == STORE


async def test_evidence_that_changes_nothing_is_kept_and_told(world: World) -> None:
    customer, issuance = await world.completed()
    answered = await customer.at.report(issuance, NotMine())
    assert (answered.json["state"], answered.json["go"]) == ("completed", False)
    counted = await customer.at.report(None, CashCounted(yen=PRICE))
    assert counted.json == {"issuance": None, "state": None, "go": False}
    books = await read_books(world.pool)
    assert books.types(issuance)[-1] == "report.kept"
    assert len(books.named("report.kept")) == 2
    assert books.alarms == ["not_mine"]
    kept = await world.pool.fetch("SELECT event, changed_state FROM reports ORDER BY sequence")
    assert [tuple(row.values()) for row in kept] == [
        ("paid", True),
        ("completed", True),
        ("not_mine", False),
        ("cash_counted", False),
    ]


async def test_a_report_that_changes_no_state_moves_no_moment(world: World) -> None:
    moments = """
        SELECT issuance_id, prepared_at, delivered_at, paid_at, event_sequence
        FROM issuances ORDER BY issuance_id
    """
    found = [await begun() for begun in (world.prepared, world.delivered, world.paid)]
    before = [tuple(row.values()) for row in await world.pool.fetch(moments)]
    for customer, issuance in found:
        assert (await customer.at.report(issuance, NotMine())).status == 200
    after = [tuple(row.values()) for row in await world.pool.fetch(moments)]
    assert [row[:-1] for row in after] == [row[:-1] for row in before]
    assert [row[-1] for row in after] == [row[-1] + 1 for row in before], "each report is told"


async def test_a_terminal_sees_its_own_issuances_only(world: World) -> None:
    customer, issuance = await world.prepared()
    viewed = await customer.at.view(issuance)
    assert (viewed.json["state"], viewed.json["fee"]) == ("prepared", PRICE)
    stranger = world.terminal(TOWN_HALL)
    assert (await stranger.view(issuance)).slug == "issuance-unknown"
    assert (await stranger.document(issuance)).slug == "issuance-unknown"
    assert (await stranger.report(issuance, Paid(yen=PRICE))).slug == "issuance-unknown"
    assert (await customer.at.view(issuance)).json["state"] == "prepared"


async def test_no_event_names_the_person_whatever_a_municipality_writes(world: World) -> None:
    def talkative(attestation: Attestation) -> Attestation:
        return attestation.model_copy(update={"records_version": "見本 太郎"})

    world.city.honest.alter = talkative
    customer, issuance = await world.completed()
    await customer.at.report(issuance, NotMine())
    private = [
        f"{customer.card.serial:x}",
        str(customer.card.serial),
        sha256_hex(customer.card.certificate),
        to_base64url(customer.card.certificate),
        "太郎",
    ]
    for row in await world.pool.fetch("SELECT canonical FROM outbox"):
        told = row["canonical"].decode()
        assert not [secret for secret in private if secret in told]
