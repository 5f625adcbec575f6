"""Asks an adapter as a gateway would, and keeps what it answers."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
from madoguchi_wire.adapter_api import SignedRequest
from madoguchi_wire.encoding import strict_json
from madoguchi_wire.errors import all_errors
from madoguchi_wire.gateway_api import Problem
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.bounded import TooMuch, read_at_most
from madoguchi_wire.signed import Statement

from madoguchi.conformance.verdicts import Failed

JSON, PROBLEM = "application/json", "application/problem+json"
LONGEST_S = 30
"""The gateway waits no longer either."""
MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class Answered:
    """What an adapter answered."""

    status: int
    body: bytes
    media_type: str
    seconds: float
    date: str = ""
    """When, by the clock of whoever answered (RFC 9110, Date); empty if it does not say."""

    def __str__(self) -> str:
        """Return what kind of an answer it is, without what is in it."""
        if self.status == HTTPStatus.OK:
            return f"200 with {len(self.body)} bytes"
        return f"{self.status} {self.slug or f'without a problem document ({self.media_type})'}"

    @property
    def problem(self) -> Problem | None:
        """The problem document, if it is one."""
        if self.media_type != PROBLEM:
            return None
        try:
            return Problem.model_validate(strict_json(self.body))
        except ValueError:
            return None

    @property
    def slug(self) -> str:
        """The last part of the problem's type; empty where there is none."""
        problem = self.problem
        return problem.type.removeprefix("/problems/") if problem is not None else ""

    def refused_as(self, *slugs: str) -> None:
        """Pass if it is one of these refusals, as it is described.

        Raises:
            Failed: it is not.

        """
        expected = " or ".join(f"{all_errors()[slug].status} {slug}" for slug in slugs)
        problem = self.problem
        if self.slug not in slugs or self.status != all_errors()[self.slug].status:
            raise Failed(expected, str(self))
        if problem is not None and problem.status != self.status:
            raise Failed(f"{expected}, its own status in it", f"{problem.status} in the document")

    def good(self) -> object:
        """Return the JSON of a good answer.

        Raises:
            Failed: it is none.

        """
        if self.status != HTTPStatus.OK or self.media_type != JSON:
            raise Failed(f"200 with {JSON}", str(self))
        try:
            return strict_json(self.body)
        except ValueError:
            raise Failed("JSON with one meaning", "a body that is none") from None


@dataclass(frozen=True)
class Asking:
    """The way to one adapter."""

    http: aiohttp.ClientSession
    address: str
    municipality: str
    key: SigningKey
    """The gateway's."""

    async def get(self, path: str) -> Answered:
        """Ask for something that nobody signs."""
        return await self._sent("GET", f"{self.address}{path}", None, {})

    async def post(self, path: str, body: bytes, media_type: str = JSON) -> Answered:
        """Send a body as it is, to an endpoint of the municipality."""
        address = f"{self.address}/v1/municipalities/{self.municipality}/{path}"
        return await self._sent("POST", address, body, {"content-type": media_type})

    async def ask(self, path: str, statement: Statement, key: SigningKey | None = None) -> Answered:
        """Sign a statement and send it."""
        return await self.ask_with(path, statement.signed_by(key or self.key))

    async def ask_with(self, path: str, token: str) -> Answered:
        """Send a statement (JWS)."""
        return await self.post(path, SignedRequest(request=token).model_dump_json().encode())

    async def _sent(
        self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answered:
        began = time.monotonic()
        try:
            async with self.http.request(
                method, address, data=body, headers=headers, allow_redirects=False
            ) as answer:
                content = await read_at_most(answer, MOST_BYTES)
                took = time.monotonic() - began
                date = answer.headers.get("date", "")
                return Answered(answer.status, content, answer.content_type, took, date)
        except TimeoutError:
            raise Failed(f"an answer within {LONGEST_S} s", "none") from None
        except TooMuch:
            raise Failed(f"at most {MOST_BYTES} bytes", "more") from None
        except aiohttp.ClientError as error:
            raise Failed("an answer", f"none ({type(error).__name__})") from None
