"""The part of the vendor's server that works: it makes a print image of what is asked for."""

import json
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import local
from typing import Any

from municipal_adapter.certificates.content import Content, Office
from municipal_adapter_testing.vendor.paper import VendorPrinter
from municipal_adapter_testing.vendor.server import content_of
from municipal_adapter_testing.vendor.town import VendorTown

Asked = Mapping[str, Any]
"""The body of a request for a paper."""
_THREADS = 2


@dataclass(frozen=True)
class Image:
    """A print image."""

    of: str
    """What it says, as `subject_of` names it."""
    pdf: bytes = field(repr=False)


def subject_of(asked: Asked) -> str:
    """Name what a paper says: two orders of one person for the same thing have the same."""
    return json.dumps({name: asked[name] for name in asked if name != "reference"}, sort_keys=True)


class Press:
    """Makes print images, two at a time."""

    def __init__(self, town: VendorTown, office: Office, font: Path | None, each: int) -> None:
        self.town, self.office = town, office
        self._font, self._each = font, each
        self._own = local()
        self._threads = ThreadPoolExecutor(_THREADS, "press", self._start)
        for ready in [self._threads.submit(lambda: None) for _ in range(_THREADS)]:
            ready.result()

    def content(self, asked: Asked, paper_of: str | None = None) -> Content:
        """Return what a paper says; `paper_of`, if given, is whose it is instead."""
        return content_of(self.town, self.office, dict(asked), paper_of)

    def image(self, asked: Asked) -> Image:
        """Return the right image."""
        return Image(subject_of(asked), self.printed(self.content(asked)))

    def printed(self, content: Content) -> bytes:
        """Return the print image of a content."""
        future: Future[bytes] = self._threads.submit(self._print, content)
        return future.result()

    def _start(self) -> None:
        self._own.printer = (
            VendorPrinter(persons_a_page=self._each)
            if self._font is None
            else VendorPrinter(self._font, self._each)
        )

    def _print(self, content: Content) -> bytes:
        printer: VendorPrinter = self._own.printer
        return printer.printed(content)
