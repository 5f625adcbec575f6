"""Whoever a finished page names leads back to the asking card, or the page does not leave."""

from madoguchi_wire.order import Kind
from municipal_adapter.issuing.way_back import (
    Candidate,
    _leads_back,  # pyright: ignore[reportPrivateUsage] (the rule alone, without a database)
)

FAMILY = frozenset({"head", "wife"})
WIFE = Candidate("wife", FAMILY)
CHOSEN = ("wife",)


def test_a_chosen_member_leads_back_through_the_household() -> None:
    assert _leads_back(WIFE, Kind.RESIDENT_RECORD, CHOSEN, {"head"})


def test_who_was_not_chosen_does_not_lead_back() -> None:
    assert not _leads_back(WIFE, Kind.RESIDENT_RECORD, ("head",), {"head"})


def test_who_lives_elsewhere_does_not_lead_back() -> None:
    namesake = Candidate("wife", frozenset({"wife"}))
    assert not _leads_back(namesake, Kind.RESIDENT_RECORD, CHOSEN, {"head"})


def test_a_seal_leads_back_to_its_holder_alone() -> None:
    assert _leads_back(WIFE, Kind.SEAL_REGISTRATION, CHOSEN, {"wife"})
    assert not _leads_back(WIFE, Kind.SEAL_REGISTRATION, CHOSEN, {"head"})
