"""Making the document of one copy: records, rules, rendering, read-back, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from madoguchi_wire.errors import ReadBackFailed, ServiceUnavailable
from madoguchi_wire.kit import telemetry

from municipal_adapter.certificates.documents import Finished
from municipal_adapter.claims.claim import Concern
from municipal_adapter.evidence.evidence import Evidence
from municipal_adapter.issuing.attest import Document
from municipal_adapter.issuing.content import Resolved, Resolving
from municipal_adapter.issuing.paper import paper_digest
from municipal_adapter.issuing.way_back import Candidate, candidates_of, check_way_back
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.parts import Adapter
from municipal_adapter.readback.mismatch import ReadBackMismatch

_TRIES = 3
"""How often a document is made anew because this person's records changed meanwhile."""
_log = structlog.get_logger()


@dataclass(frozen=True)
class Making:
    """One copy that is being made."""

    adapter: Adapter
    resolving: Resolving

    @property
    def _municipality(self) -> Municipality:
        return self.resolving.municipality

    async def document(self) -> tuple[Document, Concern]:
        """Return the finished document, which says what the records say when it leaves.

        No snapshot is held while a page is rendered. A second one afterwards finds the persons on
        the page again and, if the records have changed at all, asks for this person's anew: what
        leaves is of one version, or nothing leaves.

        Raises:
            Refusal: the municipality's rules refuse this person or these household members.
            UnmappableRecord: a record of theirs cannot be understood.
            Unprintable: their records cannot be printed exactly.
            ReadBackFailed: the finished pages differ from the record; nothing leaves.
            ServiceUnavailable: the person's records change faster than pages are made.

        """
        with telemetry.span("adapter.records"):
            async with self._municipality.records.snapshot() as snapshot:
                resolved = await self.resolving.resolved(snapshot)
        for _ in range(_TRIES):
            try:
                finished = await self._finished(resolved)
                now, found = await self._again(resolved, finished)
                if now.wanted.content == resolved.wanted.content:
                    await self._check_way_back(found, now.wanted.chosen)
                    return self._document(finished, now), now.concern
            except ReadBackMismatch as mismatch:
                try:
                    await self._keep_evidence(mismatch, resolved)
                except Exception as fault:
                    # What was seen stays final, even if it cannot be kept for later.
                    _log.error("evidence_not_kept", kind=type(fault).__name__)
                raise ReadBackFailed() from None
            resolved = now
        raise ServiceUnavailable()

    async def _finished(self, resolved: Resolved) -> Finished:
        with telemetry.span("adapter.render"):
            return await self._municipality.documents.made(resolved.wanted)

    async def _again(
        self, before: Resolved, finished: Finished
    ) -> tuple[Resolved, list[list[Candidate]]]:
        """Return what the order resolves to now, and whom the page may mean."""
        with telemetry.span("adapter.way_back"):
            async with self._municipality.records.snapshot() as snapshot:
                changed = snapshot.version != before.wanted.records_version
                now = await self.resolving.resolved(snapshot) if changed else before
                found = await candidates_of(
                    snapshot,
                    finished.paper.people,
                    lambda name: self._municipality.documents.as_printed(name, finished),
                )
                return now, found

    async def _check_way_back(self, found: list[list[Candidate]], chosen: Sequence[str]) -> None:
        request = self.resolving.request
        card, kind = request.session.identity, request.order.options.kind
        await check_way_back(self._municipality.cardholders, card, kind, chosen, found)

    def _document(self, finished: Finished, resolved: Resolved) -> Document:
        return Document(
            pdf=finished.pdf,
            pages=finished.paper.pages,
            certificate_number=self.resolving.certificate_number,
            records_version=resolved.wanted.records_version,
            build=self.adapter.build,
            templates=self._municipality.documents.templates_fingerprint,
            fonts=self._municipality.documents.fonts_fingerprint,
            paper=paper_digest(resolved.wanted),
            test=resolved.wanted.content.issue.test,
        )

    async def _keep_evidence(self, mismatch: ReadBackMismatch, resolved: Resolved) -> None:
        municipality, request = self._municipality, self.resolving.request
        _log.error("read_back_refused", municipality=municipality.code, where=mismatch.where)
        evidence = Evidence(
            issuance=str(request.issuance),
            found_at=self.adapter.clock.now(),
            what=mismatch.where,
            order=request.order_digest,
            session=request.session.digest,
            certificate_number=self.resolving.certificate_number,
            records_version=resolved.wanted.records_version,
            build=self.adapter.build,
            templates=municipality.documents.templates_fingerprint,
            fonts=municipality.documents.fonts_fingerprint,
            content=resolved.wanted.content,
            document=mismatch.document,
        )
        await municipality.evidence.keep(evidence)
