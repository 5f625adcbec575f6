"""Test papers (見本): for test records at test terminals, and for nobody else anywhere."""

from madoguchi_wire.order import SealRegistrationOptions

from madoguchi.conformance.centre.centre import TEST_TERMINAL
from madoguchi.conformance.centre.people import HOLDER, TEST
from madoguchi.conformance.sitting import Sitting
from madoguchi.probe.specimen import check_specimen

_COUNTER = "come-to-the-counter"


async def made(at: Sitting) -> None:
    """Let the test record have one of each kind at the test terminal, and read them."""
    for options in (None, SealRegistrationOptions()):
        visit = await at.visit(TEST.card, terminal=TEST_TERMINAL)
        paper = await at.issued(options, visit=visit)
        paper.check_attested(at.centre)
        paper.check_pages()
        check_specimen(paper.document())


async def nobody_else(at: Sitting) -> None:
    """Come to the test terminal with the card of somebody who lives there."""
    visit = await at.visit(HOLDER.card, terminal=TEST_TERMINAL)
    (await at.prepare(visit, visit.order())).refused_as(_COUNTER)


async def nowhere_else(at: Sitting) -> None:
    """Come to a store's terminal with the card of the test record."""
    visit = await at.visit(TEST.card)
    (await at.prepare(visit, visit.order())).refused_as(_COUNTER)


CHECKS = {"AD-84": made, "AD-85": nobody_else, "AD-86": nowhere_else}
