"""What the staff are told about a report that waits: the reason, and what to do."""

import asyncio

import pytest
from madoguchi_wire.errors import MadoguchiError, ServiceUnavailable, TerminalSuspended
from madoguchi_wire.kit.problems import problem_of
from store_terminal_sim.cli.main import main
from store_terminal_sim.core.effects import HttpRequest, HttpResponse
from store_terminal_sim.testing.network import Network

pytestmark = pytest.mark.usefixtures("simulated_time")


@pytest.mark.parametrize(
    ("refusal", "told", "untold"),
    [
        (TerminalSuspended(), "This terminal is suspended", "is away"),
        (ServiceUnavailable(), "The gateway is away", "suspended"),
    ],
    ids=["suspended", "away"],
)
async def test_why_a_count_waits_is_told(
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    refusal: MadoguchiError,
    told: str,
    untold: str,
) -> None:
    def refused(_request: HttpRequest) -> HttpResponse:
        body = problem_of(refusal).model_dump_json().encode()
        return HttpResponse(refusal.status, {"content-type": "application/problem+json"}, body)

    monkeypatch.setattr(network.world.gateway, "answer", refused)
    arguments = ["count-cash", "--gateway", network.address, "--terminal", str(network.folder)]
    assert await asyncio.to_thread(main, arguments) == 1
    screen = " ".join(capsys.readouterr().out.split())
    assert told in screen
    assert untold not in screen
    assert "waits in the journal" in screen
