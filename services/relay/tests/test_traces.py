"""The relay's spans lead to the traces in which its events happened."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from gateway.audit.outbox import OutboxRow, issuance_row
from local_stack.processes import ManagedProcess
from madoguchi_wire.events import EventType

TRACES = ["0af7651916cd43dd8448eb211c80319c", "4bf92f3577b34da6a3ce929d0e0e4736"]


def an_event(trace: str | None) -> OutboxRow:
    return issuance_row(
        source="centre.madoguchi.example",
        type=EventType.ISSUANCE_ACCEPTED,
        issuance=uuid4(),
        sequence=1,
        moment=datetime(2026, 11, 23, 7, 20, 6, tzinfo=UTC),
        municipality="122033",
        accepted_on=date(2026, 11, 30),
        data={"trace": trace},
    )


def spans(text: str) -> list[dict[str, Any]]:
    """Return the batches among the spans in a log, one JSON object after another."""
    found: list[dict[str, Any]] = []
    while text := text.lstrip():
        value, end = json.JSONDecoder().raw_decode(text)
        found += [value] if value.get("name") == "relay batch" else []
        text = text[end:]
    return found


def _lines(file: Path) -> int:
    return len(file.read_bytes().splitlines())


async def test_a_batch_is_linked_to_the_trace_of_each_event(
    insert: Callable[[Sequence[OutboxRow]], Awaitable[None]],
    make_relay: Callable[..., ManagedProcess],
    audit_file: Path,
) -> None:
    rows = [an_event(trace) for trace in (*TRACES, None)]
    await insert(rows)
    relay = make_relay(OTEL_TRACES_EXPORTER="console")
    relay.start()
    async with asyncio.timeout(10):
        while True:
            if _lines(audit_file) == len(rows):
                break
            await asyncio.sleep(0.02)
    relay.terminate()
    batches = spans(relay.log.read_text())
    links = [link for batch in batches for link in batch["links"]]
    assert sum(batch["attributes"]["events"] for batch in batches) == 3
    assert {(link["context"]["trace_id"], link["attributes"]["subject"]) for link in links} == {
        (f"0x{trace}", row.subject) for trace, row in zip(TRACES, rows, strict=False)
    }
