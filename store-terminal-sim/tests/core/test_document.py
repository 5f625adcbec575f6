"""What must not be opened, paid for or printed: every altered field, seal, digest and page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.gateway_api import PlaceOrder
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import Kind
from madoguchi_wire.reports import Money, Rejected, TerminalReport, VoidReason
from madoguchi_wire.sealing import OpeningKey, document_info
from madoguchi_wire.signed import unverified_payload
from store_terminal_sim.core.effects import HttpRequest, HttpResponse
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.paper import PaperVoided
from store_terminal_sim.core.serve import Served, serve
from store_terminal_sim.testing.plain_pdf import certificate_pdf, plain_pdf
from store_terminal_sim.testing.world import ICHIKAWA, TERMINAL, World, new_world

APPLICATION = Application(ICHIKAWA, Kind.SEAL_REGISTRATION)
OTHER = sha256_hex(b"other")
ALTERED: dict[str, Any] = {
    "issuance": "0e1bd5ee-2b5c-4b8e-8d56-1c1d0d5d7a11",
    "order": OTHER,
    "session": OTHER,
    "copy_number": 2,
    "card_salt": "AAAA",
    "card_commitment": OTHER,
    "municipality": "131130",
    "kind": Kind.RESIDENT_RECORD,
    "certificate_number": "2",
    "pages": 3,
    "document_sha256": OTHER,
    "ciphertext_sha256": OTHER,
    "records_version": "2",
    "build": "another build",
    "templates": OTHER,
    "fonts": OTHER,
    "test": True,
}
ONLY_THE_MUNICIPALITY_KNOWS = {"certificate_number", "records_version", "templates", "fonts"}


def voided_alone(served: Served) -> PaperVoided:
    """Return the one paper of a session that did not come out."""
    assert (len(served.printed), len(served.voided)) == (0, 1)
    return served.voided[0]


def assert_rejected_unpaid(world: World) -> Rejected:
    void = voided_alone(world.driver().run(serve(world.switched_on(), APPLICATION)))
    assert (void.reason, void.money) == (VoidReason.DOCUMENT_REJECTED, Money.NOT_TAKEN)
    assert world.machine.inserted == world.machine.papers == {}
    report = TerminalReport.parsed(unverified_payload(world.gateway.reports_of(TERMINAL)[1])).body
    assert isinstance(report, Rejected)
    attestation, ciphertext = world.gateway.documents[void.issuance]
    assert report.attestation_sha256 == sha256_hex(attestation.encode())
    assert report.ciphertext_sha256 == sha256_hex(ciphertext)
    return report


def test_every_field_of_the_attestation_is_covered_here() -> None:
    times_and_version = {"version", "issued_at", "expires_at"}
    assert set(ALTERED) | times_and_version == set(Attestation.model_fields)


@pytest.mark.parametrize("field", sorted(set(ALTERED) - ONLY_THE_MUNICIPALITY_KNOWS))
def test_a_field_that_differs_from_what_was_asked_is_rejected_whoever_signed_it(field: str) -> None:
    world = new_world()
    world.gateway.city.alter = lambda good: good.model_copy(update={field: ALTERED[field]})
    assert_rejected_unpaid(world)


@pytest.mark.parametrize("test", [False, True])
def test_a_terminal_sells_test_papers_if_it_was_enrolled_for_them_and_only_then(
    *, test: bool
) -> None:
    world = new_world()
    world.test = test
    assert len(world.driver().run(serve(world.switched_on(), APPLICATION)).printed) == 1
    world.gateway.city.alter = lambda good: good.model_copy(update={"test": not good.test})
    void = voided_alone(world.driver().run(serve(world.switched_on(), APPLICATION)))
    assert void.reason is VoidReason.DOCUMENT_REJECTED


@pytest.mark.parametrize(
    ("issued", "lifetime"),
    [
        (timedelta(minutes=-2), timedelta(minutes=10)),
        (timedelta(days=1), timedelta(minutes=10)),
        (timedelta(0), timedelta(days=4000)),
    ],
    ids=["before the order", "tomorrow", "for years"],
)
def test_an_attestation_of_another_time_is_rejected(issued: timedelta, lifetime: timedelta) -> None:
    def at_another_time(good: Attestation) -> Attestation:
        issued_at = good.issued_at + issued
        times = {"issued_at": issued_at, "expires_at": issued_at + lifetime}
        return good.model_copy(update=times)

    world = new_world()
    world.gateway.city.alter = at_another_time
    assert_rejected_unpaid(world)


@pytest.mark.parametrize("field", sorted(ALTERED))
def test_a_field_that_was_altered_without_the_municipality_is_rejected(field: str) -> None:
    world = new_world()
    city = world.gateway.city
    forger = SigningKey(SigningKey.generate().private, city.key.kid)
    city.key = forger
    city.alter = lambda good: good.model_copy(update={field: ALTERED[field]})
    assert "does not verify" in assert_rejected_unpaid(world).what


def test_the_document_of_another_session_is_rejected() -> None:
    world = new_world()
    world.driver().run(serve(world.switched_on(), APPLICATION))
    (stolen,) = world.gateway.documents.values()
    driver = world.driver()

    def swap(request: HttpRequest) -> HttpResponse:
        answer = world.gateway.answer(request)
        if request.url.endswith("/document"):
            return HttpResponse(200, {"madoguchi-attestation": stolen[0]}, stolen[1])
        return answer

    driver.send = swap
    void = voided_alone(driver.run(serve(world.switched_on(), APPLICATION)))
    assert void.reason is VoidReason.DOCUMENT_REJECTED
    assert len(world.machine.papers) == 1


def test_what_is_sealed_to_another_session_does_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    world = new_world()
    foreign = OpeningKey(APPLICATION.suite).public

    def another_key(_text: str) -> bytes:
        return foreign

    monkeypatch.setattr("store_terminal_sim.testing.honest_city.from_base64url", another_key)
    assert "does not open" in assert_rejected_unpaid(world).what


@pytest.mark.parametrize("what", ["issuance", "order"])
def test_what_is_sealed_for_another_does_not_open(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Of the same session, and so for the same key."""
    world = new_world()

    def info_of_another(issuance: str, order: str) -> bytes:
        if what == "issuance":
            return document_info(ALTERED["issuance"], order)
        return document_info(issuance, OTHER)

    monkeypatch.setattr("store_terminal_sim.testing.honest_city.document_info", info_of_another)
    assert "does not open" in assert_rejected_unpaid(world).what


def test_another_attestation_than_the_orders_is_rejected() -> None:
    """Though the municipality signed it, too, and it says what was asked."""
    world = new_world()
    driver, city, ordered = world.driver(), world.gateway.city, list[str]()

    def prepared_anew(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/orders"):
            ordered.append(PlaceOrder.model_validate_json(request.body).order)
        if request.url.endswith("/document"):
            (session,), now = world.gateway.verified.values(), world.clock.now()
            for issuance in world.gateway.documents:
                world.gateway.documents[issuance] = city.prepare(
                    issuance, session, ordered[0], 1, now
                )
        return world.gateway.answer(request)

    driver.send = prepared_anew
    void = voided_alone(driver.run(serve(world.switched_on(), APPLICATION)))
    assert (void.reason, void.money) == (VoidReason.DOCUMENT_REJECTED, Money.NOT_TAKEN)
    assert world.machine.papers == {}


def other_issuance_on_one_page(issuance: str, pages: int) -> bytes:
    other = ALTERED["issuance"]
    return plain_pdf([f"{issuance} page 1/{pages}", f"{other} page 2/{pages}"])


def two_issuances_on_one_page(issuance: str, pages: int) -> bytes:
    other = ALTERED["issuance"]
    return plain_pdf([f"{issuance} page 1/{pages}", f"{issuance} {other} page 2/{pages}"])


def page_without_id(issuance: str, pages: int) -> bytes:
    return plain_pdf([f"{issuance} page 1/{pages}", f"page 2/{pages}"])


def pages_in_wrong_order(issuance: str, pages: int) -> bytes:
    return plain_pdf([f"{issuance} page 2/{pages}", f"{issuance} page 1/{pages}"])


def page_missing(issuance: str, pages: int) -> bytes:
    return plain_pdf([f"{issuance} page 1/{pages}"])


def page_number_is_part_of_a_longer_one(issuance: str, pages: int) -> bytes:
    return plain_pdf([f"{issuance} page 11/{pages}", f"{issuance} page 2/{pages}2"])


def no_pdf(_issuance: str, _pages: int) -> bytes:
    return b"%PDF-1.7 but nothing behind it"


@pytest.mark.parametrize(
    "draw",
    [
        other_issuance_on_one_page,
        two_issuances_on_one_page,
        page_without_id,
        pages_in_wrong_order,
        page_missing,
        page_number_is_part_of_a_longer_one,
        no_pdf,
    ],
)
def test_a_page_that_does_not_belong_is_rejected(draw: Callable[[str, int], bytes]) -> None:
    world = new_world()
    world.gateway.city.draw = draw
    assert_rejected_unpaid(world)


def test_a_good_document_passes() -> None:
    world = new_world()
    world.gateway.city.draw = certificate_pdf
    assert len(world.driver().run(serve(world.switched_on(), APPLICATION)).printed) == 1


def test_a_fee_that_was_not_shown_is_rejected() -> None:
    world = new_world()
    driver = world.driver()

    def dearer(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/orders"):
            world.gateway.price = 300
        return world.gateway.answer(request)

    driver.send = dearer
    void = voided_alone(driver.run(serve(world.switched_on(), APPLICATION)))
    assert (void.reason, void.money) == (VoidReason.DOCUMENT_REJECTED, Money.NOT_TAKEN)
