"""The composition root: makes the parts of one replica, and its application, from settings."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
from fastapi import FastAPI
from madoguchi_wire.card_certificates import CardVerifier
from madoguchi_wire.kit.background import Task, begin
from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.pool import Pool
from madoguchi_wire.kit.server import serve
from madoguchi_wire.kit.withdrawals import REFRESH_S, Withdrawals

from municipal_adapter.application import assemble
from municipal_adapter.build import build_fingerprint
from municipal_adapter.cardholders.binding import Binding
from municipal_adapter.cardholders.cardholders import Cardholders
from municipal_adapter.cardholders.registrations import Registrations
from municipal_adapter.certificates.documents import Documents
from municipal_adapter.claims.claims import Claims
from municipal_adapter.claims.sweep import Sweep
from municipal_adapter.database.opening import open_database
from municipal_adapter.evidence.store import EvidenceStore
from municipal_adapter.health import add_checks, each_once
from municipal_adapter.household.handles import Handles
from municipal_adapter.inputs import Inputs, OwnInputs, read_inputs
from municipal_adapter.issuing.self_test import self_test
from municipal_adapter.municipality.beacon import Beacons
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.officers.refusals import Refusals
from municipal_adapter.officers.stops import StopList
from municipal_adapter.outcomes.closing import Closing
from municipal_adapter.parts import Adapter
from municipal_adapter.records.choice import open_source
from municipal_adapter.records.source import RecordSource
from municipal_adapter.records.vendor.client import VendorClient
from municipal_adapter.records.vendor.documents import VendorDocuments
from municipal_adapter.records.vendor.vendor_records import VendorRecords
from municipal_adapter.requests.cardholder_request import CardholderRequests
from municipal_adapter.requests.gateway_request import GatewayRequests
from municipal_adapter.settings import Settings
from municipal_adapter.sharing import Shared
from municipal_adapter.witness.book import WitnessBook
from municipal_adapter.witness.witness import Witness


def create_app(settings: Settings, health: Health) -> FastAPI:
    """Return the application of a replica; its parts live as long as it serves.

    Raises:
        ValueError: a setting or file cannot be used here; the text says what to do.
        SignatureRefused: the trust list does not hold, or is of another environment.

    """
    inputs = read_inputs(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with _open_adapter(settings, inputs, health) as adapter:
            app.state.adapter = adapter
            yield

    return assemble(health, lifespan)


def serve_adapter(settings: Settings) -> None:
    """Serve until SIGTERM, then drain.

    Raises:
        ValueError: a setting or file cannot be used here, or does not fit the records.

    """
    health = Health()
    app = create_app(settings, health)
    serve(app, settings.host, settings.port, health, settings.drain_seconds)


def api_description() -> dict[str, Any]:
    """Return the API description (OpenAPI 3.1)."""
    return assemble(Health()).openapi()


@asynccontextmanager
async def _open_adapter(
    settings: Settings, inputs: Inputs, health: Health
) -> AsyncGenerator[Adapter]:
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        shared = Shared(http, inputs.clock, settings.workers)
        stack.callback(shared.close)
        offset = settings.common.clock_offset
        source, made = settings.withdrawn_enrolments, list[Municipality]()
        withdrawals = Withdrawals(source, http, inputs.trust, inputs.clock)
        await withdrawals.refresh()
        for own in inputs.municipalities:
            pool = await stack.enter_async_context(
                await open_database(
                    own.path,
                    own.file.database_url,
                    offset,
                    "madoguchi-adapter",
                    beside=len(inputs.municipalities) - 1,
                )
            )
            records = await _open_records(own, pool, inputs, http)
            stack.push_async_callback(records.close)
            documents = _documents(own, http, shared, settings.workers)
            if isinstance(documents, VendorDocuments):
                stack.callback(documents.close)
            made.append(_municipality(own, inputs, withdrawals, pool, records, shared, documents))
        adapter = Adapter(
            clock=inputs.clock,
            trust=inputs.trust,
            withdrawals=withdrawals,
            municipalities={municipality.code: municipality for municipality in made},
            build=build_fingerprint(),
        )
        await asyncio.gather(*(revocation.refresh() for _, revocation in shared.revocations))
        add_checks(adapter, health)
        for municipality in each_once(made, lambda one: one.documents):
            health.add(f"{municipality.code} renderer", await self_test(municipality))
        await stack.enter_async_context(_background(adapter, shared))
        yield adapter


async def _open_records(
    own: OwnInputs, pool: Pool, inputs: Inputs, http: aiohttp.ClientSession
) -> RecordSource:
    """Return the source of records that an adapter file chooses.

    Raises:
        ValueError: it does not fit what it finds; each line begins with the file's path.

    """
    try:
        return await open_source(own.file.records, own.file.municipality, pool, inputs.clock, http)
    except ValueError as fault:
        lines = str(fault).splitlines()
        raise ValueError("\n".join(f"{own.path}: {line}" for line in lines)) from None


def _documents(
    own: OwnInputs, http: aiohttp.ClientSession, shared: Shared, workers: int
) -> Documents:
    """Return who makes the documents.

    Raises:
        ValueError: a vendor's papers cannot be read here; the text begins with the file's path.

    """
    file = own.file
    if not isinstance(file.records, VendorRecords):
        return shared.renderers(own)
    try:
        client = VendorClient(file.records, http)
        return VendorDocuments(file.records, client, own.fonts, workers)
    except ValueError as fault:
        raise ValueError(f"{own.path}: {fault}") from None


def _municipality(
    own: OwnInputs,
    inputs: Inputs,
    withdrawals: Withdrawals,
    pool: Pool,
    records: RecordSource,
    shared: Shared,
    documents: Documents,
) -> Municipality:
    file, code = own.file, own.file.municipality
    revocation = shared.revocation(own)
    beacons = Beacons(code, own.beacon_key)
    return Municipality(
        file=file,
        pool=pool,
        records=records,
        cardholders=Cardholders(Registrations(pool), Binding(own.registration_key)),
        claims=Claims(pool),
        evidence=EvidenceStore(pool, code, own.evidence_key),
        refusals=Refusals(pool),
        stops=StopList(pool),
        closing=Closing(pool),
        attestation_key=own.attestation_key,
        beacons=beacons,
        handles=Handles(own.handle_key),
        gateway_requests=GatewayRequests(file.gateway, code, inputs.trust),
        cardholder_requests=CardholderRequests(
            municipality=code,
            gateway=file.gateway,
            clock=inputs.clock,
            withdrawals=withdrawals,
            cards=CardVerifier([accepted.authority for accepted in own.authorities]),
            revocation=revocation,
            beacons=beacons,
        ),
        revocation=revocation,
        office=own.office,
        documents=documents,
        witness=_witness(own, inputs, pool),
    )


def _witness(own: OwnInputs, inputs: Inputs, pool: Pool) -> Witness | None:
    key, file = own.countersigning_key, own.file
    if key is None:
        return None
    book = WitnessBook(pool)
    return Witness(file.municipality, file.gateway, key, book, inputs.trust, inputs.clock)


@asynccontextmanager
async def _background(adapter: Adapter, shared: Shared) -> AsyncGenerator[None]:
    async def trust_list() -> None:
        adapter.trust.refresh()

    periodic: list[Task] = [
        (1, "trust_list", trust_list),
        (60, "answers", Sweep([one.claims for one in adapter.municipalities.values()]).turn),
        (REFRESH_S, "withdrawn_enrolments", adapter.withdrawals.refresh),
    ]
    periodic += [(seconds, "revocation", one.refresh) for seconds, one in shared.revocations]
    tasks = begin(periodic, adapter.clock)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
