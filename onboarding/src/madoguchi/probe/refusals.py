"""What an adapter must refuse, whoever asks: requests that no gateway signed."""

from uuid import uuid4

from madoguchi_wire.adapter_api import PrepareStatement
from madoguchi_wire.encoding import canonical_json, to_base64url
from madoguchi_wire.keys import SigningKey
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.terminal import TerminalIdentity

from madoguchi.conformance.asking import Answered, Asking
from madoguchi.conformance.sitting import prepare_statement
from madoguchi.conformance.verdicts import Failed
from madoguchi.conformance.visit import Visit
from madoguchi.probe.clock import beacon_of
from madoguchi.probe.trying import Question

_VENDOR = "do not go on: tell the adapter's maker, and show this line"
UNSIGNED = Question("direct", "it refuses a request that nobody signed", _VENDOR)
UNKNOWN_KEY = Question("direct", "it refuses a request signed by an unknown key", _VENDOR)
ELSEWHERE = Question("direct", "it answers for no municipality that is not its own", _VENDOR)
NOBODYS = "473995"
"""Spelled as a code, and of no municipality."""
_REFUSED = ("signature-refused", "malformed-request", "invalid-fields")


async def refuses_unsigned(asking: Asking, identity: TerminalIdentity, card: VirtualCard) -> str:
    """Ask for a paper without a signature; raises Failed."""
    statement = await _asked(asking, identity, card)
    header = to_base64url(canonical_json({"alg": "none", "typ": PrepareStatement.typ}))
    signed = statement.signed_by(asking.key).split(".")
    for token in (f"{header}.{signed[1]}.", f"{signed[0]}.{signed[1]}."):
        _refused(await asking.ask_with(f"issuances/{statement.issuance}/prepare", token))
    return "refused"


async def refuses_unknown_key(asking: Asking, identity: TerminalIdentity, card: VirtualCard) -> str:
    """Ask for a paper with a key made for this; raises Failed."""
    statement = await _asked(asking, identity, card)
    path = f"issuances/{statement.issuance}/prepare"
    for key in (asking.key, SigningKey.generate()):
        _refused(await asking.ask(path, statement, key))
    return "refused"


async def answers_for_its_own_alone(asking: Asking) -> str:
    """Ask for the beacon of a municipality that is none; raises Failed."""
    answered = await asking.get(f"/v1/municipalities/{NOBODYS}/beacon")
    if not 400 <= answered.status < 500:
        raise Failed("a refusal", str(answered))
    return "refused"


async def _asked(asking: Asking, identity: TerminalIdentity, card: VirtualCard) -> PrepareStatement:
    """Return what would make a paper for the test person, if a gateway signed it."""
    beacon, _ = await beacon_of(asking)
    visit = Visit(identity, card, asking.municipality, beacon.beacon)
    return prepare_statement(asking.municipality, visit, visit.order(), str(uuid4()))


def _refused(answered: Answered) -> None:
    answered.refused_as(*_REFUSED)
