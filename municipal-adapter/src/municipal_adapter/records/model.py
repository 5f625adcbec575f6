"""What the records hold: persons, households, registered seals."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID


class Sex(StrEnum):
    """性別, as in the record and on the certificate."""

    MALE = "男"
    FEMALE = "女"


class ResidentStatus(StrEnum):
    """Whether a person is a resident today."""

    CURRENT = "current"
    MOVED_OUT = "moved_out"
    """転出, also after a notice of moving out was filed."""
    DECEASED = "deceased"


@dataclass(frozen=True)
class Resident:
    """A person's entry in the basic resident register (住民票)."""

    resident_id: UUID
    household_id: UUID
    name: str = field(repr=False)
    name_kana: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: Sex
    relationship: str
    """世帯主との続柄: 世帯主, 妻, 夫, 子, 母 …"""
    became_resident_on: date
    """住民となった年月日."""
    moved_here_on: date | None
    """住所を定めた年月日; None: since becoming a resident."""
    previous_address: str | None = field(repr=False)
    honseki: str = field(repr=False)
    """本籍; of a foreign resident 国籍・地域."""
    family_head: str = field(repr=False)
    """筆頭者; empty for a foreign resident."""
    status: ResidentStatus
    protected: bool
    """Protection measures (支援措置) or a pending notice: nothing is issued by machine."""


@dataclass(frozen=True)
class Household:
    """世帯: an address and its members of today, in legal order (the head first)."""

    household_id: UUID
    address: str = field(repr=False)
    head_name: str = field(repr=False)
    members: tuple[Resident, ...]


@dataclass(frozen=True)
class SealRegistration:
    """印鑑登録: a person's registered seal."""

    resident_id: UUID
    registration_number: str = field(repr=False)
    registered_on: date
    picture_png: bytes = field(repr=False)
    """印影, as scanned: 600 dots an inch."""
    active: bool
    """False: cancelled (廃止 or 抹消)."""
