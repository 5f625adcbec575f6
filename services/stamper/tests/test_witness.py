"""A witness that is asked may answer anything; only its word on what was shown is kept."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from gateway.audit.outbox import OutboxRow, insert_events
from madoguchi_wire.adapter_api import Countersigned
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.pool import Pool
from madoguchi_wire.kit.settings import CommonSettings
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.stamps import Countersignature
from municipal_adapter_testing.centre import GATEWAY, Centre
from stamper.evidence import StampEvidence
from stamper.outbox import stamp_batch
from stamper.witness import AskedWitness

ICHIKAWA, SHIBUYA = "122033", "131130"
LIES: dict[str, tuple[dict[str, Any], str]] = {
    "by a stranger": ({}, "nobody"),
    "municipality": ({"municipality": SHIBUYA}, SHIBUYA),
    "centre": ({"centre": "another.centre"}, ICHIKAWA),
    "number": ({"number": 2}, ICHIKAWA),
    "stamp": ({"stamp": "f" * 64}, ICHIKAWA),
    "total": ({"total": 3}, ICHIKAWA),
}


@pytest.mark.parametrize("lie", list(LIES))
async def test_a_word_on_anything_else_than_was_shown_is_not_kept(
    pool: Pool, events: Callable[[int], list[OutboxRow]], tmp_path: Path, lie: str
) -> None:
    centre = Centre()
    centre.witnesses.update({code: SigningKey.generate() for code in (ICHIKAWA, SHIBUYA)})
    async with pool.acquire() as connection:
        await insert_events(connection, events(2))
        await stamp_batch(connection, GATEWAY, centre.stamping)
    evidence = StampEvidence(pool, 2, timed=False)
    (shown,) = await evidence.unsigned(ICHIKAWA, 0)
    keys = centre.witnesses | {"nobody": SigningKey.generate()}
    honest = Countersignature(
        municipality=ICHIKAWA,
        centre=GATEWAY,
        number=shown.number,
        stamp=shown.digest,
        total=shown.total,
        seen_at=datetime.now(UTC),
    )
    changes, signer = LIES[lie]
    words = [honest.model_copy(update=changes).signed_by(keys[signer])]
    words.append(honest.signed_by(keys[ICHIKAWA]))

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(Countersigned(countersignature=words.pop(0)).model_dump())

    app = web.Application()
    app.router.add_post("/v1/stamps", answer)
    common = CommonSettings(environment="development")
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        address = str(server.make_url("")).rstrip("/")
        known = Trust(*centre.write(tmp_path), common.environment, common.clock())
        asked = AskedWitness(ICHIKAWA, address, GATEWAY, http=http, trust=known, evidence=evidence)
        with pytest.raises(SignatureRefused):
            await asked.ask(shown)
        assert await evidence.unsigned(ICHIKAWA, 0) == [shown]
        await asked.ask(shown)
        assert await evidence.unsigned(ICHIKAWA, 0) == []
