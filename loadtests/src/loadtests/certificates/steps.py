"""Timing each step of one certificate on one core, the bare rendering between them.

Bare and whole are taken in turns, of different people, so that both see the same machine and
neither profits from what the renderer remembers of the other.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from statistics import median
from typing import TypeVar

from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import Kind
from municipal_adapter.certificates.content import Content
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.certificates.render import Renderer, template_sources
from municipal_adapter.issuing.attest import Document, attested
from municipal_adapter.readback.fonts.approved import open_approved
from municipal_adapter.readback.read_back import read_back
from municipal_adapter.readback.template_words import TemplateWords

from loadtests.certificates.cardholder import Cardholder
from loadtests.certificates.papers import contents

WARM_UP = 40
_T = TypeVar("_T")


@dataclass(frozen=True)
class Steps:
    """Medians, in ms, of one core."""

    bare_render: float
    """Typst alone, with all it needs ready in memory."""
    render: float
    """From the content to the PDF."""
    read_back: float
    """Every page parsed and compared, glyphs and pictures too."""
    attest_and_seal: float
    ms_total: float
    """Without the bare one."""

    @property
    def ratio(self) -> float:
        """All steps by the bare rendering."""
        return self.ms_total / self.bare_render


class Bench:
    """Everything that one worker has, in one thread."""

    def __init__(self) -> None:
        fonts = Fonts()
        self.renderer = Renderer(None, fonts)
        self.words = TemplateWords(template_sources(None))
        self.approved = open_approved([(font.path, font.digest) for font in fonts.approved])
        self.cardholder, self.key = Cardholder(), SigningKey.generate()

    def bare(self, content: Content) -> float:
        """Return the ms of a bare rendering."""
        prepared = self.renderer.prepared(content)
        return _timed(lambda: self.renderer.compiled(prepared))[1]

    def whole(self, kind: Kind, content: Content) -> tuple[float, float, float]:
        """Return the ms of rendering, of reading back, of attesting and sealing."""
        request = self.cardholder.request(kind, content.issue.issuance)
        rendered, render = _timed(lambda: self.renderer.render(content))
        paper, reading = _timed(
            lambda: read_back(rendered.pdf, rendered.written, self.words, self.approved)
        )
        document = Document(
            pdf=rendered.pdf,
            pages=paper.pages,
            certificate_number=content.issue.certificate_number,
            records_version="1",
            build="bench",
            templates="0" * 64,
            fonts="0" * 64,
            paper="0" * 64,
            test=False,
        )
        now = datetime.now(UTC)
        _, sealing = _timed(lambda: attested(document, request, self.key, now))
        return render, reading, sealing


def measure(kind: Kind, rounds: int, told: Callable[[int], None]) -> Steps:
    """Return what each step costs.

    Args:
        kind: of certificate.
        rounds: certificates of each sort.
        told: hears how many are done.

    """
    bench, one, other = Bench(), contents(kind, 0), contents(kind, 1)
    bare: list[float] = []
    whole: list[tuple[float, float, float]] = []
    for number in range(rounds + WARM_UP):
        first, second = (one, other) if number % 2 else (other, one)
        taken, steps = bench.bare(next(first)), bench.whole(kind, next(second))
        if number >= WARM_UP:
            bare.append(taken)
            whole.append(steps)
        told(number)
    render, reading, sealing = (median(step) for step in zip(*whole, strict=True))
    return Steps(
        bare_render=median(bare),
        render=render,
        read_back=reading,
        attest_and_seal=sealing,
        ms_total=median(sum(steps) for steps in whole),
    )


def as_json(steps: Steps) -> dict[str, float]:
    """Return the steps with three decimals."""
    return {name: round(value, 3) for name, value in asdict(steps).items()}


def _timed(step: Callable[[], _T]) -> tuple[_T, float]:
    before = time.perf_counter()
    result = step()
    return result, (time.perf_counter() - before) * 1000
