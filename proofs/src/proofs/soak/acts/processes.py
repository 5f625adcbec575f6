"""Faults of processes and their hosts; each returns how much felt it."""

import asyncio
import http.client
import sys
from urllib.parse import urlsplit

from proofs.faults.disk import fill_disk, free_disk
from proofs.soak.acts.lines import drive_over
from proofs.soak.stage import DATABASE_LINES
from proofs.soak.strike import NotStruck, Scene, until

_DEAD_S = 0.3
_HELD_S = 2.0
_SKEW_S = 5.0
_UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
_BEHIND = {
    "relay": _UNPUBLISHED,
    "stamper": "SELECT count(*) FROM outbox WHERE stamp IS NULL",
}
"""Processes that nobody asks for anything, each with what waits for it."""


async def kill(scene: Scene, target: str) -> int:
    """Kill a process while it is asked something, and start it again.

    It may answer in the very moment before it dies: then nobody felt it.
    """
    if target in _BEHIND:
        return await _kill_behind(scene, target)
    lines = [scene.stage.lines[name] for name in _lines_to(target)]

    async def waiting() -> int:
        return sum(line.waiting for line in lines)

    if await until(waiting, scene.patience_s / 10) == 0:
        drive_over(scene.stage, _lines_to(target)[0])
        await until(waiting, scene.patience_s)
    struck, pid = sum(line.struck for line in lines), _pid(scene, target)
    await _killed_and_back(scene, target)
    if _pid(scene, target) == pid:
        raise NotStruck("it is still the same process")
    return sum(line.struck for line in lines) - struck


async def _kill_behind(scene: Scene, target: str) -> int:
    """Whoever serves nobody: what counts are events that wait for it while it is dead."""
    system, pid = scene.stage.system, _pid(scene, target)
    system.kill(target)
    left = await until(lambda: scene.stage.count(_BEHIND[target]), scene.patience_s)
    await system.restart(target)
    if _pid(scene, target) == pid:
        raise NotStruck("it is still the same process")
    return left


async def _killed_and_back(scene: Scene, target: str) -> None:
    if target == "postgres":
        scene.stage.server.kill()
        await asyncio.sleep(_DEAD_S)
        scene.stage.server.start()
        return
    scene.stage.system.kill(target)
    await asyncio.sleep(_DEAD_S)
    await scene.stage.system.restart(target)


async def skew(scene: Scene, target: str) -> int:
    """Put a host's clock wrong: its replica is not ready, and gets requests all the same."""
    system, line = scene.stage.system, scene.stage.lines[f"terminals to {target}"]
    process = system.processes[target]
    true = list(process.argv)
    process.kill()
    module = true[true.index("-m") + 1 :]
    process.argv = [sys.executable, "-m", "proofs.faults.skewed", str(_SKEW_S), *module]
    process.spawn()
    try:
        await _until_not_ready(process.ready_url)
        before = line.requests

        async def asked() -> int:
            drive_over(scene.stage, f"terminals to {target}")
            return line.requests - before

        await until(asked, scene.patience_s)
        await asyncio.sleep(_HELD_S)
        return line.requests - before
    finally:
        process.kill()
        process.argv = true
        await system.restart(target)


async def fill(scene: Scene, target: str) -> int:
    """Fill the disk of the relay; what felt it are the events that it could not write."""
    process = scene.stage.system.processes[target]
    fill_disk(process.pid, scene.stage.system.installation.layout.audit_file)

    async def failing() -> int:
        _, said = await asyncio.to_thread(_get, process.ready_url)
        return await scene.stage.count(_UNPUBLISHED) if "cannot be written" in said else 0

    try:
        return await until(failing, scene.patience_s)
    finally:
        free_disk(process.pid)


async def _until_not_ready(url: str) -> None:
    for _ in range(400):
        status, body = await asyncio.to_thread(_get, url)
        if status == 503 and "clock" in body:
            return
        if status == 200:
            raise NotStruck(f"a replica whose clock is {_SKEW_S:g} s off says it is ready")
        await asyncio.sleep(0.05)
    raise NotStruck("a replica with a wrong clock did not start")


def _lines_to(target: str) -> tuple[str, ...]:
    if target == "postgres":
        return DATABASE_LINES
    return (f"terminals to {target}" if target.startswith("gateway") else f"gateway to {target}",)


def _pid(scene: Scene, target: str) -> int:
    if target == "postgres":
        return scene.stage.server.pid
    return scene.stage.system.processes[target].pid


def _get(url: str) -> tuple[int, str]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=2)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()
