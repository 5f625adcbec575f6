"""A Locust user that is a store terminal: one cardholder after the other, order to paper."""

import os
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import gevent
import yaml
from local_stack.installation.facts import Facts
from local_stack.installation.layout import Layout
from locust import HttpUser, constant_throughput, task
from locust.exception import StopUser
from madoguchi_wire.clock import SystemClock
from madoguchi_wire.order import Kind
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.effects import HttpRequest, HttpResponse, NoAnswer
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.problems import GatewayRefused, TerminalError
from store_terminal_sim.core.serve import Served, serve
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.driver.sync_driver import SyncDriver
from store_terminal_sim.terminal_folder import StartedTerminal, start_terminal

_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_NO_CONNECTION = 0
MUNICIPALITY = "122033"
CARD = "resident-03"


def installation() -> Layout:
    """Return the installation under load."""
    return Layout(Path(os.environ.get("MADOGUCHI_INSTALLATION", "var/local")))


def enrolled_terminals(layout: Layout) -> list[str]:
    """Return the terminals that may be used, those for test papers aside."""
    files = sorted((layout.configuration / "chains").glob("*.yaml"))
    chains: list[dict[str, Any]] = [yaml.safe_load(file.read_text("utf-8")) for file in files]
    found = [terminal for chain in chains for terminal in chain["terminals"]]
    return [
        one["terminal"]
        for one in found
        if one["state"] == "enrolled" and not one.get("test", False)
    ]


class CardholderAtTerminal(HttpUser):
    """Cardholders at one terminal; a flow that does not end in a paper is a failure."""

    host = "http://127.0.0.1"
    # One flow a second for each terminal, however long it takes: no coordinated omission.
    wait_time = constant_throughput(1)
    _free = enrolled_terminals(installation())

    def on_start(self) -> None:
        """Take a terminal that nobody has."""
        if not self._free:
            raise StopUser
        layout, facts = installation(), Facts.load(installation().facts)
        clock = SystemClock(timedelta(seconds=facts.clock_offset_seconds))
        self.started: StartedTerminal = start_terminal(
            layout.terminal(self._free.pop()), clock, facts.gateways
        )
        card = VirtualCard.load(layout.card(MUNICIPALITY, CARD))
        counter = Counter(self.started.machine, self.started.journal, Cardholder.of(card))
        self.driver = SyncDriver(counter, self.send, gevent.sleep)

    @task
    def issue(self) -> None:
        """Serve one cardholder, from the card to the paper."""
        wish = Application(municipality=MUNICIPALITY, kind=Kind.RESIDENT_RECORD)
        began, fault, served = time.perf_counter(), None, None
        try:
            served = self.driver.run(serve(self.started.terminal, wish))
        except (GatewayRefused, TerminalError) as error:
            fault = error
        self._tell(began, served, fault)

    def _tell(self, began: float, served: Served | None, fault: Exception | None) -> None:
        if served is not None and len(served.printed) != 1:
            fault = AssertionError("the flow did not end in a paper")
        environment: Any = self.environment  # Locust's events carry no types
        environment.events.request.fire(
            request_type="flow",
            name="one certificate",
            response_time=(time.perf_counter() - began) * 1000,
            response_length=0,
            exception=fault,
            context={},
        )

    def send(self, request: HttpRequest) -> HttpResponse | NoAnswer:
        """Send what the core asks for; ids are left out of the statistics' names."""
        path = "/" + request.url.split("/", 3)[3]
        client: Any = self.client  # nor does its client
        answer = client.request(
            request.method,
            request.url,
            name=_IDS.sub("{id}", path),
            data=request.body or None,
            headers=dict(request.headers),
            timeout=request.timeout,
            allow_redirects=False,
        )
        if answer.status_code == _NO_CONNECTION:
            return NoAnswer()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return HttpResponse(answer.status_code, headers, answer.content)
