"""A certificate that does not say what the record says never leaves, not at the next try either."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import aiohttp
from local_stack.processes import ManagedProcess
from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.reception import Reception
from municipal_adapter_testing.town import Town

ICHIKAWA = "122033"


async def test_trying_again_does_not_print_what_failed_its_check(
    start: Callable[..., ManagedProcess],
    reception: Reception,
    centre: Centre,
    towns: dict[str, Town],
    wrong_templates: Callable[[Town], Path],
) -> None:
    visit, issuance = await reception.visitor(ICHIKAWA), str(uuid4())
    order = visit.order()
    process = start(ADAPTER_FILES=str(wrong_templates(towns[ICHIKAWA])))
    async with aiohttp.ClientSession() as http:
        wrong = Asking(http, process.ready_url.removesuffix("/livez"), centre.gateway)
        async with http.get(f"{wrong.address}/readyz") as answer:
            assert "sample did not come out right" in await answer.text()
        assert (await wrong.prepare(visit, order, issuance)).slug == "read-back-refused"
    again = await reception.asking.prepare(visit, order, issuance)
    assert again.slug == "read-back-refused"
