"""Threads that render and read back, so that the event loop never waits for a page.

Threads suffice: Typst works without the interpreter's lock, so two threads render twice as much.
Municipalities whose templates and fonts are the same share them, and take turns.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local

from municipal_adapter.certificates.content import Content
from municipal_adapter.certificates.documents import Finished, Wanted
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.certificates.render import (
    Prepared,
    Renderer,
    template_sources,
    templates_fingerprint,
)
from municipal_adapter.certificates.turns import Turns
from municipal_adapter.readback.fonts.approved import open_approved
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.read_back import read_back
from municipal_adapter.readback.template_words import TemplateWords


class RenderWorkers:
    """Worker threads, each with a renderer of its own; municipalities take turns."""

    def __init__(self, templates: Path | None, workers: int, fonts: Fonts | None = None) -> None:
        """Note the fingerprints of templates and fonts; renderers start with their threads.

        Args:
            templates: the municipality's folder of templates; None: ours.
            workers: threads.
            fonts: the municipality's approved fonts; None: the one that the adapter brings.

        """
        self.templates_fingerprint = templates_fingerprint(templates)
        self._fonts = fonts or Fonts()
        self.fonts_fingerprint = self._fonts.fingerprint
        self._templates = templates
        self._words = TemplateWords(template_sources(templates))
        self._approved = open_approved([(font.path, font.digest) for font in self._fonts.approved])
        self._front = Renderer(templates, self._fonts)
        self._own = local()
        self._turns = Turns(workers)
        self._threads = ThreadPoolExecutor(workers, "render", self._start)

    async def made(self, wanted: Wanted) -> Finished:
        """Return the finished document, which says what the record says."""
        return await self.render_and_read_back(wanted.content)

    async def render_and_read_back(self, content: Content) -> Finished:
        """Return the finished document, which says what the record says.

        Raises:
            Unprintable: no approved font draws every character of the record, or a text of it is
                longer than the form.
            ReadBackMismatch: the pages differ from the record, or the templates are no longer
                those of the fingerprint.

        """
        # Before it waits for a thread: how long that takes must not tell this reason from others.
        prepared = self._front.prepared(content)
        loop = asyncio.get_running_loop()
        async with self._turns.taken(content.issue.municipality_name):
            return await loop.run_in_executor(self._threads, self._work, prepared)

    def close(self) -> None:
        """Wait for documents in work and end the threads."""
        self._threads.shutdown()

    def _start(self) -> None:
        self._own.renderer = Renderer(self._templates, self._fonts)

    def _work(self, prepared: Prepared) -> Finished:
        renderer: Renderer = self._own.renderer
        pdf = renderer.compiled(prepared)
        try:
            paper = read_back(pdf, prepared.written, self._words, self._approved)
        except ReadBackMismatch as mismatch:
            mismatch.document = pdf
            raise
        # Typst reads a changed file at once, but what is attested is the fingerprint of the start.
        if templates_fingerprint(self._templates) != self.templates_fingerprint:
            raise ReadBackMismatch("the templates changed since the start: restart the adapter")
        return Finished(pdf, prepared.written, prepared.font, paper)

    def as_printed(self, name: str, finished: Finished) -> str:
        """Return a name of the records as it is written on this document."""
        return finished.font.as_drawn(self._fonts.with_gaiji(name))
