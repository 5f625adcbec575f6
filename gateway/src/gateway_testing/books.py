"""What must hold of the gateway's database after whatever happened; an independent look."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from madoguchi_wire.kit.pool import Pool

_ISSUANCES = "SELECT * FROM issuances ORDER BY accepted_at"
_EVENTS = """
    SELECT subject, sequence, type, canonical FROM outbox ORDER BY subject, sequence
"""
_METERED = "SELECT issuance_id, yen FROM metering_records"
_TRANSFERS = "SELECT issuance_id, purpose, yen FROM ledger_transfers"
_BALANCE = "SELECT coalesce(sum(yen), 0) FROM ledger_lines"
_EVENT_STATES = {"accepted", "prepared", "delivered", "paid", "completed", "refused", "expired",
                 "voided", "in_doubt", "quarantined"}  # fmt: skip
_NEXT = {
    None: {"accepted"},
    "accepted": {"prepared", "refused", "expired", "quarantined"},
    "prepared": {"delivered", "expired", "quarantined"},
    "delivered": {"paid", "voided", "in_doubt", "quarantined"},
    "paid": {"completed", "voided", "in_doubt", "quarantined"},
    "in_doubt": {"completed", "voided", "quarantined"},
    "quarantined": {"completed", "voided"},
}
"""Written again on purpose, from the design and not from the product's table."""


@dataclass
class Books:
    """Everything that the gateway wrote down."""

    states: dict[str, str]
    """By issuance."""
    events: dict[str, list[dict[str, Any]]]
    """By subject, in order of their sequence."""
    metered: dict[str, int]
    purposes: dict[str, dict[str, int]]
    """By issuance: yen of each transfer by its purpose."""

    def types(self, subject: str) -> list[str]:
        """Return what happened to a subject, in short: `accepted`, `report.kept` ..."""
        return [_short(event["type"]) for event in self.events[subject]]

    def named(self, short: str) -> list[dict[str, Any]]:
        """Return the data of all events of a type, given in short."""
        return [
            event["data"]
            for events in self.events.values()
            for event in events
            if _short(event["type"]) == short
        ]

    @property
    def refusals(self) -> list[str]:
        """Problem types of refused requests of known terminals."""
        return sorted(data["problem"] for data in self.named("request.refused"))

    def refused_of(self, municipality: str | None) -> list[str]:
        """Return those of them that its report counts, or with None that no report does."""
        told = self.named("request.refused")
        return [data["problem"] for data in told if data.get("municipality") == municipality]

    @property
    def stops(self) -> list[tuple[str, str | None, str]]:
        """Municipality, terminal and cause of every stop that was raised."""
        told = self.named("stop.raised")
        stops = [(d["municipality"], d.get("terminal"), d["cause"]) for d in told]
        return sorted(stops, key=lambda one: (one[0], one[1] or "", one[2]))

    @property
    def alarms(self) -> list[str]:
        """Names of the alarms that were raised."""
        return sorted(data["alarm"] for data in self.named("alarm.raised"))


def _short(kind: str) -> str:
    return kind.removeprefix("madoguchi.").removesuffix(".v1").removeprefix("issuance.")


async def read_books(pool: Pool) -> Books:
    """Read everything as of one moment, and hold it against what must always be so."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        issuances = await connection.fetch(_ISSUANCES)
        told = await connection.fetch(_EVENTS)
        metered = await connection.fetch(_METERED)
        booked = await connection.fetch(_TRANSFERS)
        assert await connection.fetchval(_BALANCE) == 0
    events: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in told:
        event = json.loads(row["canonical"])
        assert (event["subject"], event["sequence"]) == (row["subject"], row["sequence"])
        events[row["subject"]].append(event)
    purposes: dict[str, dict[str, int]] = defaultdict(dict)
    for row in booked:
        purposes[str(row["issuance_id"])][row["purpose"]] = row["yen"]
    books = Books(
        {str(row["issuance_id"]): row["state"] for row in issuances},
        events,
        {str(row["issuance_id"]): row["yen"] for row in metered},
        purposes,
    )
    for row in issuances:
        _check_issuance(books, dict(row.items()))
    return books


def _check_issuance(books: Books, row: dict[str, Any]) -> None:
    issuance, state = str(row["issuance_id"]), row["state"]
    told = books.events[issuance]
    assert [event["sequence"] for event in told] == list(range(1, row["event_sequence"] + 1))
    walked = [short for short in books.types(issuance) if short in _EVENT_STATES]
    before = None
    for after in walked:
        assert after in _NEXT.get(before, set()), f"{before} → {after}"
        before = after
    assert before == state
    booked = books.purposes[issuance]
    if row["test"]:
        assert (row["fee"], issuance in books.metered, booked) == (0, False, {})
    else:
        _check_booked(books, row, walked, booked)
    ended = state in {"completed", "voided", "expired", "refused"}
    assert (row["ended_at"] is not None) == ended


def _check_booked(
    books: Books, row: dict[str, Any], walked: list[str], booked: dict[str, int]
) -> None:
    issuance, state = str(row["issuance_id"]), row["state"]
    assert (issuance in books.metered) == (state == "completed")
    assert ("fee_deposited" in booked) == ("paid" in walked)
    assert ("fee_earned" in booked) == (state == "completed")
    assert ("commission" in booked) == (state == "completed" and row["chain"] != "city")
    if state == "completed":
        assert books.metered[issuance] == booked["fee_earned"] == row["fee"]
    if "fee_refunded" in booked:
        assert (state, row["money"]) == ("voided", "refunded")
