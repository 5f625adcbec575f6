"""The answer to an order, made from its stored rows alone, so that a repeat gets the same."""

from uuid import UUID

from madoguchi_wire.errors import MadoguchiError, OrderInFlight, PrepareTimeout, all_errors
from madoguchi_wire.gateway_api import OrderAnswer, OrderedIssuance
from madoguchi_wire.kit.problems import problem_of

from gateway.issuances.life import State
from gateway.issuances.rows import Issuance


class PapersRefused(Exception):
    """Every paper of an order was refused for one reason, which is the answer."""

    def __init__(self, error: MadoguchiError) -> None:
        self.error = error
        super().__init__(error.slug)


def answer_of(order: UUID, issuances: list[Issuance]) -> OrderAnswer:
    """Return the answer; it holds nothing that changes once the papers are prepared.

    Raises:
        PapersRefused: all of them were refused for one reason.
        OrderInFlight: some are still being prepared.

    """
    if any(issuance.state is State.ACCEPTED for issuance in issuances):
        raise OrderInFlight()
    reasons = {issuance.problem for issuance in issuances if issuance.attestation is None}
    prepared = any(issuance.attestation is not None for issuance in issuances)
    if not prepared and len(reasons) == 1:
        raise PapersRefused(_error(reasons.pop()))
    return OrderAnswer(order=order, issuances=tuple(_answered(one) for one in issuances))


def _answered(issuance: Issuance) -> OrderedIssuance:
    failed = issuance.attestation is None
    return OrderedIssuance(
        issuance=issuance.issuance_id,
        copy_number=issuance.copy_number,
        accepted_on=issuance.accepted_on,
        fee=issuance.fee,
        attestation=issuance.attestation,
        problem=problem_of(_error(issuance.problem)) if failed else None,
    )


def _error(slug: str | None) -> MadoguchiError:
    error = all_errors().get(slug or "", PrepareTimeout)()
    # The issuance has ended: whoever repeats the order gets the same, and needs a new one.
    error.retryable = False
    return error
