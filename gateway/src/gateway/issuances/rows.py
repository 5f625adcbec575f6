"""An issuance as the database has it, and how it is found."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from madoguchi_wire.channel import Channel
from madoguchi_wire.gateway_api import IssuanceView
from madoguchi_wire.kit.pool import Executor
from madoguchi_wire.order import Kind

from gateway.issuances.life import State
from gateway.metering.rules import Sale

COLUMNS = """
    issuance_id, municipality, accepted_on, order_id, order_digest, session_digest, copy_number,
    terminal, site, chain, place, channel, kind, state, fee, commission, tariff_version,
    configuration_version, deadline, attestation, pages, problem, event_sequence, accepted_at,
    paid_at, test
"""


@dataclass(frozen=True)
class Issuance:
    """One row of `issuances`, as it was read."""

    issuance_id: UUID
    municipality: str
    accepted_on: date
    order_id: UUID
    order_digest: str
    session_digest: str
    copy_number: int
    terminal: str
    site: str
    chain: str
    place: str
    channel: Channel
    kind: Kind
    state: State
    fee: int
    """Yen."""
    commission: int
    """Yen that the chain gets if the paper comes out: the rate of the day it was accepted."""
    tariff_version: str
    configuration_version: int
    deadline: datetime
    attestation: str | None
    pages: int | None
    problem: str | None
    event_sequence: int
    accepted_at: datetime
    paid_at: datetime | None
    test: bool
    """A test paper (見本): free, never metered, never booked."""

    @classmethod
    def of(cls, row: asyncpg.Record) -> "Issuance":
        """Return a row as an issuance."""
        values: dict[str, Any] = {name: row[name] for name in cls.__dataclass_fields__}
        values |= {
            "channel": Channel(row["channel"]),
            "kind": Kind(row["kind"]),
            "state": State(row["state"]),
        }
        return cls(**values)

    def facts(self) -> dict[str, str | int]:
        """Return what every event of this issuance says; nothing personal is among it."""
        facts: dict[str, str | int] = {
            "issuance": str(self.issuance_id),
            "municipality": self.municipality,
            "kind": self.kind.value,
            "terminal": self.terminal,
            "site": self.site,
            "chain": self.chain,
            "place": self.place,
            "channel": self.channel.value,
            "copy_number": self.copy_number,
            "fee": self.fee,
            "commission": self.commission,
            "tariff_version": self.tariff_version,
            "configuration_version": self.configuration_version,
        }
        return facts | {"test": True} if self.test else facts

    def sale(self) -> Sale:
        """Return what the books need to know."""
        return Sale(self.municipality, self.chain, self.fee, self.commission)

    def view(self) -> IssuanceView:
        """Return what its own terminal may see."""
        return IssuanceView(
            issuance=self.issuance_id,
            municipality=self.municipality,
            kind=self.kind,
            state=self.state.value,
            fee=self.fee,
            accepted_on=self.accepted_on,
        )


_FIND_WITH_DOCUMENT = f"""
    SELECT {COLUMNS},
           (SELECT ciphertext FROM sealed_documents AS held
            WHERE held.issuance_id = issuances.issuance_id) AS ciphertext
    FROM issuances WHERE issuance_id = $1 AND terminal = $2
"""  # noqa: S608 (column names of ours)
_FIND = f"SELECT {COLUMNS} FROM issuances WHERE issuance_id = $1 AND terminal = $2"  # noqa: S608
_OF_ORDER = f"SELECT {COLUMNS} FROM issuances WHERE order_id = $1 ORDER BY copy_number"  # noqa: S608


async def find(connection: Executor, issuance: UUID, terminal: str) -> Issuance | None:
    """Return an issuance of this terminal; it may only speak of its own."""
    row = await connection.fetchrow(_FIND, issuance, terminal)
    return Issuance.of(row) if row is not None else None


async def find_with_document(
    connection: Executor, issuance: UUID, terminal: str
) -> tuple[Issuance | None, bytes | None]:
    """Return an issuance of this terminal and its sealed document, as far as they are there."""
    row = await connection.fetchrow(_FIND_WITH_DOCUMENT, issuance, terminal)
    return (Issuance.of(row), row["ciphertext"]) if row is not None else (None, None)


async def of_order(connection: Executor, order: UUID) -> list[Issuance]:
    """Return the issuances of an order, by copy."""
    return [Issuance.of(row) for row in await connection.fetch(_OF_ORDER, order)]
