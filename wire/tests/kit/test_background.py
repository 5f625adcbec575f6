"""Tasks beside the requests survive their own faults, and log no text that a person sent."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from madoguchi_wire.kit.background import every
from madoguchi_wire.kit.clock_file import FileClock, move_clock_file


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


async def test_what_falls_due_in_a_jump_of_the_clock_is_done_then(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    move_clock_file(file, timedelta(0))
    turns: asyncio.Queue[None] = asyncio.Queue()

    async def action() -> None:
        turns.put_nowait(None)

    task = asyncio.create_task(every(3600, "example", action, FileClock(file)))
    async with asyncio.timeout(5):
        await turns.get()
        move_clock_file(file, timedelta(minutes=59))
        await asyncio.sleep(0.2)
        assert turns.empty()
        move_clock_file(file, timedelta(minutes=61))
        await turns.get()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
