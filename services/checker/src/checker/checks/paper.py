"""One paper: it may be out, its bytes are the attested ones, and each page is its own."""

import re
from collections.abc import Iterator

from checker.checks.life import is_completed
from checker.evidence.papers import Paper
from checker.evidence.rows import Issuance
from checker.fault import Fault, FaultName

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PAGE_NUMBER = re.compile(r"(\d+)/(\d+)")
_DESTROYED = frozenset({"restarted", "print_failed"})
"""Why a paper may lie about though its issuance is void: the staff destroy it."""


def check_paper(paper: Paper, issuance: Issuance) -> Iterator[Fault]:
    """Find what is wrong with a paper, but for whom it shows."""
    where = paper.issuance
    destroyed = issuance.state == "voided" and issuance.void_reason in _DESTROYED
    if not is_completed(issuance) and not destroyed:
        what = f"there is a paper, and the issuance is {issuance.state}"
        yield Fault(name=FaultName.PAPER_NOT_RELEASED, where=where, what=what)
    if paper.sha256 != issuance.document_sha256:
        yield Fault(name=FaultName.PAPER_ALTERED, where=where, what="SHA-256 of the document")
    if paper.pages is None:
        yield Fault(name=FaultName.PAPER_UNREADABLE, where=where, what="it is not a PDF")
        return
    if len(paper.pages) != issuance.pages:
        what = f"{len(paper.pages)} pages, {issuance.pages} were attested"
        yield Fault(name=FaultName.PAGE_MISSING, where=where, what=what)
    for number, text in enumerate(paper.pages, start=1):
        yield from _check_page(text, number, len(paper.pages), where)
    for number, look in enumerate(paper.looks, start=1):
        if look.says_test is not issuance.test:
            what = f"page {number}: {'no 見本' if issuance.test else '見本'}"
            yield Fault(name=FaultName.TEST_NOT_SAID, where=where, what=what)
        for wrong in look.wrong:
            yield Fault(name=FaultName.SHOWN_OTHERWISE, where=where, what=f"page {number}: {wrong}")


def _check_page(text: str, number: int, of: int, issuance: str) -> Iterator[Fault]:
    if set(_UUID.findall(text.lower())) != {issuance}:
        what = f"page {number} does not show this issuance's id alone"
        yield Fault(name=FaultName.PAGE_OF_ANOTHER_ISSUANCE, where=issuance, what=what)
    # The number stands in a line of digits once spaces are gone, so its ending is compared.
    if not any(n.endswith(str(number)) and m.startswith(str(of)) for n, m in _numbers(text)):
        what = f"page {number} of {of} is not numbered so"
        yield Fault(name=FaultName.PAGE_NUMBER_WRONG, where=issuance, what=what)


def _numbers(text: str) -> list[tuple[str, str]]:
    return _PAGE_NUMBER.findall(text)
