"""The vendor's server over HTTP: a thread for each connection, as such servers have."""

import base64
import json
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from municipal_adapter_testing.vendor.town import VendorTown

from proofs.incidents.vendor.program import Program
from proofs.incidents.vendor.strikes import Strikes


class VendorHttpServer(ThreadingHTTPServer):
    """One process of the vendor's server; several may listen on one port, as behind a balancer."""

    daemon_threads = True
    allow_reuse_port = True
    request_queue_size = 256

    def __init__(self, port: int, town: VendorTown, program: Program, strikes: Strikes) -> None:
        self.town, self.program, self.strikes = town, program, strikes
        super().__init__(("127.0.0.1", port), _Handler)

    def found(self, address: str) -> Mapping[str, Any] | None:
        """Return what a GET is answered with; None: nothing is there."""
        parts = urlsplit(address)
        if parts.path == "/state":
            return self.town.state()
        if parts.path == "/persons":
            born = date.fromisoformat(parse_qs(parts.query)["born"][0])
            return {"persons": self.town.born(born)}
        return self.town.person(parts.path.rsplit("/", 1)[-1])

    def paper(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a request for a paper is answered with."""
        paper = self.program.paper(asked)
        if paper.struck:
            self.strikes.note(asked["reference"])
        beside = self.town.person(paper.record_of or asked["person"])
        return {"paper": {"pdf": base64.b64encode(paper.pdf).decode()}, "data": beside}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    @property
    def _vendor(self) -> VendorHttpServer:
        return cast("VendorHttpServer", self.server)

    def do_GET(self) -> None:
        self._answer(self._vendor.found(self.path))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self._answer(self._vendor.paper(json.loads(body)))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401, ARG002
        return

    def _answer(self, found: Mapping[str, Any] | None) -> None:
        body = json.dumps(found or {}).encode()
        self.send_response(HTTPStatus.NOT_FOUND if found is None else HTTPStatus.OK)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
