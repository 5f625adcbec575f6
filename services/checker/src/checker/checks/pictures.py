"""The pictures of a paper are the office's seal and, on its certificate, the person's seal."""

from collections.abc import Iterator

from checker.evidence.papers import Paper
from checker.evidence.register import CardRegister, RegisteredPerson
from checker.evidence.rows import Issuance
from checker.fault import Fault, FaultName


def check_pictures(
    paper: Paper, issuance: Issuance, register: CardRegister, holder: RegisteredPerson
) -> Iterator[Fault]:
    """Find another person's seal, or any other picture, and a seal that is not there.

    A register that was made before it had pictures says nothing of them.
    """
    own = register.office_seals.get(holder.municipality)
    office = register.test_seal if issuance.test else own
    if office is None:
        return
    certified = holder.seal if issuance.kind == "seal_registration" else None
    shown = [one for look in paper.looks for one in look.pictures]
    if any(one not in (office, certified) for one in shown):
        what = "a picture is neither the office's seal nor the seal of the person"
        yield Fault(name=FaultName.PICTURE_FOREIGN, where=paper.issuance, what=what)
    if issuance.kind == "seal_registration" and (certified is None or certified not in shown):
        what = "the seal of the person is not on its certificate"
        yield Fault(name=FaultName.SEAL_MISSING, where=paper.issuance, what=what)
