"""One paper: document, then money, then the gateway's go, then print (domain §0.2)."""

from dataclasses import dataclass

from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.gateway_api import OrderedIssuance
from madoguchi_wire.reports import (
    Completed,
    Money,
    NotMine,
    Paid,
    Rejected,
    Voided,
    VoidReason,
)
from madoguchi_wire.signed import token_digest

from store_terminal_sim.core.document import (
    OpenedDocument,
    SealedDocument,
    expected_of,
    fetch_document,
    has_expired,
    opened_document,
)
from store_terminal_sim.core.effects import Flow, HandOver, Print, Refund, TakeMoney, show
from store_terminal_sim.core.entries import DocumentAsked, HandedOver, Printing, TrayInDoubt
from store_terminal_sim.core.ordering import PlacedOrder
from store_terminal_sim.core.problems import DocumentRejected, TerminalError
from store_terminal_sim.core.reporting import (
    REPORT_TIME,
    send_report,
    send_unanswered,
    write_report,
)
from store_terminal_sim.core.session import OpenedSession
from store_terminal_sim.core.terminal import HeldTrustList, Terminal

_MONEY_WORDS = {
    Money.NOT_TAKEN: ("料金はかかっていません。", "Nothing was charged."),
    Money.REFUNDED: ("返金口から返金をお受け取りください。", "Please take your refund."),
    Money.KEPT: ("返金できませんでした。係員が返金します。", "The staff will refund you."),
}


@dataclass(frozen=True)
class PaperOut:
    """The paper lies in the tray, paid."""

    issuance: str
    document: bytes
    document_sha256: str
    pages: int
    fee: int
    mine: bool = True
    """Whether the cardholder took it as theirs."""


@dataclass(frozen=True)
class PaperVoided:
    """No paper, and what became of the money."""

    issuance: str
    reason: VoidReason
    money: Money
    why: str


@dataclass(frozen=True)
class PaperRequest:
    """All that the terminal knows about a paper before its document comes."""

    issued: OrderedIssuance
    order: PlacedOrder
    session: OpenedSession
    trust: HeldTrustList

    @property
    def issuance(self) -> str:
        """The issuance id."""
        return str(self.issued.issuance)


def issue_paper(terminal: Terminal, request: PaperRequest) -> Flow[PaperOut | PaperVoided]:
    """Bring one prepared issuance to its end; every way out reports how it ended."""
    issuance = request.issuance
    yield from terminal.keep(DocumentAsked(issuance=issuance))
    try:
        sealed = yield from fetch_document(terminal, issuance)
    except TerminalError as error:
        return (yield from _void(terminal, issuance, VoidReason.CANCELLED, str(error)))
    if has_expired(sealed.attestation, terminal.clock.now()):
        why = "The attestation has expired."
        return (yield from _void(terminal, issuance, VoidReason.ATTESTATION_EXPIRED, why))
    try:
        opened = _judged(terminal, request, sealed)
    except DocumentRejected as rejected:
        return (yield from _reject(terminal, issuance, sealed, str(rejected)))
    return (yield from _sell(terminal, request, opened))


def _judged(terminal: Terminal, request: PaperRequest, sealed: SealedDocument) -> OpenedDocument:
    if sealed.attestation != request.issued.attestation:
        raise DocumentRejected("The attestation is not the one that the order's answer had.")
    if request.issued.fee != request.order.unit_price:
        raise DocumentRejected("The fee is not the price that was shown.")
    expected = expected_of(
        request.issued,
        request.order,
        request.session,
        request.trust,
        test=terminal.identity.test,
    )
    now, key = terminal.clock.now(), request.session.opening_key
    return opened_document(sealed, expected, key, request.trust, now)


def _sell(
    terminal: Terminal, request: PaperRequest, opened: OpenedDocument
) -> Flow[PaperOut | PaperVoided]:
    issuance, fee = request.issuance, request.issued.fee
    if fee > 0:
        text = f"手数料 {fee} 円を入れてください。", f"Please insert {fee} yen."
        yield from show("money", *text)
        paid: bool = yield TakeMoney(issuance, fee)
        if not paid:
            why = "The cardholder gave up."
            return (yield from _void(terminal, issuance, VoidReason.CANCELLED, why))
    if not (yield from _paid_and_go(terminal, issuance, fee)):
        why = "The gateway did not give its go."
        return (yield from _void(terminal, issuance, VoidReason.NO_GO, why))
    return (yield from _print(terminal, request, opened))


def _paid_and_go(terminal: Terminal, issuance: str, fee: int) -> Flow[bool]:
    report = yield from write_report(terminal, issuance, Paid(yen=fee))
    deadline = terminal.clock.now() + REPORT_TIME
    answer = yield from send_report(terminal, report, deadline)
    return answer is not None and answer.go and str(answer.issuance) == issuance


def _print(
    terminal: Terminal, request: PaperRequest, opened: OpenedDocument
) -> Flow[PaperOut | PaperVoided]:
    issuance, pages = request.issuance, opened.attestation.pages
    yield from terminal.keep(Printing(issuance=issuance))
    yield from show("print", "印刷しています。", "Printing.")
    printed: bool = yield Print(issuance, opened.document, pages)
    if not printed:
        yield from terminal.keep(TrayInDoubt(doubt="print_failed"))
        why = "The printer failed."
        return (yield from _void(terminal, issuance, VoidReason.PRINT_FAILED, why))
    yield from write_report(terminal, issuance, Completed(pages=pages))
    yield from show("done", "証明書をお取りください。", "Please take your certificate.")
    yield from send_unanswered(terminal)
    mine = yield from _hand_over(terminal, issuance, opened.document)
    digest = opened.attestation.document_sha256
    return PaperOut(issuance, opened.document, digest, pages, request.issued.fee, mine)


def _hand_over(terminal: Terminal, issuance: str, document: bytes) -> Flow[bool]:
    mine: bool = yield HandOver(issuance, document)
    if mine:
        # If it is lost, the staff look into an empty tray.
        yield from terminal.keep(HandedOver(issuance=issuance), durable=False)
        return True
    yield from write_report(terminal, issuance, NotMine())
    yield from terminal.keep(TrayInDoubt(doubt="not_mine"))
    yield from show(
        "not_mine",
        "証明書をトレイに残してください。係員が参ります。",
        "Please leave the certificate in the tray. The staff will come.",
    )
    yield from send_unanswered(terminal)
    return False


def _reject(
    terminal: Terminal, issuance: str, sealed: SealedDocument, what: str
) -> Flow[PaperVoided]:
    evidence = Rejected(
        what=what,
        attestation_sha256=token_digest(sealed.attestation),
        ciphertext_sha256=sha256_hex(sealed.ciphertext),
    )
    yield from write_report(terminal, issuance, evidence)
    return (yield from _void(terminal, issuance, VoidReason.DOCUMENT_REJECTED, what))


def _void(terminal: Terminal, issuance: str, reason: VoidReason, why: str) -> Flow[PaperVoided]:
    money = yield from void_paper(terminal, issuance, reason)
    ja, en = _MONEY_WORDS[money]
    yield from show("voided", f"証明書は発行されませんでした。{ja}", f"No certificate. {why} {en}")
    yield from send_unanswered(terminal)
    return PaperVoided(issuance, reason, money, why)


def void_paper(terminal: Terminal, issuance: str, reason: VoidReason) -> Flow[Money]:
    """Hand back what the machine holds for a paper, then write that it is void."""
    money: Money = yield Refund(issuance)
    yield from write_report(terminal, issuance, Voided(reason=reason, money=money))
    return money
