"""The command line issues one order by hand and says why when it cannot."""

import asyncio
from pathlib import Path

import pytest
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.reports import CashCollected, CashCounted, PaperRefilled, TerminalReport
from madoguchi_wire.signed import unverified_payload
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.cli.main import main
from store_terminal_sim.testing.network import Network
from store_terminal_sim.testing.world import CARD

pytestmark = pytest.mark.usefixtures("simulated_time")


async def issue(network: Network, folder: Path, *more: str) -> int:
    if not (folder / "card").exists():
        CARD.save(folder / "card")
    arguments = ["issue", "--gateway", network.address, "--terminal", str(network.folder)]
    arguments += ["--card", str(folder / "card"), "--municipality", "122033"]
    arguments += ["--kind", "resident_record", "--out", str(folder / "out"), *more]
    return await asyncio.to_thread(main, arguments)


async def test_the_paper_is_saved_and_the_screen_speaks_both_languages(
    network: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await issue(network, tmp_path, "--household", "all") == 0
    (saved,) = (tmp_path / "out").glob("*.pdf")
    machine = network.switched_on()
    machine.journal.close()
    assert machine.machine.papers == {saved.stem: sha256_hex(saved.read_bytes())}
    screen = capsys.readouterr().out
    assert "手数料 250 円を入れてください。" in screen
    assert "Please insert 250 yen." in screen


async def test_a_wrong_pin_is_told_and_kept_by_the_card(
    network: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for left in (2, 1, 0):
        assert await issue(network, tmp_path, "--pin", "9999") == 1
        assert VirtualCard.load(tmp_path / "card").tries_left == left
    assert await issue(network, tmp_path) == 1
    assert "locked" in capsys.readouterr().out
    assert network.world.gateway.states == {}


async def test_a_void_paper_is_no_success(
    network: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network.world.gateway.stopped = True
    assert await issue(network, tmp_path) == 1
    assert "no_go, money refunded" in capsys.readouterr().out
    assert list((tmp_path / "out").glob("*.pdf")) == []


async def test_what_cannot_be_saved_or_makes_no_sense_is_told_before_the_card_is_touched(
    network: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    for more, told in (
        (("--out", str(tmp_path / "file" / "out")), "cannot be written to"),
        (("--card", str(tmp_path / "nobody")), "no such folder"),
        (("--kind", "seal_registration", "--honseki"), "for resident_record only"),
    ):
        assert await issue(network, tmp_path, *more) == 2
        assert told in " ".join(capsys.readouterr().out.split())
    with pytest.raises(SystemExit):
        await issue(network, tmp_path, "--copies", "99")
    assert network.world.gateway.states == {}


async def test_the_coins_of_a_machine_are_counted_and_reported(
    network: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await issue(network, tmp_path) == 0
    arguments = ["count-cash", "--gateway", network.address, "--terminal", str(network.folder)]
    assert await asyncio.to_thread(main, arguments) == 0
    assert "250 yen in the machine" in capsys.readouterr().out


async def test_coins_are_collected_and_paper_refilled(
    network: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is counted afterwards is what came in since, in the next life of the machine, too."""
    assert await issue(network, tmp_path) == 0
    where = ["--gateway", network.address, "--terminal", str(network.folder)]
    for command, said in (
        (["collect-cash"], "250 yen taken out, reported"),
        (["count-cash"], "0 yen in the machine, reported"),
        (["refill-paper", "--sheets", "500"], "500 sheets put in, reported"),
        (["collect-cash"], "0 yen taken out, reported"),
    ):
        assert await asyncio.to_thread(main, [*command, *where]) == 0
        assert said in capsys.readouterr().out
    tokens = [token for (_, _), token in sorted(network.world.gateway.reports.items())]
    told = [TerminalReport.parsed(unverified_payload(token)).body for token in tokens]
    assert told[-4:] == [
        CashCollected(yen=250),
        CashCounted(yen=0),
        PaperRefilled(sheets=500),
        CashCollected(yen=0),
    ]
