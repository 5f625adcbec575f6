"""A terminal makes its keys and has them enrolled; it may lose its power anywhere on the way."""

import asyncio
import json
import secrets
import shutil
import time
from http import HTTPStatus
from pathlib import Path

import aiohttp
from madoguchi_wire.clock import Clock
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.enrolling import (
    AskEnrolment,
    EnrolmentAnswer,
    EnrolmentAsked,
    ask_again,
    ask_with_code,
)
from madoguchi_wire.enrolment import verified_enrolment
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.gateway_api import Problem
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.trust_list import verified_trust_list

from store_terminal_sim.core.problems import GatewayRefused
from store_terminal_sim.terminal_folder import (
    ENROLMENT,
    STATEMENT_KEY,
    TOKEN_KEY,
    finish_enrolment,
    load_identity,
    pending_folder,
    pinned_root,
)

PATIENCE_S = 60.0
_PAUSE_S = 1.0
_ASKED = "asked.json"


async def enrol(
    folder: Path, gateway: str, code: str | None, http: aiohttp.ClientSession, clock: Clock
) -> str:
    """Have new keys enrolled, with a code or by the present key; return the enrolment's id.

    A request that was begun goes on with the keys that it was begun with.

    Args:
        folder: the terminal's.
        gateway: base URL of a replica.
        code: as it was typed; None: renew.
        http: sends its requests.
        clock: the terminal's.

    Raises:
        GatewayRefused: the registrar or the gateway refused; a refused request is forgotten.
        SignatureRefused: what came is not what the registrar signs for these keys.
        TimeoutError: no registrar answered in a minute; try again later.

    """
    asked = _begun(folder) or _begin(folder, code, clock)
    try:
        answer = await _asked(http, gateway, asked)
        ends = time.monotonic() + PATIENCE_S
        while answer.enrolment is None:
            if time.monotonic() > ends:
                raise TimeoutError("no registrar has answered yet: ask again later")
            await asyncio.sleep(_PAUSE_S)
            answer = await _asked(http, gateway, asked)
    except GatewayRefused as refused:
        if not refused.problem.retryable:
            shutil.rmtree(pending_folder(folder))
        raise
    async with http.get(f"{gateway}/v1/trust-list") as answered:
        trust_list = (await answered.text("ascii", "replace")).strip()
    return _taken_up(folder, trust_list, answer.enrolment, clock)


def _begun(folder: Path) -> AskEnrolment | None:
    try:
        return AskEnrolment.model_validate_json((pending_folder(folder) / _ASKED).read_bytes())
    except FileNotFoundError:
        return None


def _begin(folder: Path, code: str | None, clock: Clock) -> AskEnrolment:
    pending = pending_folder(folder)
    shutil.rmtree(pending, ignore_errors=True)
    pending.mkdir()
    statement_key, token_key = SigningKey.generate(), SigningKey.generate()
    statement_key.save(pending / STATEMENT_KEY)
    token_key.save(pending / TOKEN_KEY)
    facts = json.loads((folder / "terminal.json").read_bytes())
    said = EnrolmentAsked(
        gateway=facts["gateway"],
        terminal=facts["terminal"],
        statement_key=statement_key.public,
        token_key=token_key.public,
        asked_at=clock.now(),
        nonce=to_base64url(secrets.token_bytes(16)),
    )
    if code is not None:
        asked = ask_with_code(said, statement_key, token_key, code)
    else:
        present = load_identity(folder)
        asked = ask_again(said, statement_key, token_key, present.statement_key, present.enrolment)
    (pending / _ASKED).write_text(asked.model_dump_json())
    return asked


def _taken_up(folder: Path, trust_list: str, token: str, clock: Clock) -> str:
    """Use the enrolment, if a registrar whom the pinned root names signed it for our keys."""
    now, pending = clock.now(), pending_folder(folder)
    facts = json.loads((folder / "terminal.json").read_bytes())
    trust = verified_trust_list(trust_list, pinned_root(folder), now, facts["environment"])
    enrolment = verified_enrolment(token, trust.key_set(), now)
    keys = [SigningKey.load(pending / name).public for name in (STATEMENT_KEY, TOKEN_KEY)]
    if [enrolment.statement_key, enrolment.token_key] != keys:
        raise SignatureRefused("The enrolment is not of the keys that were made here.")
    if enrolment.terminal != facts["terminal"]:
        raise SignatureRefused("The enrolment is of another terminal.")
    (pending / ENROLMENT).write_text(token)
    finish_enrolment(folder)
    return enrolment.enrolment


async def _asked(http: aiohttp.ClientSession, gateway: str, asked: AskEnrolment) -> EnrolmentAnswer:
    # The same request is answered as far as it is, so it is also how to ask what became of it.
    body = asked.model_dump(mode="json")
    async with http.post(f"{gateway}/v1/enrolments", json=body) as answered:
        told = await answered.read()
    if answered.status >= HTTPStatus.BAD_REQUEST:
        raise GatewayRefused(Problem.model_validate_json(told))
    return EnrolmentAnswer.model_validate_json(told)
