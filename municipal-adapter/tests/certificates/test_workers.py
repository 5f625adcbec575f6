"""Many certificates at once."""

import asyncio
from pathlib import Path
from shutil import copytree

import pytest
from municipal_adapter.certificates.content import Content
from municipal_adapter.certificates.render import DEFAULT_TEMPLATES, template_sources
from municipal_adapter.certificates.workers import RenderWorkers
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.read_back import read_back
from municipal_adapter.readback.template_words import TemplateWords
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import (
    approved_fonts,
    ichikawa,
    resident_record,
    seal_registration,
)


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
    words = TemplateWords(template_sources(None))
    for content, rendered in zip(contents, made, strict=True):
        assert read_back(rendered.pdf, content, words, approved_fonts()) == rendered.paper


async def test_what_differs_from_the_record_does_not_leave(tmp_path: Path) -> None:
    own = copytree(DEFAULT_TEMPLATES, tmp_path / "own")
    page = own / "page.typ"
    text = page.read_text("utf-8")
    assert "#certificate.issued" in text
    page.write_text(text.replace("#certificate.issued", ""), "utf-8")
    workers = RenderWorkers(own, 1)
    try:
        with pytest.raises(ReadBackMismatch):
            await workers.render_and_read_back(resident_record(Case.ORDINARY))
    finally:
        workers.close()


async def test_templates_that_change_under_a_running_adapter_are_not_used(tmp_path: Path) -> None:
    own = copytree(DEFAULT_TEMPLATES, tmp_path / "own")
    content, page = seal_registration(Case.ORDINARY), own / "page.typ"
    workers = RenderWorkers(own, 1)
    try:
        await workers.render_and_read_back(content)
        page.write_text(page.read_text("utf-8").replace("21pt", "22pt"), "utf-8")
        with pytest.raises(ReadBackMismatch, match="restart the adapter"):
            await workers.render_and_read_back(content)
    finally:
        workers.close()
