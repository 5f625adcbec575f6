"""What the checker cannot read is seen: another glyph."""

from datetime import date
from pathlib import Path

import pytest
from local_stack.folders import VAR
from municipal_adapter.certificates.content import Content
from municipal_adapter.synthetic import synthetic_records
from municipal_adapter_testing.vendor.paper import VendorPrinter
from municipal_adapter_testing.vendor.server import content_of
from municipal_adapter_testing.vendor.town import VendorTown
from proofs.incidents.glyphs import draws_otherwise
from proofs.incidents.shiba import SHIBA, other_font, people_of_shiba

RECORDS = people_of_shiba(synthetic_records("122033", today=date(2026, 3, 2)))
ONE = next(iter(RECORDS.seals))


def seal_of(person: str) -> Content:
    asked = {
        "kind": "seal_registration",
        "person": person,
        "issued": "2026-03-02",
        "reference": "r",
    }
    return content_of(VendorTown(RECORDS), RECORDS.office, asked)


@pytest.fixture(scope="module")
def replaced() -> Path:
    return other_font(VAR / "incidents" / "fonts")


def test_another_form_of_a_character_is_seen(replaced: Path) -> None:
    content = seal_of(ONE)
    right, wrong = VendorPrinter().printed(content), VendorPrinter(replaced).printed(content)
    assert not draws_otherwise(right, SHIBA)
    assert draws_otherwise(wrong, SHIBA)
    assert not draws_otherwise(wrong, "見")
