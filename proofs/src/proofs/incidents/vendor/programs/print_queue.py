"""F1, Yokohama 2023: a time limit that gives up the turn, but not the request.

Each request has its turn, hands its job to the converter and takes the next print image that
comes out. Under load an image takes longer than the limit. Then the handler releases the turn
alone: the request goes on waiting, for what is the next person's image by now.
"""

import queue
import random
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from proofs.incidents.vendor.press import Asked, Image, subject_of
from proofs.incidents.vendor.program import Paper, Workshop

LIMIT_S = 0.06
CONVERTERS = 8
ALONE_S, EACH_OTHER_S, MOST_OTHERS = 0.02, 0.01, 10
"""How long a conversion takes, and how much longer for each other request in the house: alone it
is never over the limit."""
SPREAD = 0.3, 2.4
_GIVE_UP_S = 30


class PrintQueue:
    """The queue of print images."""

    def __init__(self, workshop: Workshop) -> None:
        self._press = workshop.press
        self._turn, self._counting = Lock(), Lock()
        self._in_the_house = 0
        self._came_out: queue.Queue[Image] = queue.Queue()
        self._converters = ThreadPoolExecutor(CONVERTERS, "converter")
        self._chance = random.Random(workshop.seed)

    def paper(self, asked: Asked) -> Paper:
        """Return what is taken from the queue."""
        with self._counting:
            self._in_the_house += 1
        try:
            image = self._image(asked)
        finally:
            with self._counting:
                self._in_the_house -= 1
        return Paper(image.pdf, image.of != subject_of(asked))

    def _image(self, asked: Asked) -> Image:
        self._turn.acquire()
        self._converters.submit(self._convert, asked)
        try:
            image = self._came_out.get(timeout=LIMIT_S)
        except queue.Empty:
            self._turn.release()  # the fault: the turn is given up, the request is not
            return self._came_out.get(timeout=_GIVE_UP_S)
        self._turn.release()
        return image

    def _convert(self, asked: Asked) -> None:
        image = self._press.image(asked)
        with self._counting:
            others = min(self._in_the_house - 1, MOST_OTHERS)
            spread = self._chance.uniform(*SPREAD)
        time.sleep((ALONE_S + EACH_OTHER_S * others) * spread)
        self._came_out.put(image)


def make(workshop: Workshop) -> PrintQueue:
    """Return the program."""
    return PrintQueue(workshop)
