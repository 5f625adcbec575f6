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


async def test_a_collection_that_waited_is_not_told_as_a_new_one(
    network: Network, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["collect-cash", "--gateway", network.address, "--terminal", str(network.folder)]
    with monkeypatch.context() as away:
        body = problem_of(ServiceUnavailable()).model_dump_json().encode()
        answer = HttpResponse(503, {"content-type": "application/problem+json"}, body)

        def refused(_request: HttpRequest) -> HttpResponse:
            return answer

        away.setattr(network.world.gateway, "answer", refused)
        assert await asyncio.to_thread(main, arguments) == 1
    for told in ("0 yen taken out before", "0 yen taken out, reported"):
        assert await asyncio.to_thread(main, arguments) == 0
        assert told in " ".join(capsys.readouterr().out.split())
