"""Revocation lists are fetched by HTTP or from a file; never back to an older one."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from local_stack.ports import free_port
from madoguchi_wire.clock import ManualClock
from madoguchi_wire.errors import CardCertificateOnHold, CardCertificateRevoked, RevocationUnknown
from madoguchi_wire.kit.card_authorities import AcceptedAuthority
from madoguchi_wire.kit.revocation import Revocation
from madoguchi_wire_testing.cast import NOW
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SERIAL = 7


@pytest.fixture
def authority() -> CardAuthoritySim:
    return CardAuthoritySim.create("card", KeyKind.P_384, NOW)


@asynccontextmanager
async def watching(
    *sources: tuple[CardAuthoritySim, str], clock: ManualClock | None = None
) -> AsyncGenerator[Revocation]:
    accepted = [AcceptedAuthority(authority.as_trusted(), source) for authority, source in sources]
    async with aiohttp.ClientSession() as http:
        yield Revocation(accepted, http, clock or ManualClock(NOW), DAY)


@asynccontextmanager
async def served(answers: list[web.Response]) -> AsyncGenerator[str]:
    """Give an address that answers these, one after another."""

    async def answer(_: web.Request) -> web.Response:
        return answers.pop(0)

    application = web.Application()
    application.router.add_get("/card.crl", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    port = free_port()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, reuse_port=True).start()
        yield f"http://127.0.0.1:{port}/card.crl"
    finally:
        await runner.cleanup()


def listed(revocation: Revocation) -> type[Exception] | None:
    """Return what a check of the card says."""
    try:
        revocation.check("card", SERIAL)
    except (CardCertificateRevoked, CardCertificateOnHold, RevocationUnknown) as error:
        return type(error)
    return None


async def test_before_a_list_has_come_nothing_is_known(authority: CardAuthoritySim) -> None:
    async with watching((authority, "/nowhere/card.crl")) as revocation:
        assert listed(revocation) is RevocationUnknown
        await revocation.refresh()
        assert listed(revocation) is RevocationUnknown
        assert "no fresh revocation list of card" in (revocation.fault() or "")


async def test_a_list_is_read_from_a_file_and_again(
    authority: CardAuthoritySim, tmp_path: Path
) -> None:
    file = tmp_path / "card.crl"
    file.write_bytes(authority.crl(NOW))
    async with watching((authority, str(file))) as revocation:
        await revocation.refresh()
        assert listed(revocation) is None
        assert revocation.fault() is None
        authority.hold(SERIAL, NOW)
        file.write_bytes(authority.crl(NOW))
        assert listed(revocation) is None
        await revocation.refresh()
        assert listed(revocation) is CardCertificateOnHold


async def test_a_list_is_fetched_and_faults_leave_the_last_one(
    authority: CardAuthoritySim,
) -> None:
    authority.revoke(SERIAL, NOW)
    impostor = CardAuthoritySim.create("card", KeyKind.P_384, NOW)
    bad = [
        web.Response(status=500),
        web.Response(status=404),
        web.Response(body=b"not a list"),
        web.Response(body=b""),
        web.Response(body=impostor.crl(NOW + HOUR)),
    ]
    tries = len(bad)
    async with (
        served([web.Response(body=authority.crl(NOW)), *bad]) as address,
        watching((authority, address)) as revocation,
    ):
        for _ in range(1 + tries):
            await revocation.refresh()
            assert listed(revocation) is CardCertificateRevoked
    async with watching((authority, address)) as revocation:
        await revocation.refresh()
        assert listed(revocation) is RevocationUnknown


async def test_an_older_list_never_takes_the_place_of_a_newer_one(
    authority: CardAuthoritySim,
) -> None:
    older = authority.crl(NOW - HOUR)
    authority.revoke(SERIAL, NOW)
    newer = authority.crl(NOW)
    answers = [web.Response(body=body) for body in (newer, older)]
    async with (
        served(answers) as address,
        watching((authority, address)) as revocation,
    ):
        await revocation.refresh()
        await revocation.refresh()
        assert listed(revocation) is CardCertificateRevoked


async def test_a_list_ages_until_nothing_is_known(
    authority: CardAuthoritySim, tmp_path: Path
) -> None:
    file, clock = tmp_path / "card.crl", ManualClock(NOW)
    file.write_bytes(authority.crl(NOW))
    async with watching((authority, str(file)), clock=clock) as revocation:
        await revocation.refresh()
        clock.advance(DAY)
        assert listed(revocation) is None
        clock.advance(timedelta(seconds=1))
        await revocation.refresh()
        assert listed(revocation) is RevocationUnknown
        assert "card" in (revocation.fault() or "")


async def test_a_list_past_its_next_update_is_told_though_it_is_not_old(
    authority: CardAuthoritySim, tmp_path: Path
) -> None:
    file, clock = tmp_path / "card.crl", ManualClock(NOW + DAY)
    file.write_bytes(authority.crl(NOW))
    source = AcceptedAuthority(authority.as_trusted(), str(file))
    async with aiohttp.ClientSession() as http:
        revocation = Revocation([source], http, clock, 7 * DAY)
        await revocation.refresh()
        assert revocation.fault() is None
        clock.advance(timedelta(seconds=1))
        assert listed(revocation) is RevocationUnknown
        assert "card" in (revocation.fault() or "")


async def test_one_authority_without_a_list_does_not_hide_the_others(
    authority: CardAuthoritySim, tmp_path: Path
) -> None:
    other = CardAuthoritySim.create("phone", KeyKind.P_384, NOW)
    (tmp_path / "card.crl").write_bytes(authority.crl(NOW))
    sources = ((authority, str(tmp_path / "card.crl")), (other, str(tmp_path / "phone.crl")))
    async with watching(*sources) as revocation:
        await revocation.refresh()
        assert listed(revocation) is None
        assert "list of phone:" in (revocation.fault() or "")
        with pytest.raises(RevocationUnknown):
            revocation.check("phone", SERIAL)
