"""A terminal is enrolled by whoever has its code or its present key, and by nobody else."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from gateway_testing.world import OTHER_STORE, STORE, World, eventually
from madoguchi.main import main
from madoguchi.terminals.registrar import Registrar
from madoguchi_wire.clock import SystemClock
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.enrolling import (
    AskEnrolment,
    EnrolmentAsked,
    ask_again,
    ask_with_code,
    code_proof,
)
from madoguchi_wire.enrolment import LONGEST, Placed
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.withdrawn import WithdrawnList
from store_terminal_sim.core.access import SOFTWARE, token_call
from store_terminal_sim.core.problems import GatewayRefused
from store_terminal_sim.core.terminal import Terminal
from store_terminal_sim.enrolling import enrol
from store_terminal_sim.terminal_folder import Delivered, deliver_terminal, load_identity

DECIDED = ("--by", "sato", "--why", "a terminal of the tests", "--json")


@dataclass
class Centre:
    """Whoever enrols: its commands, its registrar at work, and machines to be enrolled."""

    world: World
    folder: Path
    capsys: pytest.CaptureFixture[str]

    async def does(self, *typed: str) -> Any:
        """Run `madoguchi terminals …` and return what it says."""
        self.capsys.readouterr()
        code = await asyncio.to_thread(main, ["terminals", *typed])
        said = self.capsys.readouterr()
        assert code == 0, said.err
        return json.loads(said.out)

    async def code(self, terminal: str = STORE) -> str:
        """Make a one-time code."""
        secret = str(self.folder / "codes.secret")
        return (await self.does("code", terminal, "--secret", secret, *DECIDED))["code"]

    def machine(self, name: str, terminal: str = STORE) -> Path:
        """Deliver a machine that has no keys."""
        placed = Placed(terminal=terminal, site="somewhere", chain="tokiwa")
        gateway, root = self.world.settings.name, self.world.root.private.public_key()
        delivered = Delivered(placed, gateway, self.world.replicas, "development", root)
        deliver_terminal(self.folder / name, delivered)
        return self.folder / name

    async def enrolled(self, folder: Path, code: str | None) -> str:
        """Let a machine have itself enrolled."""
        return await enrol(folder, self.world.replicas[0], code, self.world.http, SystemClock())

    async def refusal(self, asking: Awaitable[str]) -> str:
        """Return the problem that keeps a machine from being enrolled."""
        with pytest.raises(GatewayRefused) as refused:
            await asking
        return refused.value.slug

    async def opens(self, folder: Path) -> int:
        """Open a session at a machine; return the status."""
        identity = load_identity(folder)
        customer = await self.world.customer(terminal=identity.terminal)
        customer.at.key, customer.at.enrolment = identity.statement_key, identity.enrolment
        return (await customer.open(customer.sign())).status

    async def token(self, folder: Path) -> str:
        """Ask for an access token; return the problem, if there is one."""
        call = token_call(Terminal.started(load_identity(folder), SystemClock(), ()))
        address = self.world.replicas[0] + call.path
        async with self.world.http.post(address, data=call.body, headers=call.headers) as answered:
            told = await answered.json(content_type=None)
        return str(told.get("type", "")).removeprefix("/problems/")

    async def answer(self, asked: AskEnrolment) -> str:
        """Return the problem that a request ends in."""
        body = asked.model_dump(mode="json")
        address = f"{self.world.replicas[0]}/v1/enrolments"
        async with asyncio.timeout(20):
            while True:
                async with self.world.http.post(address, json=body) as answered:
                    told = await answered.json(content_type=None)
                if told.get("state") != "waiting":
                    return str(told.get("type", "enrolled")).removeprefix("/problems/")
                await asyncio.sleep(0.1)


@pytest.fixture
async def centre(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> AsyncIterator[Centre]:
    """A centre whose registrar is at work."""
    settings = world.settings
    monkeypatch.setenv("MADOGUCHI_ENVIRONMENT", "development")
    monkeypatch.setenv("GATEWAY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("GATEWAY_NAME", settings.name)
    folder = tmp_path / "centre"
    folder.mkdir()
    secret = secrets.token_bytes(32)
    (folder / "codes.secret").write_bytes(secret)
    (folder / "root.pem").write_bytes(
        world.root.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    clock = SystemClock()
    trust = Trust(settings.trust_list, folder / "root.pem", "development", clock)
    registrar = Registrar(world.registrar, secret, settings.name, trust, clock)

    async def work() -> None:
        async with world.pool.acquire() as connection:
            while True:
                await registrar.turn(connection)
                await asyncio.sleep(0.1)

    task = asyncio.create_task(work())
    yield Centre(world, folder, capsys)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def asked(world: World, terminal: str = STORE, **changes: Any) -> EnrolmentAsked:
    """Return what somebody asks for, of keys that they do not have."""
    return EnrolmentAsked(
        gateway=world.settings.name,
        terminal=terminal,
        statement_key=SigningKey.generate().public,
        token_key=SigningKey.generate().public,
        asked_at=datetime.now(UTC),
        nonce=to_base64url(secrets.token_bytes(16)),
    ).model_copy(update=changes)


def keys() -> tuple[SigningKey, SigningKey, dict[str, str]]:
    """Return new keys, and what is asked for them."""
    statement_key, token_key = SigningKey.generate(), SigningKey.generate()
    said = {"statement_key": statement_key.public, "token_key": token_key.public}
    return statement_key, token_key, said


async def test_a_code_enrols_one_machine_once(centre: Centre) -> None:
    code, mine, other = await centre.code(), centre.machine("mine"), centre.machine("other")
    enrolment = await centre.enrolled(mine, code.replace("-", "").lower())
    assert await centre.opens(mine) == 201
    assert await centre.refusal(centre.enrolled(other, code)) == "enrolment-code-used"
    assert len(enrolment) == 22
    assert await centre.token(mine) == ""
    listed = {row["terminal"]: row for row in await centre.does("list", "--json")}
    known, other_known = listed[STORE], listed[OTHER_STORE]
    assert (known["state"], known["software"]) == ("enrolled", SOFTWARE)
    assert datetime.now(UTC) - datetime.fromisoformat(known["seen_at"]) < timedelta(minutes=1)
    assert datetime.fromisoformat(known["enrolled_until"]) - datetime.now(UTC) < LONGEST
    assert (other_known["state"], other_known["seen_at"]) == ("not enrolled", None)
    soon = await centre.does("list", "--json", "--ends-within", "30")
    assert STORE not in {row["terminal"] for row in soon}


async def test_neither_anothers_code_nor_an_old_one_nor_a_guess_enrols(centre: Centre) -> None:
    code, other = await centre.code(), await centre.code(OTHER_STORE)
    machine, elsewhere = centre.machine("mine"), centre.machine("elsewhere", OTHER_STORE)
    assert await centre.refusal(centre.enrolled(machine, other)) == "enrolment-code-refused"
    newer = await centre.code()
    assert await centre.refusal(centre.enrolled(machine, code)) == "enrolment-code-expired"
    for _ in range(5):
        guess = "ABCD-EFGH-IJKL-MNOP"
        assert await centre.refusal(centre.enrolled(machine, guess)) == "enrolment-code-refused"
    assert await centre.refusal(centre.enrolled(machine, newer)) == "enrolment-code-refused"
    # Whoever guesses at one terminal's code spends no other's.
    await centre.enrolled(elsewhere, other)
    assert await centre.opens(elsewhere) == 201


Change = Callable[[World, str], AskEnrolment]


def _swapped(world: World, code: str) -> AskEnrolment:
    """Somebody on the way puts keys of their own into a request that shows the code."""
    statement_key, token_key, said = keys()
    proof = code_proof(asked(world), code)
    mine = asked(world, **said)
    return ask_with_code(mine, statement_key, token_key, code).model_copy(
        update={"code_proof": proof}
    )


def _without(key: str) -> Change:
    """The keys are not those of whoever asks."""

    def change(world: World, code: str) -> AskEnrolment:
        statement_key, token_key, said = keys()
        mine = asked(world, **(said | {key: SigningKey.generate().public}))
        return ask_with_code(mine, statement_key, token_key, code)

    return change


def _changed(**changes: Any) -> Change:
    def change(world: World, code: str) -> AskEnrolment:
        statement_key, token_key, said = keys()
        return ask_with_code(asked(world, **(said | changes)), statement_key, token_key, code)

    return change


def _one_key(world: World, code: str) -> AskEnrolment:
    key = SigningKey.generate()
    mine = asked(world, statement_key=key.public, token_key=key.public)
    return ask_with_code(mine, key, key, code)


FORGED: dict[str, tuple[Change, str]] = {
    "other keys under the code": (_swapped, "enrolment-code-refused"),
    "a statement key of somebody else": (_without("statement_key"), "enrolment-request-refused"),
    "a token key of somebody else": (_without("token_key"), "enrolment-request-refused"),
    "one key for both": (_one_key, "enrolment-request-refused"),
    "for another gateway": (_changed(gateway="elsewhere.test"), "enrolment-request-refused"),
    "asked yesterday": (
        _changed(asked_at=datetime.now(UTC) - timedelta(days=1)),
        "enrolment-request-refused",
    ),
    "of a terminal that no chain has": (_changed(terminal="nobody-1"), "enrolment-code-refused"),
}


async def test_a_request_that_was_replaced_on_its_way_enrols_nothing(centre: Centre) -> None:
    code = await centre.code()
    for name, (change, slug) in FORGED.items():
        assert await centre.answer(change(centre.world, code)) == slug, name
    fresh, mine = await centre.code(), centre.machine("mine")
    await centre.enrolled(mine, fresh)
    assert await centre.opens(mine) == 201


async def test_keys_are_renewed_by_the_present_key_and_overlap(centre: Centre) -> None:
    mine, old = centre.machine("mine"), centre.machine("old")
    await centre.enrolled(mine, await centre.code())
    for name in ("statement.pem", "token.pem", "enrolment.jws"):
        (old / name).write_bytes((mine / name).read_bytes())
    first = await centre.enrolled(mine, None)
    assert await centre.enrolled(mine, None) != first
    assert [await centre.opens(one) for one in (mine, old)] == [201, 201]
    present = load_identity(mine)
    statement_key, token_key, said = keys()
    for terminal, key, enrolment in (
        (STORE, SigningKey.generate(), present.enrolment),
        (
            STORE,
            SigningKey(SigningKey.generate().private, present.statement_key.kid),
            present.enrolment,
        ),
        (STORE, present.token_key, present.enrolment),
        (OTHER_STORE, present.statement_key, present.enrolment),
        (STORE, present.statement_key, centre.world.enrolments[OTHER_STORE]),
    ):
        forged = asked(centre.world, terminal, **said)
        again = ask_again(forged, statement_key, token_key, key, enrolment)
        assert await centre.answer(again) == "enrolment-request-refused"


async def test_a_lost_machine_renews_nothing_and_its_successor_works(centre: Centre) -> None:
    lost, successor = centre.machine("lost"), centre.machine("successor")
    first = await centre.enrolled(lost, await centre.code())
    await centre.does("lost", STORE, *DECIDED)
    assert await centre.refusal(centre.enrolled(lost, None)) == "enrolment-request-refused"

    async def hears() -> bool:
        return await centre.token(lost) == "terminal-suspended"

    await eventually(hears, 5)
    await centre.enrolled(successor, await centre.code())
    assert await centre.opens(successor) == 201
    assert await centre.opens(lost) == 403
    assert await centre.token(successor) == ""
    assert await centre.token(lost) == "signature-refused"
    async with centre.world.http.get(
        f"{centre.world.replicas[0]}/v1/withdrawn-enrolments"
    ) as answered:
        token = await answered.text()
    said = WithdrawnList.verified(token, centre.world.registrar.private.public_key())
    assert [one.enrolment for one in said.withdrawn] == [first]
