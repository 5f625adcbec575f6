"""Documents that a vendor's server makes: asked for, compared, drawn anew, and read back here."""

import asyncio
import base64
import binascii
import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import local
from typing import Any, cast

from madoguchi_wire.order import ResidentRecordOptions

from municipal_adapter.certificates.anew import WORDS, Redrawing
from municipal_adapter.certificates.content import ResidentRecordContent
from municipal_adapter.certificates.documents import Finished, Wanted
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.readback.fonts.approved import open_approved
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page
from municipal_adapter.readback.read_back import compare
from municipal_adapter.readback.template_words import TemplateWords
from municipal_adapter.records.source import SourceUnavailable, UnmappableRecord
from municipal_adapter.records.vendor.answers import NotAnswered, record_of, text_at
from municipal_adapter.records.vendor.client import VendorClient
from municipal_adapter.records.vendor.forms import expected_on
from municipal_adapter.records.vendor.one_alone import OneAlone
from municipal_adapter.records.vendor.reading import ReaderApart
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
    ) -> None:
        """Begin.

        Args:
            records: as the adapter file describes the server, its forms checked.
            client: the connection to it.
            fonts: the approved ones; the vendor prints with them, too.
            workers: threads that draw anew and read back, and processes that read what came.

        Raises:
            ValueError: the words cannot be read, or no process can be started.

        """
        self._records, self._client, self._fonts = records, client, fonts
        self._alone = OneAlone(client, records)
        words = _words(records)
        self._words = TemplateWords([*words, *WORDS])
        shape = records.model_dump_json(include={"forms", "stamp_millimetres"})
        self.templates_fingerprint = hashlib.sha256("\n".join((shape, *words)).encode()).hexdigest()
        self.fonts_fingerprint = fonts.fingerprint
        approved = [(font.path, font.digest) for font in fonts.approved]
        self._approved = open_approved(approved)
        self._own = local()
        self._readers = [ReaderApart(approved) for _ in range(workers)]
        self._idle = SimpleQueue[ReaderApart]()
        for reader in self._readers:
            self._idle.put(reader)
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
            pdf, pages = await self._given(wanted)
        except NotAnswered as fault:
            raise UnmappableRecord(f"document: {fault}", wanted.holder) from None
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._work, pdf, pages, wanted)

    def as_printed(self, name: str, finished: Finished) -> str:
        """Return a name of the records as it is written on this document."""
        return finished.font.as_drawn(self._fonts.with_gaiji(name))

    def close(self) -> None:
        """Wait for documents in work and end threads and processes."""
        self._threads.shutdown()
        for reader in self._readers:
            reader.close()

    def _start(self) -> None:
        self._own.redrawing = Redrawing(
            self._fonts.for_typst(), self._fonts.approved, self._records.stamp_millimetres
        )

    async def _given(self, wanted: Wanted) -> tuple[bytes, list[Page]]:
        request, loop = self._records.document, asyncio.get_running_loop()
        async with self._alone.about(wanted.holder):
            answer = await self._client.post(request.path, _filled(request.body, _values(wanted)))
            pdf = _pdf(self._records, answer)
            most = self._records.forms[wanted.options.kind].most_pages
            pages = await loop.run_in_executor(self._threads, self._read, pdf, most)
        version = text_at(answer, request.record.version)
        await check_version(self._client, self._records, version, wanted.records_version)
        self._check_record_beside(answer, wanted)
        return pdf, pages

    def _read(self, pdf: bytes, most_pages: int) -> list[Page]:
        reader = self._idle.get()
        try:
            return reader.pages(pdf, most_pages)
        finally:
            self._idle.put(reader)

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

    def _work(self, pdf: bytes, pages: list[Page], wanted: Wanted) -> Finished:
        content = wanted.content
        form = self._records.forms[wanted.options.kind]
        redrawing: Redrawing = self._own.redrawing
        try:
            issue, expected = content.issue, expected_on(form, content)
            drawn = redrawing.drawn(
                pages,
                expected.picture,
                issue.office_seal_png if form.office_seal else None,
                issue.certificate_number,
                issue.issuance,
                test=issue.test,
            )
            paper = compare(drawn, expected, self._words, self._approved)
        except ReadBackMismatch as mismatch:
            mismatch.document = pdf
            raise
        return Finished(drawn, content, self._fonts.approved[0], paper)


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
