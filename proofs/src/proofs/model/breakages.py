"""What can be broken on purpose, to see that the explorer finds what comes of it."""

from enum import StrEnum


class Breakage(StrEnum):
    """One defence or order of steps of the product that is taken away."""

    MOVES_WITHOUT_LOOKING = "a move does not ask for the state and the sequence that it read"
    BYTES_BEFORE_DELIVERED = "the document leaves before `delivered` is committed"
    GO_BEFORE_PAID = "the go is answered before `paid` is committed"
    METERED_LATER = "the metering record is a statement of its own"
    STOPPED_LATER = "the stop of a mismatch is a transaction of its own"
    ANSWERS_ARE_NOT_COMPARED = "the gateway does not compare the adapter's answer"
    ASKED_BEFORE_ACCEPTED = "the adapter is asked before `accepted` is committed"
    TOLD_ONCE = "an outcome is told once, and not until it is acknowledged"
    SWEEPS_TAKE_ALL = "the sweeps do not look at deadlines themselves"
    JUDGES_COMPLETED_UNPAID = "the rule of reports lets `completed` count without `paid`"

    CLOSED_IDS_PREPARE = "the adapter prepares although the outcome has come"
    OUTCOMES_ARE_OVERWRITTEN = "the adapter closes an id again with another outcome"

    REPORTS_ARE_NOT_JOURNALED = "the terminal sends reports that are not in its journal"
    DOCUMENT_IS_NOT_JOURNALED = "the terminal does not write that it asks for a document"
    PRINTING_IS_NOT_JOURNALED = "the terminal does not write that it starts to print"
    TRAY_IS_NOT_ASKED_ABOUT = "after a power cut nobody looks into the tray"
    PRINTS_WITHOUT_GO = "the terminal prints whatever is answered to `paid`"
    PRINTS_AFTER_RESTART = "the terminal goes on printing where power cut it short"
    TERMINAL_COMPARES_NOTHING = "the terminal does not compare what it fetched"
