"""The vendor's own data of a fictitious municipality, in its own words and codes."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml
from madoguchi_wire.encoding import to_base64url
from municipal_adapter.records.model import (
    Household,
    Resident,
    ResidentStatus,
    SealRegistration,
    Sex,
)
from municipal_adapter.synthetic import SyntheticMunicipality

EXAMPLE = Path(__file__).parents[3] / "examples" / "vendor-server"
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


def adapter_file_part(url: str) -> dict[str, Any]:
    """Return what an adapter file says of this server: the example's words, but for the address."""
    part = yaml.safe_load((EXAMPLE / "records.yaml").read_text("utf-8"))["records"]
    return part | {"url": url, "words": str(EXAMPLE / "words.txt")}
