"""The vendor's own data of a fictitious municipality, in its own words and codes."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from madoguchi_wire.encoding import to_base64url
from municipal_adapter.records.model import (
    Household,
    Resident,
    ResidentStatus,
    SealRegistration,
    Sex,
)
from municipal_adapter.synthetic import SyntheticMunicipality

_SEX = {Sex.MALE: "1", Sex.FEMALE: "2"}
_STATUS = {
    ResidentStatus.CURRENT: "00",
    ResidentStatus.LEAVING: "10",
    ResidentStatus.MOVED_OUT: "20",
    ResidentStatus.DECEASED: "30",
}


@dataclass
class VendorTown:
    """What the server has."""

    records: SyntheticMunicipality
    version: int = 1
    current_as_of: datetime = field(default_factory=lambda: datetime.now(UTC))

    def state(self) -> dict[str, Any]:
        """Return the version of the data."""
        return {"version": self.version, "as_of": self.current_as_of.isoformat()}

    def person(self, resident_id: str) -> dict[str, Any] | None:
        """Return one person's data; None: nobody."""
        resident = self.records.residents.get(resident_id)
        if resident is None:
            return None
        household = self.records.household_of(resident_id)
        seal = self.records.seals.get(resident_id)
        return self.state() | {
            "person": _person(resident),
            "household": {
                "id": household.household_id,
                "address": household.address,
                "head": household.head_name,
                "members": [_person(member) for member in household.members],
            },
            "seal": None if seal is None else _seal(seal),
        }

    def born(self, day: date) -> list[dict[str, Any]]:
        """Return who of today was born then."""
        today = (ResidentStatus.CURRENT, ResidentStatus.LEAVING)
        people = self.records.residents.values()
        return [_person(one) for one in people if one.birth_date == day and one.status in today]

    def household_of(self, resident_id: str) -> Household:
        """Return a person's household."""
        return self.records.household_of(resident_id)


def _person(one: Resident) -> dict[str, Any]:
    return {
        "no": one.resident_id,
        "setai": one.household_id,
        "name": {"kanji": one.name, "kana": one.name_kana, "tsusho": one.alias},
        "birth": one.birth_date.isoformat(),
        "sex": _SEX[one.sex],
        "zokugara": one.relationship,
        "since": one.became_resident_on.isoformat(),
        "here_since": None if one.moved_here_on is None else one.moved_here_on.isoformat(),
        "previous": one.previous_address,
        "honseki": one.honseki,
        "hittosha": one.family_head,
        "status": _STATUS[one.status],
        "pending": one.change_pending,
        "shien": {"juki": one.protected, "fuhyo": False},
    }


def _seal(seal: SealRegistration) -> dict[str, Any]:
    return {
        "no": seal.resident_id,
        "number": seal.registration_number,
        "on": seal.registered_on.isoformat(),
        "name": seal.registered_name,
        "png": _standard(to_base64url(seal.picture_png)),
        "status": seal.status.value,
    }


def _standard(text: str) -> str:
    """Return base64 of the alphabet that the server uses, padded."""
    text = text.replace("-", "+").replace("_", "/")
    return text + "=" * (-len(text) % 4)


ADAPTER_FILE_PART: dict[str, Any] = {
    "source": "http",
    "timeout_seconds": 2,
    "state": {"path": "/state", "version": "version", "current_as_of": "as_of"},
    "record": {
        "path": "/persons/{resident}",
        "version": "version",
        "resident": "person",
        "household": "household",
        "members": "household.members",
        "seal": "seal",
    },
    "search": {"path": "/persons?born={birth_date}", "residents": "persons"},
    "residents": {
        "resident_id": "no",
        "household_id": "setai",
        "name": "name.kanji",
        "name_kana": "name.kana",
        "alias": "name.tsusho",
        "birth_date": "birth",
        "sex": {"from": "sex", "codes": {"1": "男", "2": "女"}},
        "relationship": "zokugara",
        "became_resident_on": "since",
        "moved_here_on": "here_since",
        "previous_address": "previous",
        "honseki": "honseki",
        "family_head": "hittosha",
        "status": {
            "from": "status",
            "codes": {"00": "current", "10": "leaving", "20": "moved_out", "30": "deceased"},
        },
        "change_pending": "pending",
        "protected": {"any_of": ["shien.juki", "shien.fuhyo"]},
    },
    "households": {"household_id": "id", "address": "address", "head_name": "head"},
    "seals": {
        "resident_id": "no",
        "registration_number": "number",
        "registered_on": "on",
        "registered_name": "name",
        "picture_png": "png",
        "status": {
            "from": "status",
            "codes": {"active": "active", "suspended": "suspended", "cancelled": "cancelled"},
        },
    },
    "document": {
        "path": "/papers",
        "body": {
            "kind": "{kind}",
            "person": "{resident}",
            "persons": "{members}",
            "options": {"zokugara": "{relationship}", "honseki": "{honseki}"},
            "issued": "{date}",
            "reference": "{issuance}",
        },
        "pdf": "paper.pdf",
        "record": {
            "path": "/persons/{resident}",
            "version": "data.version",
            "resident": "data.person",
            "household": "data.household",
            "members": "data.household.members",
            "seal": "data.seal",
        },
    },
    "forms": {
        "resident_record": {
            "title": "住民票",
            "every_page": ["住所{address}", "世帯主{head_name}"],
            "person": [
                "氏名{name}",
                "生年月日{birth_date}",
                "性別{sex}",
                "続柄{relationship}",
                "本籍{honseki}",
                "筆頭者{family_head}",
            ],
            "last_page": [
                "この写しは原本と相違ありません。交付日{issued_on}{mayor_title}{mayor_name}"
            ],
        },
        "seal_registration": {
            "title": "印鑑登録証明書",
            "person": ["氏名{name}", "生年月日{birth_date}", "性別{sex}", "住所{address}"],
            "last_page": [
                "登録されている印影と相違ありません。交付日{issued_on}{mayor_title}{mayor_name}"
            ],
            "most_pages": 1,
        },
    },
    "words": "vendor-words.txt",
    "stamp_millimetres": 12,
}
"""What an adapter file says of this server, but for its address."""
WORDS = ("交付日",)
