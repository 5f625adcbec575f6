"""A vendor's server that means harm: each way of giving somebody else's data away, in turn."""

import random
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from threading import Lock
from typing import Any, cast

import pikepdf
from municipal_adapter.certificates.content import SealRegistrationContent
from municipal_adapter.records.model import SealStatus

from proofs.incidents.vendor.press import Asked
from proofs.incidents.vendor.program import Paper, Workshop

HONEST = 0.3
"""How many of the papers are right, so that it goes unnoticed for a while."""


class Traitor:
    """Each request gets a right paper or one of the tricks, by chance."""

    def __init__(self, workshop: Workshop) -> None:
        self._press = workshop.press
        self._chance, self._lock = random.Random(workshop.seed), Lock()
        seals = workshop.press.town.records.seals
        self._victims = [one for one in seals if seals[one].status is SealStatus.ACTIVE]

    def paper(self, asked: Asked) -> Paper:
        """Return what this one gets."""
        with self._lock:
            honest = self._chance.random() < HONEST
            victim = self._chance.choice([one for one in self._victims if one != asked["person"]])
            trick = self._chance.choice(self._tricks(asked))
        if honest:
            return Paper(self._press.image(asked).pdf, struck=False)
        return trick(asked, victim)

    def _tricks(self, asked: Asked) -> list[Callable[[Asked, str], Paper]]:
        tricks = [self._others_paper, self._others_page, self._hidden, self._record_beside]
        if asked["kind"] == "seal_registration":
            tricks.append(self._others_seal)
        return tricks

    def _others_paper(self, asked: Asked, victim: str) -> Paper:
        return Paper(self._others(asked, victim), struck=True)

    def _others_page(self, asked: Asked, victim: str) -> Paper:
        with (
            pikepdf.open(BytesIO(self._press.image(asked).pdf)) as right,
            pikepdf.open(BytesIO(self._others(asked, victim))) as theirs,
        ):
            right.pages.append(theirs.pages[0])
            return Paper(_saved(right), struck=True)

    def _hidden(self, asked: Asked, victim: str) -> Paper:
        """The other's paper, too small to be seen; whoever has the file can read it."""
        with (
            pikepdf.open(BytesIO(self._press.image(asked).pdf)) as right,
            pikepdf.open(BytesIO(self._others(asked, victim))) as theirs,
        ):
            first = cast("Any", right.pages[0])  # its types ask for an optional part
            first.add_overlay(theirs.pages[0], pikepdf.Rectangle(300, 60, 302, 63))
            return Paper(_saved(right), struck=True)

    def _record_beside(self, asked: Asked, victim: str) -> Paper:
        return Paper(self._others(asked, victim), struck=True, record_of=victim)

    def _others_seal(self, asked: Asked, victim: str) -> Paper:
        content, others = self._press.content(asked), self._press.town.records.seals[victim]
        if not isinstance(content, SealRegistrationContent):
            raise TypeError("no seal on this paper")
        forged = replace(content, picture_png=others.picture_png)
        return Paper(self._press.printed(forged), content.picture_png != others.picture_png)

    def _others(self, asked: Asked, victim: str) -> bytes:
        return self._press.printed(self._press.content(asked, victim))


def _saved(document: pikepdf.Pdf) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def make(workshop: Workshop) -> Traitor:
    """Return the program."""
    return Traitor(workshop)
