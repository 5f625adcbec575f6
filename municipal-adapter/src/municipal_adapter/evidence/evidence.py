"""What is kept when a finished document does not say what its record says."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, cast

from madoguchi_wire.encoding import to_base64url

from municipal_adapter.certificates.content import Content


@dataclass(frozen=True)
class Evidence:
    """All that is needed to find out how a document came to differ."""

    issuance: str
    found_at: datetime
    what: str
    """Where the document differs; never a value."""
    order: str
    session: str
    """Digests of what the cardholder signed."""
    certificate_number: str
    records_version: str
    build: str
    templates: str
    fonts: str
    content: Content = field(repr=False)
    """The record that the order resolved to."""
    document: bytes | None = field(repr=False)
    """The finished PDF; None: there was none."""

    def encoded(self) -> bytes:
        """Return it as JSON; documents and pictures in base64url."""
        return json.dumps(_plain(asdict(self)), ensure_ascii=False).encode(
            errors="backslashreplace"
        )


def _plain(value: Any) -> Any:  # noqa: ANN401  (JSON has no narrower type)
    match value:
        case bytes():
            return to_base64url(value)
        case date():
            return value.isoformat()
        case dict():
            return {key: _plain(part) for key, part in cast("dict[str, Any]", value).items()}
        case list() | tuple():
            return [_plain(part) for part in cast("list[Any]", value)]
        case _:
            return value
