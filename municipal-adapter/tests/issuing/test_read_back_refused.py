"""A certificate that does not say what the record says never leaves, not at the next try either."""

import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import aiohttp
import yaml
from local_stack.processes import ManagedProcess
from municipal_adapter.certificates.render import DEFAULT_TEMPLATES
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
    tmp_path: Path,
) -> None:
    visit, issuance = await reception.visitor(ICHIKAWA), str(uuid4())
    order = visit.order()
    process = start(ADAPTER_FILES=str(with_wrong_templates(towns[ICHIKAWA], tmp_path)))
    async with aiohttp.ClientSession() as http:
        wrong = Asking(http, process.ready_url.removesuffix("/livez"), centre.gateway)
        async with http.get(f"{wrong.address}/readyz") as answer:
            assert "sample did not come out right" in await answer.text()
        assert (await wrong.prepare(visit, order, issuance)).slug == "read-back-refused"
    again = await reception.asking.prepare(visit, order, issuance)
    assert again.slug == "read-back-refused"


def with_wrong_templates(town: Town, folder: Path) -> Path:
    """Return an adapter file whose templates name another mayor than the records."""
    shutil.copytree(DEFAULT_TEMPLATES, folder / "templates")
    page = folder / "templates" / "page.typ"
    source = page.read_text("utf-8")
    assert "#certificate.mayor_name" in source
    page.write_text(source.replace("#certificate.mayor_name", "別人"), encoding="utf-8")
    values = yaml.safe_load(town.file.read_text("utf-8"))
    file = town.folder / "wrong-templates.yaml"
    file.write_text(yaml.safe_dump(values | {"templates": str(folder / "templates")}))
    return file
