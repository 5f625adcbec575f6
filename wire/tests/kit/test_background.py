"""Tasks beside the requests survive their own faults, and log no text that a person sent."""

import asyncio

import pytest
from madoguchi_wire.kit.background import every


async def test_a_fault_does_not_end_a_task_nor_quote_anything(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = asyncio.Event()
    turns = 0

    async def action() -> None:
        nonlocal turns
        turns += 1
        if turns < 3:
            raise ValueError("山田太郎")
        done.set()

    task = asyncio.create_task(every(0, "example", action))
    async with asyncio.timeout(5):
        await done.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    logged = capsys.readouterr().out
    assert logged.count("background_task_failed") == 2
    assert "ValueError" in logged
    assert "山田太郎" not in logged
