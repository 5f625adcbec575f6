"""Makes an installation from nothing."""

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from madoguchi_wire.clock import japan_day
from madoguchi_wire.kit.clock_file import move_clock_file
from municipal_adapter.build import build_fingerprint
from municipal_adapter.synthetic import SyntheticMunicipality, synthetic_records

from local_stack.installation.addresses import Addresses, on_loopback
from local_stack.installation.cards import (
    Town,
    hand_out_cards,
    make_authorities,
    register_of,
    save_authorities,
)
from local_stack.installation.configuration import (
    enrol_terminals,
    write_card_authorities,
    write_configuration,
)
from local_stack.installation.databases import (
    Servers,
    fill_gateway,
    fill_municipalities,
    fresh_databases,
    prepare_archive,
    prepare_billing,
)
from local_stack.installation.extent import Extent
from local_stack.installation.facts import MUNICIPALITIES, Facts
from local_stack.installation.keys import Keys
from local_stack.installation.layout import Layout
from local_stack.installation.opening_day import offset_to_opening
from local_stack.server_clock import move_servers

SAMPLE = Extent()
"""The committed sample alone."""


@dataclass(frozen=True)
class Installation:
    """A finished installation."""

    layout: Layout
    facts: Facts
    towns: tuple[Town, ...]


def make_installation(
    folder: Path,
    servers: Servers,
    prefix: str,
    card_keys: Path,
    told: Callable[[str], None] = lambda _step: None,
    addresses: Callable[[], Addresses] = on_loopback,
    extent: Extent = SAMPLE,
) -> Installation:
    """Make a fresh installation; one that is there already is thrown away.

    Args:
        folder: where it shall be.
        servers: running PostgreSQL servers.
        prefix: of the names of its databases.
        card_keys: folder that keeps RSA keys for the next time.
        told: hears what is being done.
        addresses: where the services will be.
        extent: how many terminals and cards, and when.

    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    layout, now = Layout(folder), datetime.now(UTC)
    offset = extent.begins - now if extent.begins else offset_to_opening(now)
    if extent.begins:
        move_clock_file(layout.clock, offset)
        asyncio.run(move_servers((servers.centre.dsn, servers.municipalities.dsn), offset))
    with ThreadPoolExecutor(max_workers=1) as aside:
        databases = aside.submit(fresh_databases, servers, prefix)
        told("records and cards")
        towns = _make_towns(layout, now + offset, card_keys, extent)
        facts = _facts(offset.total_seconds(), addresses(), *databases.result())
    told("keys and configuration")
    _make_keys(layout, facts, now + offset, extent)
    told("databases")
    fill_gateway(layout, facts)
    prepare_billing(facts)
    prepare_archive(facts)
    fill_municipalities(layout, facts, towns)
    facts.save(layout.facts)  # last: whoever finds it finds a whole installation
    return Installation(layout, facts, towns)


def _make_towns(layout: Layout, now: datetime, card_keys: Path, extent: Extent) -> tuple[Town, ...]:
    authorities, today = make_authorities(now, card_keys), japan_day(now)
    towns = tuple(
        hand_out_cards(layout, _records(code, today, extent), authorities, now, extent.cards)
        for code in MUNICIPALITIES
    )
    save_authorities(layout, authorities)
    layout.register.write_text(register_of(towns).model_dump_json(), "utf-8")
    return towns


def _records(code: str, today: date, extent: Extent) -> SyntheticMunicipality:
    return synthetic_records(code, today=today, households=extent.households)


def _facts(
    offset: float,
    addresses: Addresses,
    gateway_database: str,
    audit_database: str,
    databases: dict[str, str],
) -> Facts:
    return Facts(
        clock_offset_seconds=offset,
        authority=addresses.authority,
        gateways=addresses.gateways,
        adapters=addresses.adapters,
        relay=addresses.relay,
        stamper=addresses.stamper,
        audit=addresses.audit,
        billing=addresses.billing,
        gateway_database=gateway_database,
        audit_database=audit_database,
        municipality_databases=databases,
    )


def _make_keys(layout: Layout, facts: Facts, now: datetime, extent: Extent) -> None:
    keys = Keys(layout, now, extent.lasts)
    keys.make()
    write_configuration(layout, facts, extent)
    enrol_terminals(layout, facts, keys)
    keys.publish(build_fingerprint())
    write_card_authorities(layout, facts)
