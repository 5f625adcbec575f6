"""What the records hold: persons, households, registered seals."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    """性別, as in the record and on the certificate."""

    MALE = "男"
    FEMALE = "女"


class ResidentStatus(StrEnum):
    """Whether a person is a resident today."""

    CURRENT = "current"
    LEAVING = "leaving"
    """転出予定: a notice of moving out was filed; still a resident, and nothing is issued."""
    MOVED_OUT = "moved_out"
    """転出."""
    DECEASED = "deceased"


@dataclass(frozen=True)
class Resident:
    """A person's entry in the basic resident register (住民票)."""

    resident_id: str = field(repr=False)
    """The municipality's own number of the person (宛名番号); never printed."""
    household_id: str = field(repr=False)
    name: str = field(repr=False)
    """氏名; of a foreign resident in Latin letters as a rule."""
    name_kana: str = field(repr=False)
    alias: str | None = field(repr=False)
    """通称: a foreign resident's registered Japanese name; None: none."""
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
    change_pending: bool
    """異動処理中: a notice was filed and is not in the register yet."""
    protected: bool
    """Protection measures (支援措置) in any register, 戸籍の附票 included (domain F10)."""


@dataclass(frozen=True)
class Household:
    """世帯: an address and its members of today, in legal order (the head first)."""

    household_id: str = field(repr=False)
    address: str = field(repr=False)
    head_name: str = field(repr=False)
    members: tuple[Resident, ...]


class SealStatus(StrEnum):
    """Whether a registered seal may be certified."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    """一時停止."""
    CANCELLED = "cancelled"
    """廃止 or 抹消."""


@dataclass(frozen=True)
class SealRegistration:
    """印鑑登録: a person's registered seal."""

    resident_id: str = field(repr=False)
    registration_number: str = field(repr=False)
    registered_on: date
    registered_name: str = field(repr=False)
    """The name that the seal was registered under; another name today lapses it."""
    picture_png: bytes = field(repr=False)
    """印影, as scanned: 600 dots an inch."""
    status: SealStatus
