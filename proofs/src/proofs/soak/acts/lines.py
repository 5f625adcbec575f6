"""Faults of a line; each returns how much of the traffic felt it."""

import asyncio
from collections.abc import Callable

from proofs.faults.exchange import Exchange
from proofs.faults.line import Line
from proofs.soak.stage import Stage
from proofs.soak.strike import NotStruck, Scene, until

Change = Callable[[Line], None]
_HELD_S = 2.0
_DELAY_S = 0.25
_BYTES_PER_S = 200_000
_LATE = """
    SELECT count(*) FROM issuances
    WHERE state = 'expired' AND problem = 'prepare-timeout' AND municipality = $1
"""
_HELD = "SELECT count(*) FROM issuances WHERE state = 'quarantined' AND municipality = $1"


async def cut(scene: Scene, target: str) -> int:
    """Break every connection, as soon as somebody waits for an answer on one."""
    before = scene.stage.lines[target].struck

    await _traffic(scene.stage, target, scene.patience_s)

    async def tried() -> int:
        scene.stage.lines.change(target, Line.cut)
        await asyncio.sleep(0.1)
        return scene.stage.lines[target].struck - before

    return await until(tried, scene.patience_s)


async def hold(scene: Scene, target: str) -> int:
    """Let the line be silent for a while."""
    return await _for_a_while(scene, target, lambda line: line.hold())


async def slow(scene: Scene, target: str) -> int:
    """Let everything come late and little by little."""

    def slowed(line: Line) -> None:
        line.delay_s, line.bytes_per_s = _DELAY_S, _BYTES_PER_S

    return await _for_a_while(scene, target, slowed)


async def lose_answers(scene: Scene, target: str) -> int:
    """Let requests arrive, and lose what is answered."""

    def lose(line: Line) -> None:
        line.answers_lost = True

    return await _for_a_while(scene, target, lose, Line.cut)


async def stall(scene: Scene, target: str) -> int:
    """Let an adapter's answers come after the deadline of their issuances."""
    code, line = target.rsplit("-", 1)[1], scene.stage.lines[target]
    before = await scene.stage.count(_LATE, code)

    async def waiting() -> int:
        return line.waiting

    async def expired() -> int:
        return await scene.stage.count(_LATE, code) - before

    await until(waiting, scene.patience_s)
    scene.stage.lines.change(target, Line.stall)
    late = await until(expired, scene.stage.deadlines.issuance_s + scene.patience_s)
    scene.stage.lines.change(target, Line.mend)
    return late


async def exchange(scene: Scene, target: str) -> int:
    """Let two answers of an adapter change places; a named person clears up afterwards."""
    code = target.rsplit("-", 1)[1]

    def begin(line: Line) -> None:
        line.exchange = Exchange(b"/prepare")

    scene.stage.lines.change(target, begin)
    held = await until(lambda: scene.stage.count(_HELD, code), scene.patience_s)
    scene.stage.lines.change(target, Line.mend)
    # What is under way in the stopped municipalities shall meet the stop.
    await asyncio.sleep(_HELD_S)
    await scene.operators.clear_up()
    return held


async def _for_a_while(
    scene: Scene,
    target: str,
    begin: Callable[[Line], None],
    end: Callable[[Line], None] = Line.mend,
) -> int:
    lines = scene.stage.lines
    await _traffic(scene.stage, target, scene.patience_s)
    before = lines[target].struck
    lines.change(target, begin)
    await asyncio.sleep(_HELD_S)
    felt = lines[target].struck - before
    # Whoever still waits for an answer that was lost would wait for its own patience.
    lines.change(target, end)
    lines.change(target, Line.mend)
    return felt


async def _traffic(stage: Stage, target: str, patience_s: float) -> None:
    before = stage.lines[target].requests

    async def passed() -> int:
        return stage.lines[target].requests - before

    if await until(passed, patience_s / 10):
        return
    drive_over(stage, target)
    if await until(passed, patience_s) == 0:
        raise NotStruck("nobody asked anything on this line")


def drive_over(stage: Stage, target: str) -> None:
    """Let terminals ask on this line: each stays with a gateway for as long as it answers."""
    if target in stage.terminal_lines:
        for other in set(stage.terminal_lines) - {target}:
            stage.lines.change(other, Line.cut)
