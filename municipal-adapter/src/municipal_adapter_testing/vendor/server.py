"""The vendor's server: answers on loopback, and may be told to fail as real ones did."""

import asyncio
import base64
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
from aiohttp import web
from municipal_adapter.certificates.content import (
    Content,
    Office,
    build_resident_record,
    build_seal_registration,
)

from municipal_adapter_testing.vendor.paper import VendorPrinter
from municipal_adapter_testing.vendor.town import VendorTown

Change = Callable[[bytes], bytes]


@dataclass
class Faults:
    """What goes wrong; nothing, unless told."""

    seconds: float = 0
    """How long each answer takes."""
    answer: Callable[[], web.Response] | None = None
    """Given instead of any document."""
    pdf: Change = field(default=lambda pdf: pdf)
    """What happens to a finished document."""
    paper_of: str | None = None
    """Whose paper comes out, whoever is asked for."""
    record_of: str | None = None
    """Whose record lies beside it."""
    hidden: dict[str, Callable[[dict[str, Any]], web.Response]] = field(
        default_factory=dict[str, Callable[[dict[str, Any]], web.Response]]
    )
    """What is answered of a person instead of the true record."""


@dataclass
class VendorServer:
    """One server with its town."""

    town: VendorTown
    office: Office
    faults: Faults = field(default_factory=Faults)
    printer: VendorPrinter = field(default_factory=VendorPrinter)
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    url: str = ""

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncGenerator["VendorServer"]:
        """Serve on a port of loopback; 0: a free one."""
        app = web.Application()
        app.router.add_get("/state", self._state)
        app.router.add_get("/persons/{no}", self._person)
        app.router.add_get("/persons", self._born)
        app.router.add_post("/papers", self._paper)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        assert runner.addresses
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _state(self, _: web.Request) -> web.Response:
        await asyncio.sleep(self.faults.seconds)
        return web.json_response(self.town.state())

    async def _person(self, request: web.Request) -> web.Response:
        found = self.town.person(request.match_info["no"])
        hide = self.faults.hidden.get(request.match_info["no"])
        if found and hide:
            return hide(found)
        return web.json_response(found) if found else web.Response(status=404)

    async def _born(self, request: web.Request) -> web.Response:
        day = date.fromisoformat(request.query["born"])
        return web.json_response({"persons": self.town.born(day)})

    async def _paper(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.asked.append(asked)
        if self.faults.answer is not None:
            return self.faults.answer()
        content = content_of(self.town, self.office, asked, self.faults.paper_of)
        pdf = self.faults.pdf(self.printer.printed(content))
        beside = self.town.person(self.faults.record_of or asked["person"])
        paper = {"pdf": base64.b64encode(pdf).decode()}
        return web.json_response({"paper": paper, "data": beside})


def content_of(
    town: VendorTown, office: Office, asked: dict[str, Any], paper_of: str | None = None
) -> Content:
    """Return what the paper says that was asked for.

    Args:
        town: the vendor's data.
        office: who issues.
        asked: the body of the request for a paper.
        paper_of: whose paper it is instead, alone.

    Raises:
        KeyError: nobody of this number, or without a seal.

    """
    person = paper_of or asked["person"]
    records, issued = town.records, date.fromisoformat(asked["issued"])
    household = town.household_of(person)
    if asked["kind"] == "seal_registration":
        return build_seal_registration(
            office,
            records.residents[person],
            household.address,
            records.seals[person],
            issued_on=issued,
            certificate_number="",
            issuance=asked["reference"],
        )
    wanted = [person] if paper_of else asked["persons"]
    chosen = [one for one in household.members if one.resident_id in wanted]
    return build_resident_record(
        office,
        household,
        chosen,
        relationship=asked["options"]["zokugara"],
        honseki=asked["options"]["honseki"],
        issued_on=issued,
        certificate_number="",
        issuance=asked["reference"],
    )


def changed(change: Callable[[pikepdf.Pdf], None], **options: Any) -> Change:  # noqa: ANN401
    """Return what changes a finished document with pikepdf."""

    def made(pdf: bytes) -> bytes:
        with pikepdf.open(BytesIO(pdf)) as document:
            change(document)
            file = BytesIO()
            document.save(file, **options)
            return file.getvalue()

    return made


def moved(town: VendorTown, resident: str, address: str) -> None:
    """Let a household move, which makes a new version."""
    records = town.records
    before = records.household_of(resident)
    households = tuple(
        replace(one, address=address) if one is before else one for one in records.households
    )
    town.records = replace(records, households=households)
    town.version += 1
