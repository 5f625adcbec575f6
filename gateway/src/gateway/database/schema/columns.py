"""Columns that many tables have."""

from typing import Any

from sqlalchemy import Column, Date, DateTime, MetaData, Text, text
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.types import TypeEngine

metadata = MetaData()

NOW = text("madoguchi_now()")


def moment(name: str, *, nullable: bool = False, now: bool = False) -> Column[Any]:
    """Return a moment with its zone; `now`: the database's, as the simulation shifts it."""
    default = NOW if now else None
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=default)


def text_column(name: str, *, nullable: bool = False) -> Column[str]:
    """Return a text."""
    return Column(name, Text, nullable=nullable)


def key(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """Return a part of the primary key."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def issuance_key() -> list[Column[Any]]:
    """Return the key of a row that belongs to an issuance."""
    return [key("municipality", Text()), key("accepted_on", Date()), key("issuance_id", UUID())]
