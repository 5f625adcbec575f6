"""Making the document of one copy: records, rules, rendering, read-back, and the way back."""

from dataclasses import dataclass, field

import structlog
from madoguchi_wire.errors import PersonRefused, ReadBackFailed, ServiceUnavailable
from madoguchi_wire.kit import telemetry

from municipal_adapter.certificates.content import Content
from municipal_adapter.certificates.unprintable import UnknownCharacter, Unprintable
from municipal_adapter.certificates.workers import Finished
from municipal_adapter.evidence.evidence import Evidence
from municipal_adapter.issuing.attest import Document
from municipal_adapter.issuing.content import certificate_content
from municipal_adapter.issuing.person import refuse_stale_records
from municipal_adapter.issuing.way_back import Candidate, candidates_of, check_way_back
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.parts import Adapter
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.records.source import RecordSnapshot
from municipal_adapter.requests.prepare_request import PrepareRequest

_TRIES = 3
"""How often a document is made anew because this person's records changed meanwhile."""
_log = structlog.get_logger()


@dataclass(frozen=True)
class _Resolved:
    """What an order resolved to, in one snapshot of the records."""

    version: str
    content: Content = field(repr=False)


@dataclass(frozen=True)
class Making:
    """One copy that is being made."""

    adapter: Adapter
    municipality: Municipality
    request: PrepareRequest
    certificate_number: str

    async def document(self) -> Document:
        """Return the finished document, which says what the records say when it leaves.

        No snapshot is held while a page is rendered. A second one afterwards finds the persons on
        the page again and, if the records have changed at all, asks for this person's anew: what
        leaves is of one version, or nothing leaves.

        Raises:
            PersonRefused: the municipality's rules refuse this person or these household members,
                or their records cannot be printed exactly.
            ReadBackFailed: the finished pages differ from the record; nothing leaves.
            ServiceUnavailable: the person's records change faster than pages are made.

        """
        resolved = await self._first()
        for _ in range(_TRIES):
            try:
                finished = await self._finished(resolved)
                now, found = await self._again(resolved, finished)
                if now.content == resolved.content:
                    card = self.request.session.identity
                    kind = self.request.order.options.kind
                    await check_way_back(self.municipality.cardholders, card, kind, found)
                    return self._document(finished, now)
            except ReadBackMismatch as mismatch:
                await self._keep_evidence(mismatch, resolved)
                raise ReadBackFailed() from None
            resolved = now
        raise ServiceUnavailable()

    async def _first(self) -> _Resolved:
        with telemetry.span("adapter.records"):
            async with self.municipality.records.snapshot() as snapshot:
                return await self._resolved(snapshot)

    async def _resolved(self, snapshot: RecordSnapshot) -> _Resolved:
        refuse_stale_records(snapshot, self.municipality.file, self.adapter.clock.now())
        content = await certificate_content(
            snapshot, self.municipality, self.request, self.certificate_number
        )
        return _Resolved(snapshot.version, content)

    async def _finished(self, resolved: _Resolved) -> Finished:
        try:
            with telemetry.span("adapter.render"):
                return await self.municipality.workers.render_and_read_back(resolved.content)
        except Unprintable as fault:
            # A name that we cannot print is a matter for the counter, as is any other reason.
            cause = "character_unknown" if isinstance(fault, UnknownCharacter) else "text_too_long"
            _log.warning(cause, municipality=self.municipality.code)
            raise PersonRefused() from None

    async def _again(
        self, before: _Resolved, finished: Finished
    ) -> tuple[_Resolved, list[list[Candidate]]]:
        """Return what the order resolves to now, and whom the page may mean."""
        with telemetry.span("adapter.way_back"):
            async with self.municipality.records.snapshot() as snapshot:
                changed = snapshot.version != before.version
                now = await self._resolved(snapshot) if changed else before
                found = await candidates_of(
                    snapshot,
                    finished.paper.people,
                    lambda name: self.municipality.workers.as_printed(name, finished),
                )
                return now, found

    def _document(self, finished: Finished, resolved: _Resolved) -> Document:
        return Document(
            pdf=finished.pdf,
            pages=finished.paper.pages,
            certificate_number=self.certificate_number,
            records_version=resolved.version,
            build=self.adapter.build,
            templates=self.municipality.workers.templates_fingerprint,
            fonts=self.municipality.workers.fonts_fingerprint,
        )

    async def _keep_evidence(self, mismatch: ReadBackMismatch, resolved: _Resolved) -> None:
        code = self.municipality.code
        _log.error("read_back_refused", municipality=code, where=mismatch.where)
        evidence = Evidence(
            issuance=str(self.request.issuance),
            found_at=self.adapter.clock.now(),
            what=mismatch.where,
            order=self.request.order_digest,
            session=self.request.session.digest,
            certificate_number=self.certificate_number,
            records_version=resolved.version,
            build=self.adapter.build,
            templates=self.municipality.workers.templates_fingerprint,
            fonts=self.municipality.workers.fonts_fingerprint,
            content=resolved.content,
            document=mismatch.document,
        )
        await self.municipality.evidence.keep(evidence)
