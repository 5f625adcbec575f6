"""The events of one page on their way: batches by partition, halved around what is refused."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from aiokafka.errors import UnknownError  # pyright: ignore[reportMissingTypeStubs] (it has none)

from relay.batch import Row
from relay.kafka_faults import REASONS, refused_for_good
from relay.outbox import SetAside

Head: TypeAlias = tuple[int, list[Row]]
"""The batch that is next in its partition."""


class Work:
    """What is left to send, and what became of the rest."""

    def __init__(self, rows: Iterable[Row], partition_of: Callable[[Row], int]) -> None:
        self.left: dict[int, list[list[Row]]] = {}
        self.kept: list[Row] = []
        self.aside: list[SetAside] = []
        self.failed = False
        """Something waits, because the brokers did not take it now."""
        for row in rows:
            self.left.setdefault(partition_of(row), [[]])[0].append(row)

    def heads(self) -> list[Head]:
        """Return the next batch of each partition."""
        return [(partition, batches[0]) for partition, batches in self.left.items()]

    def take(self, head: Head, answer: int | Exception) -> SetAside | None:
        """Hear how many of a batch were kept, or why none was.

        Returns the row that can never get in, with the reason, once it was refused alone.
        """
        partition, batch = head
        batches = self.left.pop(partition)[1:]
        refused: SetAside | None = None
        if isinstance(answer, int):
            self.kept += batch[:answer]
            batches = [batch[answer:], *batches]
        elif not self._for_good(answer, batch):
            self.failed, batches = True, []
        elif len(batch) > 1:
            middle = len(batch) // 2
            batches = [batch[:middle], batch[middle:], *batches]
        else:
            refused = (batch[0], REASONS[type(answer)])
        self._put(partition, batches)
        return refused

    def drop(self, row: Row) -> None:
        """Let a row and its successors wait for the next time."""
        self.failed = True
        for partition, batches in list(self.left.items()):
            self._put(
                partition, [[r for r in batch if r.subject != row.subject] for batch in batches]
            )

    def _for_good(self, error: Exception, batch: list[Row]) -> bool:
        if isinstance(error, UnknownError) and len(batch) == 1:
            # Of a cluster that refuses everything like this, nothing is learned about one event.
            return bool(self.kept)
        return refused_for_good(error)

    def _put(self, partition: int, batches: list[list[Row]]) -> None:
        left = [batch for batch in batches if batch]
        if left:
            self.left[partition] = left
        else:
            self.left.pop(partition, None)
