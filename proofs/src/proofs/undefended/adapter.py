"""What an adapter does without each of its checks."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pikepdf
from municipal_adapter.certificates.documents import Finished, Wanted
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.issuing.person import facts_of
from municipal_adapter.municipality.file import AdapterFile
from municipal_adapter.readback.page import Page
from municipal_adapter.readback.read_back import Paper
from municipal_adapter.records.vendor.answers import RecordAnswer, record_of
from municipal_adapter.records.vendor.vendor_records import VendorRecords
from municipal_adapter.rules.release import Facts

from proofs.undefended.patching import Patch
from proofs.undefended.stamp import stamped

_ANY = "any version"


def without_read_back() -> list[Patch]:
    """Take each document as it comes; of a vendor's, put the numbers onto its pages."""
    vendor = "municipal_adapter.records.vendor.documents:VendorDocuments"
    return [
        Patch(vendor, "_read", _unread),
        Patch(vendor, "_work", _stamped_as_it_comes),
        Patch("municipal_adapter.certificates.workers", "read_back", _as_it_comes),
    ]


def without_record_beside() -> list[Patch]:
    """Do not look at the record that lies beside a vendor's document."""
    where = "municipal_adapter.records.vendor.documents:VendorDocuments"
    return [Patch(where, "_check_record_beside", _nothing)]


def without_way_back() -> list[Patch]:
    """Do not look up again who is named on the finished page."""
    return [Patch("municipal_adapter.issuing.document", "check_way_back", _nothing_either)]


def without_one_version() -> list[Patch]:
    """Take what a vendor's server answers, of whatever version its records are."""
    where = "municipal_adapter.records.vendor"
    return [
        Patch(f"{where}.state", "text_at", _any_version),
        Patch(f"{where}.source", "record_of", _record_of_any_version),
        Patch(f"{where}.documents", "check_version", _nothing_either),
    ]


def without_record_faults() -> list[Patch]:
    """Issue although change events are missing or an erasure could not be applied."""
    return [
        Patch("municipal_adapter.issuing.judging", "facts_of", _facts_without_fault),
        Patch("municipal_adapter.household.answer", "facts_of", _facts_without_fault),
    ]


def without_card_binding() -> list[Patch]:
    """Believe the table of registrations, whoever a row of it points to."""
    where = "municipal_adapter.cardholders.binding:Binding"
    return [Patch(where, "fits", _always)]


def without_font_digests() -> list[Patch]:
    """Print with whatever lies under the name of an approved font."""
    return [Patch("municipal_adapter.inputs", "_fonts", _fonts_as_they_are)]


def _as_it_comes(pdf: bytes, *_: object) -> Paper:
    with pikepdf.open(BytesIO(pdf)) as document:
        return Paper(len(document.pages), ())


def _unread(*_: object) -> list[Page]:
    return []


def _stamped_as_it_comes(
    documents: object, pdf: bytes, _pages: list[Page], wanted: Wanted
) -> Finished:
    """Do what `VendorDocuments._work` does, but for every check."""
    inside, issue = vars(documents), wanted.content.issue
    fonts, records = cast("Fonts", inside["_fonts"]), cast("VendorRecords", inside["_records"])
    font = fonts.approved[0]
    made, pages = stamped(
        pdf,
        issue.certificate_number,
        issue.issuance,
        font=(font.path, font.family),
        millimetres=records.stamp_millimetres,
    )
    return Finished(made, wanted.content, font, Paper(pages, ()))


def _always(*_: object) -> bool:
    return True


def _any_version(*_: object) -> str:
    return _ANY


def _nothing(*_: object) -> None:
    pass


async def _nothing_either(*_: object) -> None:
    pass


def _record_of_any_version(*asked: Any) -> RecordAnswer:  # noqa: ANN401 (as the original)
    return replace(record_of(*asked), version=_ANY)


_original: Callable[..., Awaitable[Facts]] = facts_of


async def _facts_without_fault(*asked: object) -> Facts:
    return replace(await _original(*asked), fault=None)


def _fonts_as_they_are(_path: Path, file: AdapterFile) -> Fonts:
    return Fonts([font.file for font in file.fonts], file.gaiji)
