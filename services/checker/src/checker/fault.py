"""What can be wrong with a history: each fault has a name, and none carries a personal value."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class FaultName(StrEnum):
    """The kinds of fault."""

    PAPER_MISSING = "paper-missing"
    PAPER_WITHOUT_ISSUANCE = "paper-without-issuance"
    PAPER_NOT_RELEASED = "paper-not-released"
    PAPER_UNREADABLE = "paper-unreadable"
    PAPER_ALTERED = "paper-altered"
    """Its SHA-256 is not the attested one."""
    PAGE_MISSING = "page-missing"
    PAGE_NUMBER_WRONG = "page-number-wrong"
    PAGE_OF_ANOTHER_ISSUANCE = "page-of-another-issuance"

    PERSON_MISSING = "person-missing"
    """Something that the register says of the person is not on the paper."""
    FOREIGN_PERSON = "foreign-person"
    SHOWN_OTHERWISE = "shown-otherwise"
    """What is to be seen on a page is not what its text says."""
    PICTURE_FOREIGN = "picture-foreign"
    """A picture that is neither the office's seal nor the seal of the person who asked."""
    SEAL_MISSING = "seal-missing"
    """The certificate of a seal does not show the person's."""
    CARD_UNKNOWN = "card-unknown"
    ASKED_BY_ANOTHER = "asked-by-another"
    """The attested card is not the one that was in the terminal."""

    ASKING_MISSING = "asking-missing"
    """Nobody noted that somebody asked for it."""

    ATTESTATION_INVALID = "attestation-invalid"
    ATTESTATION_DIFFERS = "attestation-differs"

    ISSUED_TWICE = "issued-twice"
    """One copy of one order has two issuances."""
    ISSUANCE_NOT_ENDED = "issuance-not-ended"
    MOMENTS_OUT_OF_ORDER = "moments-out-of-order"
    RELEASED_TOO_LATE = "released-too-late"
    """Prepared or delivered after its time was over."""
    RELEASED_WHILE_STOPPED = "released-while-stopped"
    PRICE_WRONG = "price-wrong"
    TARIFF_NOT_IN_FORCE = "tariff-not-in-force"
    CHANNEL_WRONG = "channel-wrong"
    """Not the one of the terminal's site."""
    COMMISSION_WRONG = "commission-wrong"
    """Not the chain's on the day of the paper."""
    NOT_DESIGNATED = "not-designated"
    """Nobody had designated the chain to take fees, or the machine is another municipality's."""
    PLACE_WRONG = "place-wrong"
    DECISION_MISSING = "decision-missing"
    """It left quarantine, and no named person's decision says so."""
    DECISION_UNTRUE = "decision-untrue"
    """A decision about what nobody had to decide, or that says another end."""

    EVENT_MISSING = "event-missing"
    EVENT_TWICE = "event-twice"
    EVENT_OUT_OF_ORDER = "event-out-of-order"
    EVENT_IMPOSSIBLE = "event-impossible"
    """A step that the life of an issuance does not have."""
    EVENT_DIFFERS = "event-differs"
    """What the event says is not what the issuance is."""
    EVENT_ALTERED = "event-altered"
    """Its bytes do not fit its digest."""
    STREAM_LINE_MISSING = "stream-line-missing"
    STREAM_LINE_TWICE = "stream-line-twice"
    STREAM_LINE_FOREIGN = "stream-line-foreign"
    STREAM_OUT_OF_ORDER = "stream-out-of-order"

    EVENT_NOT_STAMPED = "event-not-stamped"
    EVENT_STAMPED_ELSEWHERE = "event-stamped-elsewhere"
    """The batch that it is said to be in is another, or lists it otherwise."""
    STAMP_BROKEN = "stamp-broken"
    """It does not hold by itself, or does not continue the one before it."""
    STAMP_NOT_SEEN = "stamp-not-seen"
    """Not enough municipalities countersigned it."""
    STAMP_SEEN_OTHERWISE = "stamp-seen-otherwise"
    """A witness's own book has another stamp of this number, or has more stamps."""

    METERING_MISSING = "metering-missing"
    METERING_EXCESS = "metering-excess"
    METERING_DIFFERS = "metering-differs"

    TEST_CHARGED = "test-charged"
    """A test paper costs something, or was metered, booked or billed."""
    TEST_ELSEWHERE = "test-elsewhere"
    """A test paper of a terminal that prints none, or another paper of one that prints no other."""
    TEST_NOT_SAID = "test-not-said"
    """A page of a test paper does not say 見本, or one of another paper does."""

    LEDGER_TRANSFER_MISSING = "ledger-transfer-missing"
    LEDGER_TRANSFER_EXCESS = "ledger-transfer-excess"
    LEDGER_TRANSFER_DIFFERS = "ledger-transfer-differs"
    LEDGER_UNBALANCED = "ledger-unbalanced"

    REPORT_INVALID = "report-invalid"
    REPORT_GAP = "report-gap"
    REPORT_MISSING = "report-missing"
    REPORT_DIFFERS = "report-differs"
    REPORT_NOT_AT_GATEWAY = "report-not-at-gateway"
    """It is in its terminal's journal, and the gateway does not have it."""
    REPORT_NOT_IN_JOURNAL = "report-not-in-journal"
    """The gateway has it, and its terminal's journal does not."""

    JOURNAL_MISSING = "journal-missing"
    """Issuances or reports name a terminal that left no journal."""
    MACHINE_LOG_MISSING = "machine-log-missing"
    """A terminal took money or printed, and its machine left no log."""
    JOURNAL_UNREADABLE = "journal-unreadable"
    JOURNAL_OUT_OF_ORDER = "journal-out-of-order"
    JOURNAL_OPEN = "journal-open"
    """The terminal asked for a document and wrote no end."""
    PRINTED_WITHOUT_GO = "printed-without-go"
    PRINTED_TWICE = "printed-twice"
    PRINTED_AFTER_END = "printed-after-end"
    TRAY_NOT_CLEARED = "tray-not-cleared"
    """The next was served while a paper may have lain in the tray."""
    MACHINE_DIFFERS = "machine-differs"
    """The machine printed something else than journal and books say."""
    MACHINE_OUT_OF_ORDER = "machine-out-of-order"
    """The paper came out before the money went in, or either at another time than reported."""
    MONEY_DIFFERS = "money-differs"
    """The machine took or handed back other coins than journal and books say."""

    CLAIM_MISSING = "claim-missing"
    """The gateway says prepared, and no adapter claimed it."""
    CLAIM_TWICE = "claim-twice"
    CLAIM_FOREIGN = "claim-foreign"
    """An adapter claimed an issuance that the gateway does not have."""
    CLAIM_DIFFERS = "claim-differs"
    ANSWER_KEPT = "answer-kept"
    """The adapter still has the sealed document of an issuance that has ended."""
    OUTCOME_MISSING = "outcome-missing"
    OUTCOME_FOREIGN = "outcome-foreign"
    OUTCOME_DIFFERS = "outcome-differs"

    CASH_NOT_COUNTED = "cash-not-counted"
    CASH_DIFFERS = "cash-differs"
    NOT_RECONCILED = "not-reconciled"


WRONG_PERSON = frozenset(
    {
        FaultName.PERSON_MISSING,
        FaultName.FOREIGN_PERSON,
        FaultName.SHOWN_OTHERWISE,
        FaultName.PICTURE_FOREIGN,
        FaultName.SEAL_MISSING,
        FaultName.CARD_UNKNOWN,
        FaultName.ASKED_BY_ANOTHER,
        FaultName.PAGE_OF_ANOTHER_ISSUANCE,
    }
)
"""Faults by which a paper may have shown somebody to somebody else."""


class Fault(BaseModel):
    """One thing that is wrong."""

    model_config = ConfigDict(frozen=True)

    name: FaultName
    where: str
    """An issuance id, terminal, subject or municipality; never a person."""
    what: str
    """Which field, page or check, in words."""
