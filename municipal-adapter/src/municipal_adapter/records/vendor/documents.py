"""Documents that a vendor's server makes: asked for, compared, drawn anew, and read back here."""

import asyncio
import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import local
from typing import Any, cast

import pikepdf
from madoguchi_wire.order import Kind, ResidentRecordOptions

from municipal_adapter.certificates.anew import WORDS, Redrawing, spelt_anew
from municipal_adapter.certificates.content import ResidentRecordContent
from municipal_adapter.certificates.documents import Finished, Wanted
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.readback.fonts.approved import open_approved
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import UNREADABLE, read_pages
from municipal_adapter.readback.read_back import compare
from municipal_adapter.readback.structure import check_structure
from municipal_adapter.readback.template_words import TemplateWords
from municipal_adapter.readback.weight import check_weight
from municipal_adapter.records.source import SourceUnavailable, UnmappableRecord
from municipal_adapter.records.vendor.answers import NotAnswered, record_of, text_at
from municipal_adapter.records.vendor.client import VendorClient
from municipal_adapter.records.vendor.forms import check_forms, expected_on
from municipal_adapter.records.vendor.one_alone import OneAlone
from municipal_adapter.records.vendor.state import check_version
from municipal_adapter.records.vendor.vendor_records import VendorRecords


class VendorDocuments:
    """Gets documents from a vendor's server."""

    def __init__(
        self,
        records: VendorRecords,
        client: VendorClient,
        fonts: Fonts,
        workers: int,
        kinds: Sequence[Kind],
    ) -> None:
        """Check the forms and begin.

        Args:
            records: as the adapter file describes the server.
            client: the connection to it.
            fonts: the approved ones; the vendor prints with them, too.
            workers: threads that draw anew and read back.
            kinds: what the municipality issues.

        Raises:
            ValueError: forms or words cannot be used.

        """
        check_forms(records, kinds)
        self._records, self._client, self._fonts = records, client, fonts
        self._alone = OneAlone(client, records)
        words = _words(records)
        self._words = TemplateWords([*words, *WORDS])
        shape = records.model_dump_json(include={"forms", "stamp_millimetres"})
        self.templates_fingerprint = hashlib.sha256("\n".join((shape, *words)).encode()).hexdigest()
        self.fonts_fingerprint = fonts.fingerprint
        self._approved = open_approved([(font.path, font.digest) for font in fonts.approved])
        self._own = local()
        self._threads = ThreadPoolExecutor(workers, "stamp", self._start)

    async def made(self, wanted: Wanted) -> Finished:
        """Return the vendor's document, stamped, which says what the record says.

        Raises:
            ReadBackMismatch: document or record beside it differ from the record.
            SourceUnavailable: the server does not answer, or its records have changed.
            UnmappableRecord: it refuses this document, leaves parts out of its answer, or sends
                something else than a whole PDF for this person alone.

        """
        try:
            pdf = await self._given(wanted)
        except NotAnswered as fault:
            raise UnmappableRecord(f"document: {fault}", wanted.holder) from None
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._work, pdf, wanted)

    def as_printed(self, name: str, finished: Finished) -> str:
        """Return a name of the records as it is written on this document."""
        return finished.font.as_drawn(self._fonts.with_gaiji(name))

    def close(self) -> None:
        """Wait for documents in work and end the threads."""
        self._threads.shutdown()

    def _start(self) -> None:
        self._own.redrawing = Redrawing(
            self._fonts.for_typst(), self._fonts.approved, self._records.stamp_millimetres
        )

    async def _given(self, wanted: Wanted) -> bytes:
        request, loop = self._records.document, asyncio.get_running_loop()
        async with self._alone.about(wanted.holder):
            answer = await self._client.post(request.path, _filled(request.body, _values(wanted)))
            pdf = _pdf(self._records, answer)
            await loop.run_in_executor(self._threads, _check_whole, pdf)
        version = text_at(answer, request.record.version)
        await check_version(self._client, self._records, version, wanted.records_version)
        self._check_record_beside(answer, wanted)
        return pdf

    def _check_record_beside(self, answer: Mapping[str, object], wanted: Wanted) -> None:
        where = self._records.document.record
        try:
            beside = record_of(self._records, where, answer)
        except UnmappableRecord:
            raise ReadBackMismatch("the record beside the vendor's document") from None
        if beside.resident.resident_id != wanted.holder:
            raise ReadBackMismatch("the record beside the vendor's document is somebody else's")
        same_seal = wanted.seal is None or beside.seal == wanted.seal
        if beside.household != wanted.household or not same_seal:
            raise ReadBackMismatch("the record beside the vendor's document")

    def _work(self, pdf: bytes, wanted: Wanted) -> Finished:
        content = wanted.content
        form = self._records.forms[wanted.options.kind]
        redrawing: Redrawing = self._own.redrawing
        try:
            _check_given(pdf, form.most_pages)
            issue, expected = content.issue, expected_on(form, content)
            pages = read_pages(_spelt_anew(pdf), self._approved)
            drawn = redrawing.drawn(
                pages,
                expected.picture,
                expected.office_seal,
                issue.certificate_number,
                issue.issuance,
            )
            paper = compare(drawn, expected, self._words, self._approved)
        except ReadBackMismatch as mismatch:
            mismatch.document = pdf
            raise
        return Finished(drawn, content, self._fonts.approved[0], paper)


def _check_whole(pdf: bytes) -> None:
    """Tell an answer that was cut off from a document: it is nobody's, so no mix-up either."""
    try:
        check_weight(pdf)
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False):
            return
    except ReadBackMismatch as mismatch:
        mismatch.document = pdf
        raise
    except UNREADABLE as fault:
        raise SourceUnavailable(
            f"the vendor's document is no whole PDF, or is locked ({type(fault).__name__})"
        ) from None


def _check_given(pdf: bytes, most_pages: int) -> None:
    """Look at the vendor's document as it came, before anything is written anew."""
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            check_structure(document, pdf)
            if not 0 < len(document.pages) <= most_pages:
                raise ReadBackMismatch("too few or too many pages")
    except UNREADABLE as fault:
        what = f"the vendor's document cannot be read ({type(fault).__name__})"
        raise ReadBackMismatch(what) from None


def _spelt_anew(pdf: bytes) -> bytes:
    try:
        return spelt_anew(pdf)
    except UNREADABLE as fault:
        what = f"the vendor's document cannot be spelt anew ({type(fault).__name__})"
        raise ReadBackMismatch(what) from None


def _pdf(records: VendorRecords, answer: Mapping[str, object]) -> bytes:
    try:
        return base64.b64decode(text_at(answer, records.document.pdf), validate=True)
    except (binascii.Error, ValueError):
        raise SourceUnavailable("the vendor's document is no base64") from None


def _values(wanted: Wanted) -> dict[str, object]:
    issue, options = wanted.content.issue, wanted.options
    record = options if isinstance(options, ResidentRecordOptions) else None
    whole = isinstance(wanted.content, ResidentRecordContent) and wanted.content.whole_household
    return {
        "issuance": issue.issuance,
        "kind": options.kind.value,
        "resident": wanted.holder,
        "members": list(wanted.chosen),
        "whole_household": whole,
        "relationship": record is not None and record.relationship,
        "honseki": record is not None and record.honseki,
        "certificate_number": issue.certificate_number,
        "date": issue.issued_on.isoformat(),
    }


def _filled(template: Any, values: Mapping[str, object]) -> Any:  # noqa: ANN401  (any JSON)
    match template:
        case str():
            if template[:1] == "{" and template[-1:] == "}" and template[1:-1] in values:
                return values[template[1:-1]]
            return template.format_map(values)
        case dict():
            parts = cast("dict[str, Any]", template)
            return {key: _filled(part, values) for key, part in parts.items()}
        case list():
            return [_filled(part, values) for part in cast("list[Any]", template)]
        case _:
            return template


def _words(records: VendorRecords) -> list[str]:
    try:
        return records.words.read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise ValueError(f"records.words: {records.words}: cannot be read: {error}") from None
