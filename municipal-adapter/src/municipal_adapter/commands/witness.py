"""What officers (担当者) look at when their municipality countersigns the centre's stamps."""

from datetime import datetime

from madoguchi_wire.clock import JAPAN

from municipal_adapter.officers.desk import Desk
from municipal_adapter.witness.book import Conflict
from municipal_adapter.witness.chain import Seen

_ADVICE = (
    "A conflict means that stamps were left out, or that the history before was changed: ask the"
    " centre in writing, and keep this database."
)


async def told(desk: Desk) -> list[str]:
    """Return the lines of `witness`: the head, since when, and the conflicts."""
    code, book = desk.file.municipality, desk.witness_book
    head, oldest = await book.head(), await book.oldest()
    lines = [_signing(desk, code), *_seen(head, oldest)]
    conflicts = await book.conflicts()
    if not conflicts:
        return [*lines, "no conflict: every stamp continued the one before it"]
    return [
        *lines,
        *[_conflict(one) for one in conflicts],
        _ADVICE,
    ]


def _signing(desk: Desk, code: str) -> str:
    if desk.file.keys.countersigning is None:
        return f"{code} countersigns nothing: its adapter file names no keys.countersigning"
    return f"{code} countersigns the stamps of {desk.file.gateway}"


def _seen(head: Seen | None, oldest: Seen | None) -> list[str]:
    if head is None or oldest is None:
        return ["no stamp was seen yet"]
    return [
        f"head: stamp {head.number}, {head.total} events, {head.digest}",
        f"seen {_moment(head.seen_at)}, stamped {_moment(head.stamped_at)}",
        f"watching since stamp {oldest.number} ({_moment(oldest.seen_at)})",
    ]


def _conflict(one: Conflict) -> str:
    return (
        f"CONFLICT {_moment(one.first_at)}: {one.why} ({one.times} times, last"
        f" {_moment(one.last_at)}; {one.digest})"
    )


def _moment(moment: datetime) -> str:
    return moment.astimezone(JAPAN).isoformat(timespec="seconds")
