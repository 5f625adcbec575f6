"""A municipality may have its own text for each refusal of an offer or a person, and no other."""

from typing import get_args

from gateway.municipalities.rules.words import RefusalReason
from madoguchi_wire.errors import MunicipalityUnknown, OfferRefused, PersonRefused, family


def test_reasons_are_those_of_offers_and_persons() -> None:
    refusals = {error.slug for error in family(OfferRefused, PersonRefused)}
    # Who is unknown has no file.
    assert {*get_args(RefusalReason)} == refusals - {MunicipalityUnknown.slug}
