"""The authority as a process: a revocation on disk counts from the next request on."""

import os
import sys
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError

import pytest
from local_stack.ports import free_port
from local_stack.processes import ManagedProcess
from madoguchi_wire.card_certificates import CardAuthority, RevocationList
from madoguchi_wire.errors import CardCertificateOnHold, CardCertificateRevoked
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind
from store_terminal_sim.cli.main import main
from store_terminal_sim.testing.world import START

pytestmark = pytest.mark.usefixtures("simulated_time")


@pytest.fixture
def authority(tmp_path: Path) -> CardAuthoritySim:
    made = CardAuthoritySim.create("jpki-card-next", KeyKind.P_384, START)
    made.save(tmp_path / "authorities" / made.name)
    return made


@pytest.fixture
def address(tmp_path: Path, authority: CardAuthoritySim, simulated_time: None) -> Iterator[str]:
    del authority, simulated_time
    port = free_port()
    argv = [sys.executable, "-m", "store_terminal_sim", "authority", "--port", str(port)]
    argv += ["--folder", str(tmp_path / "authorities")]
    url = f"http://127.0.0.1:{port}"
    with ManagedProcess(
        "authority", argv, ready_url=f"{url}/readyz", log=tmp_path / "log", env=os.environ
    ):
        yield url


def check_now(address: str, authority: CardAuthority, serial: int) -> None:
    with urllib.request.urlopen(f"{address}/{authority.name}.crl") as response:
        crl = RevocationList(response.read(), authority)
    assert abs(crl.issued_at - START) < timedelta(minutes=2)
    crl.check(serial, START, timedelta(minutes=5))


def test_hold_release_and_revocation_are_served_at_once(
    tmp_path: Path, address: str, authority: CardAuthoritySim
) -> None:
    card = authority.issue(START)
    card.save(tmp_path / "card")
    trusted = authority.as_trusted()

    def change(what: str) -> int:
        folders = ["--authorities", str(tmp_path / "authorities"), "--card", str(tmp_path / "card")]
        return main(["card", what, *folders])

    check_now(address, trusted, card.serial)
    assert change("hold") == 0
    with pytest.raises(CardCertificateOnHold):
        check_now(address, trusted, card.serial)
    assert change("release") == 0
    check_now(address, trusted, card.serial)
    assert change("revoke") == 0
    with pytest.raises(CardCertificateRevoked):
        check_now(address, trusted, card.serial)
    assert change("release") == 1


def test_an_unknown_authority_is_not_found(address: str) -> None:
    for path in ("/other.crl", "/../jpki-card-next.crl", "/jpki-card-next"):
        with pytest.raises(HTTPError) as refused:
            urllib.request.urlopen(address + path)
        refused.value.close()
        assert refused.value.code == HTTPStatus.NOT_FOUND
