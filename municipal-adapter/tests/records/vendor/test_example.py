"""The adapter file of the README, with the example of a vendor, works with the stand-in."""

import shutil
from pathlib import Path

from madoguchi_wire.order import SealRegistrationOptions
from municipal_adapter.municipality.file import read_adapter_file
from municipal_adapter.records.vendor.vendor_records import VendorRecords
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.counter import Counter
from municipal_adapter_testing.vendor.town import EXAMPLE, adapter_file_part

MEMBER = Path(__file__).parents[3]


async def test_the_example_at_the_end_of_the_adapter_file_is_what_the_stand_in_serves(
    tmp_path: Path, counter: Counter
) -> None:
    parts = (MEMBER / "adapter.example.yaml", EXAMPLE / "records.yaml")
    file = tmp_path / "adapter.yaml"
    file.write_text("".join(part.read_text("utf-8") for part in parts), "utf-8")
    shutil.copy(EXAMPLE / "words.txt", tmp_path)
    records = read_adapter_file(file).records
    assert isinstance(records, VendorRecords)
    assert records.words.read_text("utf-8")
    # The counter's adapter reads the same part, but for the address and the place of the words.
    same = VendorRecords.model_validate(adapter_file_part(records.url))
    assert same.model_copy(update={"words": records.words}) == records
    assert await counter.pdf(Case.ORDINARY, SealRegistrationOptions())
