"""How many certificates a second one and two cores make, with an adapter's own workers."""

import asyncio
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import chain
from multiprocessing import get_context

from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import Kind
from municipal_adapter.certificates.content import Content
from municipal_adapter.certificates.workers import RenderWorkers
from municipal_adapter.issuing.attest import Document, attested

from loadtests.certificates.cardholder import Cardholder
from loadtests.certificates.papers import contents

_AT_ONCE = 8


def per_second(kind: Kind, cores: int, seconds: float) -> float:
    """Return certificates a second of a process that has this many cores, after a second of warmth.

    Raises:
        ValueError: this machine has fewer cores.

    """
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < cores:
        raise ValueError(f"this machine lets us have {len(allowed)} cores: {cores} were asked for")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as child:
        return child.submit(_run, kind, allowed[:cores], seconds).result()


def _run(kind: Kind, cores: list[int], seconds: float) -> float:
    os.sched_setaffinity(0, cores)
    return asyncio.run(_made(kind, len(cores), seconds))


async def _made(kind: Kind, workers: int, seconds: float) -> float:
    rooms, cardholder, key = RenderWorkers(None, workers), Cardholder(), SigningKey.generate()
    papers = chain.from_iterable(zip(contents(kind, 0), contents(kind, 1), strict=False))
    try:
        await _for(rooms, cardholder, key, kind, papers, 1)
        begun = time.perf_counter()
        count = await _for(rooms, cardholder, key, kind, papers, seconds)
        return count / (time.perf_counter() - begun)
    finally:
        rooms.close()


async def _for(
    rooms: RenderWorkers,
    cardholder: Cardholder,
    key: SigningKey,
    kind: Kind,
    papers: Iterator[Content],
    seconds: float,
) -> int:
    until, made = time.perf_counter() + seconds, 0

    async def one_after_the_other() -> None:
        nonlocal made
        while time.perf_counter() < until:
            content = next(papers)
            finished = await rooms.render_and_read_back(content)
            document = Document(
                pdf=finished.pdf,
                pages=finished.paper.pages,
                certificate_number=content.issue.certificate_number,
                records_version="1",
                build="bench",
                templates=rooms.templates_fingerprint,
                fonts=rooms.fonts_fingerprint,
                paper="0" * 64,
                test=False,
            )
            request = cardholder.request(kind, content.issue.issuance)
            attested(document, request, key, datetime.now(UTC))
            made += 1

    await asyncio.gather(*(one_after_the_other() for _ in range(_AT_ONCE)))
    return made
