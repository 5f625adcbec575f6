"""What is there before the first terminal works, and how a stage joins what already works."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random

from local_stack.databases import PostgresServer
from local_stack.installation.databases import keep_enrolments
from local_stack.installation.facts import GATEWAY_NAME
from local_stack.installation.layout import Layout
from local_stack.installation.make import Installation
from local_stack.ports import free_port
from madoguchi.trust.lists import new_list, put_in_place, read_list
from madoguchi_wire.enrolment import Placed
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.trust_list import AllowedBuild
from municipal_adapter.build import build_fingerprint
from store_terminal_sim.terminal_folder import ENROLMENT, Delivered

from proofs.growth import files, towns
from proofs.growth.commands import onboard
from proofs.growth.plan import Plan, Stage
from proofs.growth.replicas import Replicas
from proofs.growth.towns import Joining


@dataclass(frozen=True)
class Coming:
    """A stage that will come in force."""

    stage: Stage
    joining: Joining | None
    """Of the first one, which is there already, only the files change."""
    files: Path
    """What the centre puts for it."""
    terminals: tuple[str, ...]
    """Of its new ones, those that people will step up to."""
    last_terminal: str
    versions: Mapping[str, int]
    """What shows that all is in force: of one that was live before, and of the last newcomer."""


@dataclass(frozen=True)
class Prepared:
    """The installation as it will be in the end, of which the gateway knows the first stage."""

    installation: Installation
    coming: tuple[Coming, ...]


def prepare(
    made: Installation,
    plan: Plan,
    server: PostgresServer,
    now: datetime,
    told: Callable[[str], None],
) -> Prepared:
    """Make what municipalities and chains have made before they join."""
    known = made.layout.folder / "known"
    files.keep(made.layout.configuration, known)
    random, coming = Random(plan.seed), [_renewed(made, plan.stages[0], known)]
    for before, stage in pairwise(plan.stages):
        codes = [code for code in stage.codes if code not in before.codes]
        told(f"stage {stage.number}: {len(codes):,} municipalities get ready")
        database = f"growth_stage_{stage.number}"
        facts = towns.with_databases(made.facts, codes, server, database)
        made = replace(made, facts=facts)
        address = f"http://127.0.0.1:{free_port()}"
        joining = towns.prepare(codes, address, stage.number, made, now)
        made = replace(made, towns=(*made.towns, *joining.towns))
        folder = made.layout.folder / f"stage-{stage.number}"
        files.write_stage(stage, before, known, folder, address)
        files.keep(folder, known)
        placed = files.terminals_in(folder)
        picked = random.sample(placed, stage.used)
        _enrol(made, joining, picked)
        coming.append(
            Coming(
                stage,
                joining,
                folder,
                tuple(one.terminal for one in picked),
                placed[-1].terminal,
                {plan.stages[0].codes[0]: 1 + stage.number, codes[-1]: 1},
            )
        )
        for line in towns.fill(joining, made):
            told(line)
    _publish(made.layout, [one.joining for one in coming if one.joining is not None])
    made.facts.save(made.layout.facts)
    return Prepared(made, tuple(coming))


def _renewed(made: Installation, first: Stage, known: Path) -> Coming:
    """Return the first stage, whose municipalities have new versions to put in force."""
    folder = made.layout.folder / f"stage-{first.number}"
    files.write_renewed(first, known, folder)
    files.keep(folder, known)
    terminals = tuple(f"fleet-{number:03d}" for number in range(1, first.stores + 1))
    versions = dict.fromkeys(first.codes, 1 + first.number)
    return Coming(first, None, folder, terminals, terminals[-1], versions)


def _enrol(made: Installation, joining: Joining, picked: Sequence[Placed]) -> None:
    root = SigningKey.load(made.layout.root_key).private.public_key()
    tokens: list[str] = []
    for one in picked:
        folder = made.layout.terminal(one.terminal)
        delivered = Delivered(one, GATEWAY_NAME, made.facts.gateways, "development", root)
        joining.keys.enrol(folder, delivered)
        tokens.append((folder / ENROLMENT).read_text("ascii"))
    asyncio.run(keep_enrolments(made.facts, tokens, None))


def _publish(layout: Layout, joinings: Sequence[Joining]) -> None:
    """Sign the next trust list, which names the keys and builds of all who will join."""
    root, build = SigningKey.load(layout.root_key), build_fingerprint()
    trust = read_list(layout.trust_list, root)
    more = new_list(
        "development",
        [*trust.keys, *(key for one in joinings for key in one.keys.trusted)],
        [
            *trust.builds,
            *(
                AllowedBuild(municipality=town.records.code, build=build)
                for one in joinings
                for town in one.towns
            ),
        ],
        trust.issued_at,
        trust.expires_at,
        trust.version + 1,
    )
    put_in_place(layout.trust_list, more.signed_by(root))


@dataclass(frozen=True)
class Joined:
    """How a stage joined, in seconds."""

    put_s: float
    """`madoguchi onboard put`: chains and terminals are in force when it ends."""
    go_live_s: float
    """`madoguchi onboard go-live --all`."""
    terminals_s: float
    """From the end of `put` until every replica knew the last terminal."""
    municipalities_s: float
    """From the end of `go-live` until every replica showed menus of the new versions."""

    @property
    def reload_s(self) -> float:
        """The longer of both."""
        return max(self.terminals_s, self.municipalities_s)


async def join(made: Installation, coming: Coming, replicas: Replicas, log: Path) -> Joined:
    """Put a stage in force by the commands of officers; people go on at terminals meanwhile."""
    put_s = await onboard(made, log, "put", str(coming.files))
    terminals_s = await replicas.until_known(coming.last_terminal)
    by = ("--by", "sato", "--why", "it grows")
    go_live_s = await onboard(made, log, "go-live", "--all", *by)
    municipalities_s = await replicas.until_shown(coming.versions, coming.last_terminal)
    return Joined(put_s, go_live_s, terminals_s, municipalities_s)
