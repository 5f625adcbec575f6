"""From the true reason of a refusal to what the outside hears of it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import structlog
from madoguchi_wire.errors import ServiceUnavailable
from madoguchi_wire.order import Kind

from municipal_adapter.certificates.unprintable import UnknownCharacter, Unprintable
from municipal_adapter.claims.claim import CardEnded, LimitReached, Stopped
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.officers.refusals import Refusal
from municipal_adapter.records.source import SourceUnavailable, UnmappableRecord
from municipal_adapter.rules.reasons import REASONS, RefusalReason

_log = structlog.get_logger()


@asynccontextmanager
async def told_outside(
    municipality: Municipality, kind: Kind, issuance: UUID | None, resident_id: str | None
) -> AsyncGenerator[None]:
    """Turn reasons into problems; the true one is kept in the municipality's own database.

    Raises:
        PersonRefused: the general refusal, or one that the cardholder may be told apart.
        ServiceUnavailable: the records cannot be asked, and nothing is known about anybody.

    """
    try:
        yield
    except SourceUnavailable as fault:
        _log.warning("records_unavailable", municipality=municipality.code, why=str(fault))
        raise ServiceUnavailable() from None
    except (Refusal, UnmappableRecord, Unprintable, Stopped, CardEnded, LimitReached) as fault:
        refusal = _refusal(fault, resident_id)
        await municipality.refusals.note(refusal, kind, issuance)
        raise REASONS[refusal.reason].problem() from None


def _refusal(fault: Exception, resident_id: str | None) -> Refusal:
    match fault:
        case Refusal():
            return fault
        case UnmappableRecord():
            return Refusal(RefusalReason.UNMAPPABLE, fault.whose or resident_id, fault.cause)
        case UnknownCharacter():
            return Refusal(RefusalReason.UNPRINTABLE_CHARACTER, resident_id)
        case Unprintable():
            return Refusal(RefusalReason.TEXT_TOO_LONG, resident_id)
        case Stopped():
            return Refusal(RefusalReason.STOPPED, fault.holder)
        case CardEnded():
            return Refusal(RefusalReason.NO_SUCH_PERSON, fault.holder)
        case _:
            return Refusal(RefusalReason.TOO_MANY, resident_id)
