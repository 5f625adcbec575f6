import json
import secrets
from collections.abc import Iterator
from datetime import timedelta

import asyncpg
import pytest
from checker.evidence.register import read_register
from local_stack.databases import PostgresServer
from local_stack.folders import card_keys
from local_stack.installation.databases import Servers, drop_databases
from local_stack.installation.facts import MUNICIPALITIES, Facts
from local_stack.installation.make import Installation, make_installation
from madoguchi_wire.clock import SystemClock
from madoguchi_wire.encoding import from_base64url
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeyPurpose
from madoguchi_wire.kit.card_authorities import read_authorities
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.signed import unverified_payload
from madoguchi_wire.trust_list import TrustList
from municipal_adapter.municipality.file import read_adapter_files


@pytest.fixture(scope="module")
def installation(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    prefix = f"made_{secrets.token_hex(4)}"
    yield make_installation(
        tmp_path_factory.mktemp("made") / "installation", Servers.one(postgres), prefix, card_keys()
    )
    drop_databases(Servers.one(postgres), prefix)


def test_production_refuses_its_trust_list_and_its_cards(installation: Installation) -> None:
    layout, clock = installation.layout, SystemClock()
    with pytest.raises(SignatureRefused, match="development"):
        Trust(layout.trust_list, layout.trust_root, "production", clock)
    with pytest.raises(ValueError, match="made by demo or tests"):
        read_authorities(layout.card_authorities, "production")


def test_municipalities_share_no_key_and_no_database(installation: Installation) -> None:
    files = [installation.layout.adapter_file(code) for code in MUNICIPALITIES]
    assert len(read_adapter_files(files)) == len(MUNICIPALITIES)  # refuses files that share
    secrets_seen = [path.read_bytes() for path in installation.layout.folder.rglob("*.secret")]
    assert len(set(secrets_seen)) == len(secrets_seen) == 4 + 3 * len(MUNICIPALITIES)


def test_private_keys_are_for_their_owner_only(installation: Installation) -> None:
    private = [
        path
        for path in installation.layout.folder.rglob("*")
        if path.suffix == ".secret" or (path.suffix == ".pem" and b"PRIVATE" in path.read_bytes())
    ]
    assert len(private) > 3 * len(MUNICIPALITIES)
    assert [path for path in private if path.stat().st_mode & 0o077] == []


def test_the_trust_root_signs_and_no_service_is_told_its_key(installation: Installation) -> None:
    layout, facts = installation.layout, installation.facts
    clock = SystemClock(timedelta(seconds=facts.clock_offset_seconds))
    trust = Trust(layout.trust_list, layout.trust_root, "development", clock)
    for code in MUNICIPALITIES:
        assert len(trust.builds_of(code)) == 1
    listed = TrustList.parsed(unverified_payload(trust.token)).keys
    purposes = {key.purpose for key in listed}
    enrolled = {KeyPurpose.TERMINAL_TOKEN, KeyPurpose.TERMINAL_STATEMENT}
    assert purposes == set(KeyPurpose) - {KeyPurpose.TRUST_ROOT} - enrolled


async def test_every_card_maps_to_its_resident_in_its_own_town_only(
    installation: Installation,
) -> None:
    register = read_register(installation.layout.register)
    holders = {card.certificate: card.resident for card in register.cards}
    for town in installation.towns:
        code = town.records.code
        connection = await asyncpg.connect(installation.facts.municipality_databases[code])
        try:
            rows = await connection.fetch(
                "SELECT authority, serial, resident_id FROM card_registrations"
            )
        finally:
            await connection.close()
        mapped = {(row["authority"], row["serial"]): row["resident_id"] for row in rows}
        assert len(mapped) == len(town.holders)
        for holder in town.holders:
            key = (holder.card.authority, f"{holder.card.serial:x}")
            assert mapped[key] == holder.resident
    certificates = {
        bytes(holder.card.certificate) for town in installation.towns for holder in town.holders
    }
    assert certificates == {from_base64url(certificate) for certificate in holders}


def test_what_services_read_names_no_person(installation: Installation) -> None:
    register = read_register(installation.layout.register)
    names = {person.name for person in register.persons}
    layout = installation.layout
    read = [*layout.configuration.rglob("*.yaml"), layout.card_authorities, layout.trust_list]
    text = "".join(path.read_text("utf-8") for path in read)
    assert [name for name in names if name in text] == []


def test_the_facts_can_be_read_again(installation: Installation) -> None:
    assert Facts.load(installation.layout.facts) == installation.facts
    assert "clock_offset_seconds" in json.loads(installation.layout.facts.read_bytes())
