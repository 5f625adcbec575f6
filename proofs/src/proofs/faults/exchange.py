"""Two answers that change places: each asker gets what the other asked for."""

import asyncio
import re
from dataclasses import dataclass, field

from proofs.faults.passage import Passage

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_HEAD_ENDS = b"\r\n\r\n"


@dataclass
class Exchange:
    """Lets good answers over HTTP change places, in pairs, until so many have."""

    about: bytes
    """What the requests' first line has in it."""
    pairs: int = 1
    patience_s: float = 2.0
    """How long an answer waits for another one; then it goes where it belongs."""
    _waiting: list[tuple[bytes, "asyncio.Future[bytes]"]] = field(
        default_factory=list[tuple[bytes, "asyncio.Future[bytes]"]]
    )

    def wants(self, passage: Passage, piece: bytes) -> bool:
        """Tell whether a piece begins an answer that shall change places."""
        begins = passage.waits and piece.startswith(b"HTTP/1.1 200 ")
        return self.pairs > 0 and begins and self.about in passage.request

    async def instead_of(self, answer: bytes) -> bytes:
        """Return the answer that takes this one's place: another's, or itself if none came."""
        self._waiting = [one for one in self._waiting if not one[1].done()]
        if self._waiting and self._waiting[0][0] != answer:
            other, theirs = self._waiting.pop(0)
            theirs.set_result(answer)
            self.pairs -= 1
            return other
        mine = asyncio.get_running_loop().create_future()
        self._waiting.append((answer, mine))
        try:
            return await asyncio.wait_for(mine, self.patience_s)
        except TimeoutError:
            return answer


async def whole_answer(begun: bytes, source: asyncio.StreamReader) -> bytes:
    """Return an answer from its first piece to its end.

    Raises:
        OSError, asyncio.IncompleteReadError: it was cut short.

    """
    answer = begun
    while _HEAD_ENDS not in answer:
        answer += await source.readexactly(1)
    head, _, body = answer.partition(_HEAD_ENDS)
    length = _LENGTH.search(head + b"\r\n")
    left = int(length[1]) - len(body) if length else 0
    return answer + (await source.readexactly(left) if left > 0 else b"")
