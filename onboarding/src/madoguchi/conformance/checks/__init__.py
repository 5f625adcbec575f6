"""The checks, one for each requirement, in the order in which they are tried."""

from collections.abc import Awaitable, Callable, Mapping

from madoguchi.conformance.checks import (
    answers,
    cards,
    form,
    households,
    orders,
    outcomes,
    persons,
    repeats,
    requests,
    sessions,
    tests,
    times,
)
from madoguchi.conformance.sitting import Sitting

CHECKS: Mapping[str, Callable[[Sitting], Awaitable[None]]] = {
    **form.CHECKS,
    **requests.CHECKS,
    **sessions.CHECKS,
    **cards.CHECKS,
    **orders.CHECKS,
    **repeats.CHECKS,
    **answers.CHECKS,
    **households.CHECKS,
    **persons.CHECKS,
    **tests.CHECKS,
    **outcomes.CHECKS,
    **times.CHECKS,
}
