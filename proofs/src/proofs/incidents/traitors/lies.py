"""A gateway that lies to terminals: swaps, replays, forges, holds back, and says *go* at will."""

import json
import random
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from local_stack.lying_gateway import Exchange
from madoguchi_wire.errors import DocumentLost
from madoguchi_wire.gateway_api import PlaceOrder
from madoguchi_wire.kit.problems import problem_of
from madoguchi_wire.reports import TerminalReport
from madoguchi_wire.signed import unverified_payload

from proofs.incidents.traitors.forging import Forged, Forger

HONEST = 0.5
"""Of the answers it passes on as they are, so that there is something to steal."""
_PLENTY = 40
"""Answers that it remembers of a kind."""
Lie = Callable[[Exchange], Exchange | None]
"""None: there was nothing to lie with."""


@dataclass
class Liar:
    """What both replicas of the traitor know and do."""

    forger: Forger
    chance: random.Random
    told: Counter[str] = field(default_factory=Counter[str])
    """How often it told which lie."""
    _stolen: dict[str, list[Exchange]] = field(default_factory=dict[str, list[Exchange]])
    _forged: dict[str, Forged] = field(default_factory=dict[str, Forged])

    def lie(self, true: Exchange) -> Exchange:
        """Return what the terminal is told."""
        kind = _kind(true)
        if kind == "document" and _issuance(true) in self._forged:
            return self._deliver_forged(true)
        # A forged paper shall come out, so nothing is in its way.
        free = not _is_of(self._forged, true) and self.chance.random() > HONEST
        told = self._lied(true, kind) if free else true
        if _went_well(true):
            self._stolen.setdefault(kind, []).append(true)
            del self._stolen[kind][:-_PLENTY]
        return told

    def _lied(self, true: Exchange, kind: str) -> Exchange:
        lies = self._lies().get(kind, {})
        if not lies:
            return true
        name = self.chance.choice(sorted(lies))
        lied = lies[name](true)
        self.told[name] += lied is not None
        return lied or true

    def swallow(self, what: str, body: bytes) -> bytes | None:
        """Keep from the true gateway what would stop us: that a document was rejected."""
        if what != "reports":
            return None
        report = _report(body)
        if report.body.event != "rejected":
            return None
        self.told["a rejection is kept secret"] += 1
        return json.dumps({"issuance": report.issuance, "state": "delivered", "go": True}).encode()

    def _lies(self) -> Mapping[str, Mapping[str, Lie]]:
        return {
            "orders": {
                "a forged document": self._forge,
                "another's attestation": self._others_attestation,
                "another's whole answer": self._others_answer,
            },
            "document": {
                "another's document": self._others_document,
                "another's ciphertext": self._others_ciphertext,
                "the document is held back": self._held_back,
            },
            "household": {"another's household": self._others_answer},
            "paid": {
                "the go is held back": lambda true: _with(true, go=False),
                "another's go, a second time": self._others_go,
            },
            "other report": {"a go that nobody asked for": lambda true: _with(true, go=True)},
        }

    def _forge(self, true: Exchange) -> Exchange:
        order = PlaceOrder.model_validate_json(true.body)

        def change(told: Any) -> None:  # noqa: ANN401 (JSON)
            for issued in told["issuances"]:
                if issued["attestation"] is not None:
                    forged = self.forger.forged(issued["attestation"], order)
                    self._forged[issued["issuance"]] = forged
                    issued["attestation"] = forged.attestation

        return _changed(true, change)

    def _deliver_forged(self, true: Exchange) -> Exchange:
        forged = self._forged[_issuance(true)]
        headers = true.headers | {"madoguchi-attestation": forged.attestation}
        return replace(true, answer=forged.ciphertext, headers=headers, status=200)

    def _others_attestation(self, true: Exchange) -> Exchange | None:
        theirs = self._some("orders")
        if theirs is None:
            return None
        attestation = json.loads(theirs.answer)["issuances"][0]["attestation"]

        def change(told: Any) -> None:  # noqa: ANN401 (JSON)
            told["issuances"][0]["attestation"] = attestation

        return _changed(true, change)

    def _others_answer(self, true: Exchange) -> Exchange | None:
        theirs = self._some(_kind(true))
        return None if theirs is None else replace(true, answer=theirs.answer)

    def _others_document(self, true: Exchange) -> Exchange | None:
        theirs = self._some("document")
        if theirs is None:
            return None
        return replace(true, answer=theirs.answer, headers=theirs.headers, status=200)

    def _others_ciphertext(self, true: Exchange) -> Exchange | None:
        theirs = self._some("document")
        return None if theirs is None else replace(true, answer=theirs.answer)

    def _held_back(self, true: Exchange) -> Exchange:
        problem = problem_of(DocumentLost())
        headers = {"content-type": "application/problem+json"}
        body = problem.model_dump_json().encode()
        return replace(true, status=problem.status, headers=headers, answer=body)

    def _others_go(self, true: Exchange) -> Exchange | None:
        theirs = self._some("paid")
        return None if theirs is None else replace(true, answer=theirs.answer)

    def _some(self, kind: str) -> Exchange | None:
        stolen = self._stolen.get(kind)
        return self.chance.choice(stolen) if stolen else None


def _kind(exchange: Exchange) -> str:
    if exchange.what != "reports":
        return exchange.what
    return "paid" if _report(exchange.body).body.event == "paid" else "other report"


def _is_of(forged: Collection[str], exchange: Exchange) -> bool:
    return exchange.what == "reports" and _report(exchange.body).issuance in forged


def _went_well(exchange: Exchange) -> bool:
    return exchange.status < HTTPStatus.BAD_REQUEST


def _issuance(exchange: Exchange) -> str:
    return exchange.path.split("/")[-2]


def _report(body: bytes) -> TerminalReport:
    return TerminalReport.parsed(unverified_payload(json.loads(body)["report"]))


def _with(true: Exchange, **changes: object) -> Exchange | None:
    if not _went_well(true):
        return None
    return _changed(true, lambda told: told.update(changes))


def _changed(true: Exchange, change: Callable[[Any], None]) -> Exchange:
    told = json.loads(true.answer)
    if _went_well(true):
        change(told)
    return replace(true, answer=json.dumps(told).encode())
