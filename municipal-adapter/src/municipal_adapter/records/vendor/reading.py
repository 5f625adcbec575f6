"""Reading a vendor's document apart: in a process of its own, which ends if it takes too long.

Parsers of PDF hold all threads of a process while they work, and nobody can list all the small
files that cost them seconds. So the process that answers other people never parses such a file; it
gets the marks that were read from it (decision 0017).
"""

import math
import multiprocessing
import resource
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeAlias

import pikepdf
import structlog
from madoguchi_wire.errors import ServiceUnavailable

from municipal_adapter.certificates.anew import spelt_anew
from municipal_adapter.readback.fonts.approved import ApprovedFonts, open_approved
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import UNREADABLE, Page, read_pages
from municipal_adapter.readback.structure import check_structure
from municipal_adapter.readback.weight import check_weight
from municipal_adapter.records.source import SourceUnavailable

_DOCUMENT_S, _BEGINNING_S = 3.0, 60.0
"""For one document (three pages need 0.03 of a core), and until a new process is ready."""
_MEMORY = 2 * 1024**3
_TRIES = 2
_NOT_STARTED = (EOFError, OSError)
_log = structlog.get_logger()
_apart = multiprocessing.get_context("forkserver")
_apart.set_forkserver_preload([__name__])

_Fonts: TypeAlias = Sequence[tuple[Path, str]]


@dataclass(frozen=True)
class _Refused:
    is_mismatch: bool
    why: str


class ReaderApart:
    """One process that reads documents, one at a time; for one thread."""

    def __init__(self, fonts: _Fonts) -> None:
        """Start the process.

        Args:
            fonts: the approved ones, file and digest.

        Raises:
            ValueError: it cannot be started here.

        """
        self._fonts = fonts
        self._process: BaseProcess | None = None
        try:
            self._start()
        except _NOT_STARTED as fault:
            why = f"no process that reads a vendor's documents can be started ({fault!r}):"
            raise ValueError(f"{why} is there a folder for temporary files?") from None

    def pages(self, pdf: bytes, most_pages: int) -> list[Page]:
        """Return the pages of a document.

        Raises:
            ReadBackMismatch: it is built otherwise than certificates are, or hides something.
            SourceUnavailable: it is cut off, or costs more time or memory than any certificate:
                nobody's document, so no mix-up either.
            ServiceUnavailable: no process can be started here at the moment.

        """
        read = self._read(pdf, most_pages)
        if not isinstance(read, _Refused):
            return read
        if not read.is_mismatch:
            raise SourceUnavailable(read.why)
        mismatch = ReadBackMismatch(read.why)
        mismatch.document = pdf
        raise mismatch

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._ours.close()
            self._process.kill()
            self._process.join()
            self._process = None

    def _read(self, pdf: bytes, most_pages: int) -> list[Page] | _Refused:
        for _ in range(_TRIES):
            self._started_again()
            try:
                return self._answer(pdf, most_pages)
            except TimeoutError:
                break
            except (EOFError, OSError):
                # Somebody ended it, or this document did: one more try tells.
                self.close()
        self.close()
        raise SourceUnavailable("the vendor's document cannot be read in time")

    def _started_again(self) -> None:
        if self._process is not None:
            return
        try:
            self._start()
        except _NOT_STARTED as fault:
            _log.error("vendor_reader_not_started", kind=type(fault).__name__)
            raise ServiceUnavailable() from None

    def _start(self) -> None:
        ours, theirs = _apart.Pipe()
        process = _apart.Process(target=_serve, args=(theirs, self._fonts), daemon=True)
        try:
            process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._ours, self._process, self._is_ready = ours, process, False

    def _answer(self, pdf: bytes, most_pages: int) -> list[Page] | _Refused:
        if not self._is_ready:
            self._received(_BEGINNING_S)
            self._is_ready = True
        self._ours.send((pdf, most_pages))
        return self._received(_DOCUMENT_S)

    def _received(self, seconds: float) -> list[Page] | _Refused:
        if not self._ours.poll(seconds):
            raise TimeoutError
        return self._ours.recv()


def _serve(asked: "Connection", fonts: _Fonts) -> None:
    # Ctrl-C reaches all processes of a terminal; this one ends with the one that asks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, hard))
    approved = open_approved(fonts)
    asked.send([])
    while True:
        try:
            pdf, most_pages = asked.recv()
        except EOFError:
            return
        # Also where nobody waits any more, because whoever asked was killed.
        signal.alarm(math.ceil(_DOCUMENT_S) + 1)
        asked.send(_read(pdf, most_pages, approved))
        signal.alarm(0)


def _read(pdf: bytes, most_pages: int, approved: ApprovedFonts) -> list[Page] | _Refused:
    try:
        _check_whole(pdf)
        _check_given(pdf, most_pages)
        return read_pages(_spelt_anew(pdf), approved)
    except ReadBackMismatch as mismatch:
        return _Refused(is_mismatch=True, why=mismatch.where)
    except SourceUnavailable as fault:
        return _Refused(is_mismatch=False, why=str(fault))
    except MemoryError:
        return _Refused(is_mismatch=False, why="the vendor's document needs too much memory")


def _check_whole(pdf: bytes) -> None:
    """Tell an answer that was cut off from a document: it is nobody's, so no mix-up either."""
    check_weight(pdf)
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False):
            return
    except UNREADABLE as fault:
        raise SourceUnavailable(
            f"the vendor's document is no whole PDF, or is locked ({type(fault).__name__})"
        ) from None


def _check_given(pdf: bytes, most_pages: int) -> None:
    """Look at the vendor's document as it came, before anything is written anew."""
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            check_structure(document, pdf)
            if not 0 < len(document.pages) <= most_pages:
                raise ReadBackMismatch("too few or too many pages")
    except UNREADABLE as fault:
        what = f"the vendor's document cannot be read ({type(fault).__name__})"
        raise ReadBackMismatch(what) from None


def _spelt_anew(pdf: bytes) -> bytes:
    try:
        return spelt_anew(pdf)
    except UNREADABLE as fault:
        what = f"the vendor's document cannot be spelt anew ({type(fault).__name__})"
        raise ReadBackMismatch(what) from None
