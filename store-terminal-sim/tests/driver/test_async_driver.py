"""The same core over a real network: real HTTP, real files, and a process that dies."""

import asyncio
import sys
from pathlib import Path

import pytest
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.order import Kind
from store_terminal_sim.core.effects import Flow, HttpRequest, HttpResponse, NoAnswer
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.recovery import recover
from store_terminal_sim.core.serve import serve
from store_terminal_sim.driver.failures import CutAt, Moment, PowerCut
from store_terminal_sim.testing.network import Network
from store_terminal_sim.testing.world import CARD, ICHIKAWA

APPLICATION = Application(ICHIKAWA, Kind.RESIDENT_RECORD, household=True)


async def test_a_paper_is_issued_over_http_though_one_address_is_dead(network: Network) -> None:
    started = network.switched_on()
    (paper,) = (await network.driver(started).run(serve(started.terminal, APPLICATION))).printed
    started.journal.close()
    saved = started.machine.paper_path(paper.issuance).read_bytes()
    assert sha256_hex(saved) == paper.document_sha256
    assert network.world.gateway.states == {paper.issuance: "completed"}
    again = network.switched_on()
    again.journal.close()
    assert again.machine.cash() == 250
    assert again.machine.papers == {paper.issuance: paper.document_sha256}


@pytest.mark.parametrize(
    ("step", "moment", "end", "cash"),
    [
        ("TakeMoney", "before", "voided", 0),
        ("TakeMoney", "after", "voided", 0),
        ("HttpRequest:reports", "after", "voided", 0),
        ("Print", "after", "voided", 0),
        ("Show", "after", "prepared", 0),
    ],
)
async def test_a_terminal_that_died_settles_from_its_files_when_it_is_back(
    network: Network, step: str, moment: Moment, end: str, cash: int
) -> None:
    started = network.switched_on()
    driver = network.driver(started)
    driver.observe = CutAt(step, moment)
    with pytest.raises(PowerCut):
        await driver.run(serve(started.terminal, APPLICATION))
    started.journal.close()
    back = network.switched_on()
    await network.driver(back).run(recover(back.terminal))
    back.journal.close()
    assert set(network.world.gateway.states.values()) <= {end}
    assert back.machine.cash() == cash
    assert back.terminal.memory.unanswered == {}


async def test_one_terminal_serves_one_cardholder_after_the_other(network: Network) -> None:
    started = network.switched_on()
    driver = network.driver(started)
    for _ in range(3):
        served = await driver.run(serve(started.terminal, APPLICATION))
        assert len(served.printed) == 1
    started.journal.close()
    assert started.machine.cash() == 750


async def test_a_gateway_that_accepts_and_stays_silent_counts_as_no_answer(
    network: Network,
) -> None:
    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    started = network.switched_on()
    silent = await asyncio.start_server(hold, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}/v1/trust-list"

    def ask() -> Flow[HttpResponse | NoAnswer]:
        return (yield HttpRequest("GET", url, timeout=0.2))

    assert await network.driver(started).run(ask()) == NoAnswer()
    started.journal.close()
    silent.close()
    await silent.wait_closed()


@pytest.mark.usefixtures("simulated_time")
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_terminal_whose_process_died_while_printing_refunds_when_it_is_back(
    network: Network, tmp_path: Path, moment: Moment
) -> None:
    CARD.save(tmp_path / "card")
    script = Path(__file__).with_name("dying_terminal.py")
    dying = await asyncio.create_subprocess_exec(
        sys.executable, str(script), str(network.folder), str(tmp_path / "card"), "Print", moment
    )
    assert await dying.wait() == 137
    back = network.switched_on()
    assert back.machine.cash() == 250
    await network.driver(back).run(recover(back.terminal))
    back.journal.close()
    assert back.machine.cash() == 0
    assert back.terminal.memory.tray_in_doubt
    assert list(network.world.gateway.states.values()) == ["voided"]
