"""A vendor's paper whose heading or end stands elsewhere than its file draws it never leaves."""

from collections.abc import Callable
from uuid import uuid4

import pikepdf
import pytest
from madoguchi_wire.clock import SystemClock, japan_day
from madoguchi_wire.errors import ReadBackFailed
from madoguchi_wire.order import Options, ResidentRecordOptions, SealRegistrationOptions
from municipal_adapter.certificates.era import era_date
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.counter import Counter
from municipal_adapter_testing.inside import adapter_inside
from municipal_adapter_testing.papers import ichikawa
from municipal_adapter_testing.reception import Reception
from municipal_adapter_testing.town import Town
from municipal_adapter_testing.vendor.adapter_file import vendor_adapter_file
from municipal_adapter_testing.vendor.displacing import characters_exchanged, lines_exchanged
from municipal_adapter_testing.vendor.server import VendorServer, changed

ICHIKAWA = "122033"
ME = ichikawa().cases[Case.ORDINARY]
HOUSEHOLD = ichikawa().household_of(ME)
RECORD, SEAL = ResidentRecordOptions(), SealRegistrationOptions()


def address_digits(document: pikepdf.Pdf) -> None:
    """三丁目24番 is read as 三丁目42番."""
    address = HOUSEHOLD.address
    place = address.index("24")
    characters_exchanged(document, address, place, place + 1)


def address_and_head(document: pikepdf.Pdf) -> None:
    lines_exchanged(document, HOUSEHOLD.address, "例邊")


def issue_date_digits(document: pikepdf.Pdf) -> None:
    text = f"交付日 {era_date(japan_day(SystemClock().now()))}"
    digits = [place for place, one in enumerate(text) if one.isdigit()]
    characters_exchanged(document, text, digits[0], digits[1])


def issue_date_and_mayor(document: pikepdf.Pdf) -> None:
    lines_exchanged(document, "交付日", "市川市長")


DISPLACED: dict[str, tuple[Options, Callable[[pikepdf.Pdf], None]]] = {
    "address digits": (RECORD, address_digits),
    "address and head": (RECORD, address_and_head),
    "issue date digits": (RECORD, issue_date_digits),
    "issue date and mayor": (RECORD, issue_date_and_mayor),
    "issue date digits of a seal": (SEAL, issue_date_digits),
    "issue date and mayor of a seal": (SEAL, issue_date_and_mayor),
}


@pytest.mark.parametrize("text", list(DISPLACED))
async def test_text_of_heading_or_end_that_is_read_otherwise_than_drawn_never_leaves(
    counter: Counter, server: VendorServer, text: str
) -> None:
    options, displaced = DISPLACED[text]
    assert await counter.pdf(Case.ORDINARY, options)
    server.faults.pdf, issuance = changed(displaced), uuid4()
    with pytest.raises(ReadBackFailed):
        await counter.pdf(Case.ORDINARY, options, issuance)
    evidence = counter.adapter.municipalities[ICHIKAWA].evidence
    assert await evidence.sealed(issuance) is not None


async def test_the_stamp_may_stand_above_all_that_the_form_prints(
    server: VendorServer,
    adapter_environment: dict[str, str],
    towns: dict[str, Town],
    centre: Centre,
    reception: Reception,
) -> None:
    file = vendor_adapter_file(towns[ICHIKAWA], server.url, stamp_millimetres=285)
    async with adapter_inside(adapter_environment | {"ADAPTER_FILES": file}) as adapter:
        counter = Counter(adapter, centre, reception, towns[ICHIKAWA])
        assert await counter.pdf(Case.ORDINARY, RECORD)
