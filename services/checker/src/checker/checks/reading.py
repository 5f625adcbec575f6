"""Reads and judges papers, many at once and few in memory."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Self

from madoguchi_wire.attestation import Attestation

from checker.checks.paper import check_paper
from checker.checks.persons import People, check_persons
from checker.evidence.askings import Asking
from checker.evidence.papers import PaperFile
from checker.evidence.register import CardRegister
from checker.evidence.rows import Issuance
from checker.fault import Fault

_FEW = 64
"""So many are read sooner than processes start."""
_AT_ONCE = 32
_WAITING = 4
"""Pieces of work that wait for each process."""


@dataclass(frozen=True, slots=True)
class Question:
    """A paper, and all that it is held against."""

    paper: PaperFile
    issuance: Issuance
    attestation: Attestation | None
    """None if it does not verify; another check says so."""
    asking: Asking | None


class Reading:
    """Judges papers: here if they are few, else in a process for each processor.

    Args:
        register: what must stand on the papers.
        papers: how many there are.
        told: hears the progress, each time that `told_every` more have been read.
    """

    def __init__(
        self,
        register: CardRegister,
        papers: int,
        told: Callable[[str], None],
        told_every: int = 2000,
    ) -> None:
        self._register, self._papers = register, papers
        self._told, self._told_every = told, told_every
        self._processes = os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Start the processes, if there are any."""
        if self._papers > _FEW:
            self._pool = ProcessPoolExecutor(
                self._processes,
                # Whoever calls may have threads, which a fork would leave half done.
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(self._register,),
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End them."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def faults(self, questions: Iterable[Question]) -> Iterator[Fault]:
        """Yield what is wrong, paper by paper, in their order."""
        if self._pool is None:
            people = People(self._register)
            for question in questions:
                yield from judged(question, people)
            return
        yield from self._side_by_side(self._pool, iter(questions))

    def _side_by_side(
        self, pool: ProcessPoolExecutor, questions: Iterator[Question]
    ) -> Iterator[Fault]:
        waiting: deque[Future[list[Fault]]] = deque()
        read = 0
        while True:
            while len(waiting) < self._processes * _WAITING:
                piece = list(islice(questions, _AT_ONCE))
                if not piece:
                    break
                waiting.append(pool.submit(_judge, piece))
            if not waiting:
                return
            yield from waiting.popleft().result()
            before, read = read, min(read + _AT_ONCE, self._papers)
            if before // self._told_every < read // self._told_every:
                self._told(f"{read} of {self._papers} papers read")


def judged(question: Question, people: People) -> Iterator[Fault]:
    """Read one paper and find what is wrong with it."""
    paper = question.paper.read()
    yield from check_paper(paper, question.issuance)
    if question.attestation is not None:
        yield from check_persons(
            paper, question.issuance, question.attestation, question.asking, people
        )


_people: People | None = None
"""Of a process that judges."""


def _begin(register: CardRegister) -> None:
    global _people
    _people = People(register)


def _judge(piece: Sequence[Question]) -> list[Fault]:
    if _people is None:
        raise RuntimeError("the process was not begun")
    return [fault for question in piece for fault in judged(question, _people)]
