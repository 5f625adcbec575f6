"""The municipalities' side of a stage: records, cards, keys, adapter files, schemas.

All of it is there before the first terminal works: what each municipality does in its own time is
not what is measured.
"""

import asyncio
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from local_stack.databases import PostgresServer
from local_stack.installation.cards import CardHolder, Town, ordinary_adults
from local_stack.installation.databases import fill_municipality
from local_stack.installation.extent import Extent
from local_stack.installation.facts import GATEWAY_NAME, Facts
from local_stack.installation.keys import Keys
from local_stack.installation.layout import Layout
from local_stack.installation.make import Installation
from madoguchi.prefectures import PREFECTURES
from madoguchi_wire.clock import japan_day
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.yaml_file import yaml_text
from municipal_adapter.cardholders.binding import Binding
from municipal_adapter.database.migrate import migrated
from municipal_adapter.synthetic import Place, ordinary_records
from store_terminal_sim.cards.authority import CardAuthoritySim

HOUSEHOLDS = 2
"""Of each municipality that joins; the head of each has a card."""
_CARDS_OF = "jpki-card-next"
_TOLD_EVERY = 200


@dataclass(frozen=True)
class Joining:
    """Municipalities that join together, and the one adapter process that will serve them."""

    towns: tuple[Town, ...]
    address: str
    """Of their adapter."""
    files: Path
    """The folder of their adapter files."""
    keys: Keys
    """With all keys that the trust list will name."""


def name_of(code: str) -> str:
    """Return the municipality's name, as the generated nation has it."""
    return f"{PREFECTURES[int(code[:2]) - 1]}第{int(code[2:5])}市"


def prepare(
    codes: Sequence[str], address: str, number: int, installation: Installation, now: datetime
) -> Joining:
    """Make records, cards, keys and adapter files of municipalities."""
    layout = installation.layout
    keys = Keys(layout, now, Extent().lasts)
    keys.registrar = SigningKey.load(layout.enrolment_key)
    authority = CardAuthoritySim.load(layout.authorities / _CARDS_OF)
    files = layout.folder / f"joining-{number}"
    files.mkdir()
    towns: list[Town] = []
    for code in codes:
        keys.make_municipality(code)
        body = _adapter_file(code, layout, installation.facts.municipality_databases[code])
        (files / f"{code}.yaml").write_text(yaml_text(body), "utf-8")
        towns.append(_town(code, authority, now))
    return Joining(tuple(towns), address, files, keys)


def with_databases(facts: Facts, codes: Sequence[str], server: PostgresServer, name: str) -> Facts:
    """Return facts in which each of these municipalities has a schema of its own in one database.

    The schemas are not made yet.
    """
    database = server.create_database(name)
    made = {code: f"{database}?search_path=m{code}" for code in codes}
    return facts.model_copy(update={"municipality_databases": facts.municipality_databases | made})


def fill(joining: Joining, installation: Installation) -> Iterator[str]:
    """Make each municipality's schema and write its records; give a line now and then."""
    databases = installation.facts.municipality_databases
    addresses = [databases[town.records.code] for town in joining.towns]
    # Alembic keeps its state in globals: side by side only in processes.
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        migrations = pool.map(_migrate, addresses, chunksize=4)
        for done, (town, _) in enumerate(zip(joining.towns, migrations, strict=True), 1):
            asyncio.run(_filled(town, installation))
            if done % _TOLD_EVERY == 0 or done == len(joining.towns):
                yield f"{done:,} of {len(joining.towns):,} municipalities have schema and records"


def _migrate(address: str) -> None:
    asyncio.run(migrated(address))


async def _filled(town: Town, installation: Installation) -> None:
    code = town.records.code
    secret = installation.layout.municipality_keys(code) / "registrations.secret"
    await fill_municipality(installation.facts, town, Binding(secret.read_bytes()))


def _town(code: str, authority: CardAuthoritySim, now: datetime) -> Town:
    records = ordinary_records(code, Place("", name_of(code)), HOUSEHOLDS, today=japan_day(now))
    holders = [
        CardHolder(code, f"resident-{number:02d}", resident, authority.issue(now))
        for number, resident in enumerate(ordinary_adults(records)[:HOUSEHOLDS], 1)
    ]
    return Town(records, tuple(holders))


def _adapter_file(code: str, layout: Layout, database: str) -> dict[str, object]:
    keys, name = layout.municipality_keys(code), name_of(code)
    named = {"attestation": "attestation.pem", "evidence": "evidence.public.pem"}
    named |= {one: f"{one}.secret" for one in ("beacon", "handles", "registrations")}
    kind = {"minimum_age": 15, "maximum_copies": 5}
    return {
        "municipality": code,
        "name": name,
        "gateway": GATEWAY_NAME,
        "database_url": database,
        "keys": {one: str(keys / file) for one, file in named.items()},
        "card_authorities": str(layout.card_authorities),
        "kinds": {"resident_record": kind, "seal_registration": kind},
        "velocity": {"papers_a_day": 1000},
        "mayors": [{"name": "架空山 弦", "title": f"{name}長", "since": "2009-12-01"}],
    }
