"""A small file that costs a reader much holds nobody else, and is refused."""

import os
import signal
import threading
import time
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from madoguchi_wire.errors import ServiceUnavailable
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.certificates.render import Renderer
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.records.source import SourceUnavailable
from municipal_adapter.records.vendor.reading import ReaderApart
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import resident_record, seal_registration
from municipal_adapter_testing.vendor.server import changed

PAPER = Renderer().render(seal_registration(Case.ORDINARY)).pdf
LONGEST_S = 12
"""For a file whose process is ended after three seconds, beside others."""
HELD_S = 1
"""What another thread may wait; parsed in this process, some of these files hold it for seconds."""
Change = Callable[[pikepdf.Pdf], None]


@pytest.fixture(scope="module")
def reader() -> Iterator[ReaderApart]:
    reader = ReaderApart([(font.path, font.digest) for font in Fonts().approved])
    yield reader
    reader.close()


def font(document: pikepdf.Pdf) -> Any:
    fonts: Any = document.pages[0].obj.Resources.Font
    return next(iter(fonts.values()))


def text_of_codes(said: bytes) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        font(document).ToUnicode = pikepdf.Stream(document, said)

    return change


def widths(*array: int) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        font(document).DescendantFonts[0].W = pikepdf.Array(array)

    return change


def a_row_of_a_gigabyte(document: pikepdf.Pdf) -> None:
    stream = pikepdf.Stream(document, b"")
    how = pikepdf.Dictionary(Predictor=12, Columns=3 * 10**9)
    stream.write(zlib.compress(b"abc"), filter=pikepdf.Name.FlateDecode, decode_parms=how)
    document.pages[0].obj.Contents = document.make_indirect(stream)


def a_page_a_million_times(document: pikepdf.Pdf) -> None:
    document.Root.Pages.Kids = pikepdf.Array([document.pages[0].obj] * 1_000_000)
    document.Root.Pages.Count = 1_000_000


def fonts_without_end(document: pikepdf.Pdf) -> None:
    one = dict(font(document))
    for number in range(3000):
        document.pages[0].obj.Resources.Font[f"/z{number}"] = pikepdf.Dictionary(one)


HEAVY: dict[str, tuple[Change | bytes, str]] = {
    "texts that never end": (text_of_codes(b"beginbfchar " * 20_000), "no text"),
    "all texts again and again": (
        text_of_codes(b"beginbfrange\n" + b"<0000> <D7FF> <0041>\n" * 2000 + b"endbfrange"),
        "their text again and again",
    ),
    "a width for millions": (widths(0, 30_000_000, 500), "their width again and again"),
    "all widths again and again": (
        widths(*[0, 65_535, 500] * 10_000),
        "their width again and again",
    ),
    "a long row": (a_row_of_a_gigabyte, "too much memory"),
    "a page a million times": (a_page_a_million_times, "in time"),
    "thousands of fonts": (fonts_without_end, "more fonts than any certificate"),
    "streams with nothing in them": (
        PAPER + (b"stream\n" + zlib.compress(b"")) * 140_000,
        "more streams than any certificate",
    ),
}


@pytest.mark.parametrize("heavy", list(HEAVY))
def test_what_costs_more_than_any_certificate_holds_nobody_else(
    reader: ReaderApart, heavy: str
) -> None:
    made, why = HEAVY[heavy]
    pdf = made if isinstance(made, bytes) else changed(made)(PAPER)
    reader.pages(PAPER, 1)
    began = time.monotonic()
    refused = pytest.raises((ReadBackMismatch, SourceUnavailable), match=why)
    with longest_wait() as waited, refused:
        reader.pages(pdf, 1)
    assert time.monotonic() - began < LONGEST_S
    assert max(waited) < HELD_S
    assert len(reader.pages(PAPER, 1)) == 1


def test_a_paper_is_read_as_it_is(reader: ReaderApart) -> None:
    pages = reader.pages(Renderer().render(resident_record(Case.TEN_MEMBERS)).pdf, 3)
    assert len(pages) == 3
    assert all(page.runs and page.lines for page in pages)


def test_a_process_that_somebody_ended_refuses_nobody(reader: ReaderApart) -> None:
    reader.pages(PAPER, 1)
    for _ in range(2):
        os.kill(pid_of(reader), signal.SIGKILL)
        assert len(reader.pages(PAPER, 1)) == 1


def test_a_process_that_stands_still_holds_nobody(reader: ReaderApart) -> None:
    reader.pages(PAPER, 1)
    process = pid_of(reader)
    later = threading.Timer(LONGEST_S, os.kill, (process, signal.SIGCONT))
    os.kill(process, signal.SIGSTOP)
    later.start()
    try:
        with pytest.raises(SourceUnavailable, match="in time"):
            reader.pages(PAPER, 1)
    finally:
        later.cancel()
    assert len(reader.pages(PAPER, 1)) == 1


def test_where_none_can_be_started_it_is_said_and_tried_again(reader: ReaderApart) -> None:
    reader.pages(PAPER, 1)
    inside: Any = forkserver
    socket = Path(inside._forkserver._forkserver_address)
    away = socket.rename(socket.with_suffix(".away"))
    try:
        with pytest.raises(ValueError, match="temporary files"):
            ReaderApart([])
        for _ in range(2):
            reader.close()
            with pytest.raises(ServiceUnavailable):
                reader.pages(PAPER, 1)
    finally:
        away.rename(socket)
    assert len(reader.pages(PAPER, 1)) == 1


def pid_of(reader: ReaderApart) -> int:
    inside: Any = reader
    return inside._process.pid


@contextmanager
def longest_wait() -> Generator[list[float]]:
    """Note how long another thread of this process waits each time that it wants to go on."""
    waited, ends = list[float](), threading.Event()

    def tick() -> None:
        while not ends.is_set():
            began = time.monotonic()
            time.sleep(0.01)
            waited.append(time.monotonic() - began)

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        yield waited
    finally:
        ends.set()
        thread.join()
