"""Many certificates at once."""

import asyncio

from municipal_adapter.certificates.content import Content
from municipal_adapter.certificates.workers import RenderWorkers
from municipal_adapter.readback.read_back import read_back
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import ichikawa, resident_record, seal_registration


async def test_certificates_made_at_once_are_each_of_their_own_person() -> None:
    contents: list[Content] = [resident_record(case) for case in Case]
    contents += [
        seal_registration(case) for case in Case if ichikawa().cases[case] in ichikawa().seals
    ]
    workers = RenderWorkers(None, 3)
    try:
        made = await asyncio.gather(*(workers.render_and_read_back(one) for one in contents))
    finally:
        workers.close()
    for content, rendered in zip(contents, made, strict=True):
        assert read_back(rendered.pdf, content) == rendered.pages
