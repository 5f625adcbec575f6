"""What people do, or what befalls them at a terminal; each returns how much felt it."""

import asyncio
from random import Random

from proofs.soak.strike import NotStruck, Scene, until

_POWER_CUTS = 3
_AWAY = 4
_HELD_S = 2.0
_IN_DOUBT = "SELECT count(*) FROM issuances WHERE state = 'in_doubt' AND terminal = ANY ($1)"
_NOT_MINE = "SELECT count(*) FROM reports WHERE event = 'not_mine'"
_PATHS = "SELECT count(*) FROM stops WHERE released_at IS NULL AND cause = 'not_mine'"
_UNDER_WAY = """
    SELECT count(*) FROM issuances JOIN stops USING (municipality)
    WHERE stops.released_at IS NULL AND stops.cause = 'person' AND municipality = $1
      AND accepted_at < stopped_at AND (ended_at IS NULL OR ended_at > stopped_at)
"""
"""Issuances that the stop found on their way."""


async def power(scene: Scene, _target: str) -> int:
    """Let some terminals lose their power at their next step that matters."""
    people, terminals = scene.people, scene.stage.extent.terminals
    before = people.cut
    people.doomed |= set(_some(terminals, _POWER_CUTS, before))
    wanted = before + len(people.doomed)

    async def all_cut() -> int:
        return int(people.cut >= wanted)

    await until(all_cut, 3 * scene.patience_s)
    people.doomed.clear()
    return people.cut - before


async def away(scene: Scene, _target: str) -> int:
    """Let some terminals be without power for longer than their reports may take."""
    people, terminals = scene.people, scene.stage.extent.terminals
    chosen = _some(terminals, _AWAY, people.cut)
    people.leaving |= set(chosen)

    async def in_doubt() -> int:
        return await scene.stage.count(_IN_DOUBT, chosen)

    try:
        patience = scene.stage.deadlines.report_s + 2 * scene.patience_s
        return await until(in_doubt, patience)
    finally:
        people.cut += len(people.away)
        people.leaving.clear()
        people.away.clear()


async def not_mine(scene: Scene, _target: str) -> int:
    """Let somebody say that a paper is not theirs; a named person finds that it was."""
    before = await scene.stage.count(_NOT_MINE)
    scene.people.wary = 1

    async def told() -> int:
        return await scene.stage.count(_NOT_MINE) - before

    reports = await until(told, scene.patience_s)
    scene.people.wary = 0
    if reports and await scene.stage.count(_PATHS) == 0:
        raise NotStruck("somebody said not mine, and nothing was stopped")
    await asyncio.sleep(_HELD_S)
    await scene.operators.clear_up("shown-unfounded")
    return reports


async def stop(scene: Scene, target: str) -> int:
    """Let a named person stop a municipality, and release it again."""
    await scene.operators.stop(target)
    await asyncio.sleep(_HELD_S)
    found = await scene.stage.count(_UNDER_WAY, target)
    await scene.operators.clear_up()
    return found


def _some(terminals: tuple[str, ...], count: int, seed: int) -> list[str]:
    return Random(seed).sample(terminals, min(count, len(terminals)))
