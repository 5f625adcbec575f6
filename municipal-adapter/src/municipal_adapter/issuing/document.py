"""Making the document of one copy: one snapshot of the records, rules, rendering, read-back."""

import structlog
from madoguchi_wire.errors import PersonRefused, ReadBackFailed
from madoguchi_wire.kit import telemetry

from municipal_adapter.certificates.unprintable import UnknownCharacter, Unprintable
from municipal_adapter.issuing.attest import Document
from municipal_adapter.issuing.content import certificate_content
from municipal_adapter.issuing.person import refuse_stale_records
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.parts import Adapter
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.requests.prepare_request import PrepareRequest

_log = structlog.get_logger()


async def made_document(
    adapter: Adapter, municipality: Municipality, request: PrepareRequest, certificate_number: str
) -> Document:
    """Return the finished document, every page of it read back against the record.

    Raises:
        PersonRefused: the municipality's rules refuse this person or these household members, or
            their records cannot be printed exactly.
        ReadBackFailed: the finished pages differ from the record; nothing leaves.

    """
    with telemetry.span("adapter.records"):
        async with municipality.records.snapshot() as snapshot:
            refuse_stale_records(snapshot, municipality.file, adapter.clock.now())
            version = snapshot.version
            content = await certificate_content(snapshot, municipality, request, certificate_number)
    try:
        with telemetry.span("adapter.render"):
            rendered = await municipality.workers.render_and_read_back(content)
    except ReadBackMismatch as mismatch:
        _log.error("read_back_refused", municipality=municipality.code, where=mismatch.where)
        raise ReadBackFailed() from None
    except Unprintable as fault:
        # A name that we cannot print is a matter for the counter, as is any other reason.
        cause = "character_unknown" if isinstance(fault, UnknownCharacter) else "text_too_long"
        _log.warning(cause, municipality=municipality.code)
        raise PersonRefused() from None
    return Document(
        pdf=rendered.pdf,
        pages=rendered.paper.pages,
        certificate_number=certificate_number,
        records_version=version,
        build=adapter.build,
        templates=municipality.workers.templates_fingerprint,
        fonts=municipality.workers.fonts_fingerprint,
    )
