"""Asking a vendor's server: bounded in time and size, and believed in nothing but JSON."""

from collections.abc import Mapping
from typing import cast
from urllib.parse import quote

import aiohttp
from madoguchi_wire.encoding import strict_json
from madoguchi_wire.kit.bounded import TooMuch, read_at_most

from municipal_adapter.records.source import SourceUnavailable
from municipal_adapter.records.vendor.answers import NotAnswered
from municipal_adapter.records.vendor.vendor_records import VendorRecords

MAXIMUM_ANSWER_BYTES = 16 * 1024 * 1024
_FOUND, _UNKNOWN = 200, 404
_REFUSED = range(400, 500)
_NOT_NOW = frozenset({408, 425, 429})
"""Too slow, too early, too many: they say nothing of what was asked."""


class VendorClient:
    """A connection to one vendor's server."""

    def __init__(self, records: VendorRecords, http: aiohttp.ClientSession) -> None:
        """Read the token.

        Args:
            records: as the adapter file describes the server.
            http: the process's; not closed here.

        Raises:
            ValueError: the token's file cannot be read.

        """
        self._url, self._http = records.url, http
        self._timeout = aiohttp.ClientTimeout(total=records.timeout_seconds)
        self._headers = {"Accept": "application/json"} | _token(records)

    async def get(self, path: str, **values: str) -> Mapping[str, object] | None:
        """Return the JSON object that a path gives; None: the server knows nothing there.

        Raises:
            NotAnswered: it refuses this request.
            SourceUnavailable: it is down, slow, or answers something else.

        """
        filled = path.format_map({name: quote(value, safe="") for name, value in values.items()})
        return await self._asked("GET", filled, None)

    async def post(self, path: str, body: object) -> Mapping[str, object]:
        """Return the JSON object that answers a request.

        Raises:
            NotAnswered: it refuses this request.
            SourceUnavailable: it is down, slow, or answers something else.

        """
        answer = await self._asked("POST", path, body)
        if answer is None:
            raise NotAnswered("the vendor's server does not know what it was asked for")
        return answer

    async def _asked(self, method: str, path: str, body: object) -> Mapping[str, object] | None:
        try:
            async with self._http.request(
                method,
                self._url + path,
                json=body,
                headers=self._headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                if answer.status == _UNKNOWN:
                    return None
                if answer.status in _REFUSED and answer.status not in _NOT_NOW:
                    raise NotAnswered(f"the vendor's server refuses with {answer.status}")
                if answer.status != _FOUND:
                    raise SourceUnavailable(f"the vendor's server answers {answer.status}")
                if not answer.content_type.endswith("json"):
                    raise SourceUnavailable("the vendor's server answers no JSON")
                return _object(await read_at_most(answer, MAXIMUM_ANSWER_BYTES))
        except TooMuch:
            raise SourceUnavailable("the vendor's server answers too much") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as fault:
            raise SourceUnavailable(f"the vendor's server: {type(fault).__name__}") from None


def _object(body: bytes) -> Mapping[str, object]:
    try:
        found: object = strict_json(body)
    except (ValueError, RecursionError):
        raise SourceUnavailable("the vendor's server answers no JSON") from None
    if not isinstance(found, dict):
        raise SourceUnavailable("the vendor's server answers no JSON object")
    return cast("Mapping[str, object]", found)


def _token(records: VendorRecords) -> dict[str, str]:
    if records.token_file is None:
        return {}
    where = f"records.token_file: {records.token_file}"
    try:
        token = records.token_file.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "not in ASCII"
        raise ValueError(f"{where}: cannot be read as a token: {why}") from None
    if not token.isprintable() or len(token.split()) != 1:
        raise ValueError(f"{where}: cannot be read as a token: not one word")
    return {"Authorization": f"Bearer {token}"}
