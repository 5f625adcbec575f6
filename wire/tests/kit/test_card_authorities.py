"""The file of card authorities is read whole or refused with what to do."""

from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.serialization import Encoding
from madoguchi_wire.kit.card_authorities import read_authorities
from madoguchi_wire_testing.cast import AUTHORITY
from store_terminal_sim.cards.profiles import USER_AUTHENTICATION_POLICY

ENTRY = {
    "name": "jpki-card",
    "certificate": "keys/authority.pem",
    "policy": USER_AUTHENTICATION_POLICY.dotted_string,
    "crl": "jpki-card.crl",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir()
    pem = AUTHORITY.certificate.public_bytes(Encoding.PEM)
    (tmp_path / "keys" / "authority.pem").write_bytes(pem)
    return tmp_path


def written(folder: Path, content: object) -> Path:
    path = folder / "card-authorities.yaml"
    path.write_text(yaml.safe_dump(content), "utf-8")
    return path


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/card.crl", "https://127.0.0.1:1/card.crl"])
def test_paths_are_relative_to_the_file_and_addresses_are_kept(folder: Path, address: str) -> None:
    phone = ENTRY | {"name": "jpki-phone", "crl": address}
    path = written(folder, {"authorities": [ENTRY, phone]})
    card, other = read_authorities(path, "development")
    assert card.authority.name == "jpki-card"
    assert card.authority.policy == USER_AUTHENTICATION_POLICY
    assert card.authority.certificate == AUTHORITY.certificate
    assert card.crl == str(folder / "jpki-card.crl")
    assert other.crl == address


def test_production_refuses_an_authority_made_by_demo_or_tests(folder: Path) -> None:
    path = written(folder, {"authorities": [ENTRY]})
    with pytest.raises(ValueError, match="jpki-card was made by demo or tests, which production"):
        read_authorities(path, "production")


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "authorities",
        {"authorities": None},
        {"authorities": [{"name": "jpki-card"}]},
        {"authorities": [ENTRY | {"more": 1}]},
        {"authorities": [ENTRY], "more": 1},
        {"authorities": [ENTRY | {"policy": "not an OID"}]},
    ],
    ids=str,
)
def test_a_file_that_does_not_fit_is_refused(folder: Path, content: object) -> None:
    with pytest.raises(ValueError, match=r"\.yaml:\d+: |jpki-card: give its certificate"):
        read_authorities(written(folder, content), "development")


def test_text_that_is_no_yaml_and_a_file_that_is_no_certificate_are_refused(folder: Path) -> None:
    path = written(folder, {"authorities": [ENTRY]})
    (folder / "keys" / "authority.pem").write_text("no certificate")
    with pytest.raises(ValueError, match="jpki-card: give its certificate in PEM"):
        read_authorities(path, "development")
    for text, why in {
        "authorities: [": "is no YAML",
        "authorities: []\nauthorities: []": "twice",
    }.items():
        path.write_text(text)
        with pytest.raises(ValueError, match=why):
            read_authorities(path, "development")
