"""A strike counts only if something felt it: one that does nothing fails the run."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from local_stack.processes import ManagedProcess
from proofs.faults.line import Line
from proofs.faults.lines import Lines
from proofs.soak.operators import Operators
from proofs.soak.people import People
from proofs.soak.stage import Deadlines, Stage
from proofs.soak.strike import NotStruck, Scene, Strike
from proofs.soak.strikes import Striker

LINE = "gateway to adapter-1"
# Answers each piece a tenth of a second later.
SERVER = """
import asyncio, sys
async def serve(reader, writer):
    while said := await reader.read(1000):
        if said.startswith(b"GET"):
            writer.write(b"HTTP/1.1 200 OK\\r\\ncontent-length: 0\\r\\n\\r\\n")
            writer.close()
            return
        await asyncio.sleep(0.1)
        writer.write(said)
async def main():
    async with await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1])) as server:
        await server.serve_forever()
asyncio.run(main())
"""


@pytest.fixture
def adapter(tmp_path: Path) -> Iterator[ManagedProcess]:
    """A process that answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [sys.executable, "-c", SERVER, str(port)]
    url = f"http://127.0.0.1:{port}/readyz"
    with ManagedProcess("adapter-1", argv, ready_url=url, log=tmp_path / "log") as process:
        yield process


@pytest.fixture
def scene(adapter: ManagedProcess) -> Iterator[Scene]:
    """A line to it, and nothing else."""

    async def restart(_name: str) -> None:
        adapter.spawn()
        await asyncio.to_thread(adapter.wait_until_ready)

    def kill(_name: str) -> None:
        adapter.kill()

    system = SimpleNamespace(processes={"adapter-1": adapter}, kill=kill, restart=restart)
    with Lines({LINE: Line.to(adapter.ready_url)}) as lines:
        stage = cast(
            "Any",
            SimpleNamespace(lines=lines, system=system, deadlines=Deadlines(), terminal_lines=()),
        )
        yield Scene(cast("Stage", stage), People(), Operators(stage), patience_s=0.5)


@pytest.fixture
async def traffic(scene: Scene) -> AsyncIterator[None]:
    """Somebody who asks all the time, on a new connection whenever the last one broke."""

    async def ask_always() -> None:
        while True:
            try:
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", scene.stage.lines[LINE].listens_on
                )
                try:
                    while True:
                        writer.write(b"ask")
                        if not await reader.read(1000):
                            break
                finally:
                    writer.transport.abort()
            except OSError:
                pass
            await asyncio.sleep(0.01)

    tasks = [asyncio.create_task(ask_always()) for _ in range(4)]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


STRIKES = [
    *(Strike(kind, LINE) for kind in ("cut", "hold", "slow", "answers lost")),
    Strike("kill", "adapter-1"),
]


@pytest.mark.usefixtures("traffic")
@pytest.mark.parametrize("strike", STRIKES, ids=lambda one: one.kind)
async def test_a_strike_says_how_much_felt_it(scene: Scene, strike: Strike) -> None:
    assert await Striker(scene).strike(strike) >= 1


@pytest.mark.usefixtures("traffic")
@pytest.mark.parametrize("strike", STRIKES, ids=lambda one: one.kind)
async def test_a_strike_that_does_nothing_is_none(
    scene: Scene, strike: Strike, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_arguments: object) -> None:
        return

    monkeypatch.setattr(scene.stage.lines, "change", nothing)
    monkeypatch.setattr(scene.stage.system, "kill", nothing)
    with pytest.raises(NotStruck):
        await Striker(scene).strike(strike)


@pytest.mark.parametrize("strike", STRIKES[:4], ids=lambda one: one.kind)
async def test_a_strike_on_a_line_that_nobody_uses_is_none(scene: Scene, strike: Strike) -> None:
    with pytest.raises(NotStruck):
        await Striker(scene).strike(strike)


async def test_a_process_that_nobody_asked_anything_is_not_struck(scene: Scene) -> None:
    """It was killed and came back, and nobody noticed."""
    with pytest.raises(NotStruck, match="nothing felt it"):
        await Striker(scene).strike(Strike("kill", "adapter-1"))


async def test_power_that_fails_at_no_terminal_is_no_strike(scene: Scene) -> None:
    scene.stage.extent = cast("Any", SimpleNamespace(terminals=("fleet-001",)))
    with pytest.raises(NotStruck):
        await Striker(scene).strike(Strike("power", "terminals"))
