"""A witness signs only what goes on from what it has seen, whoever of its replicas is asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest
import yaml
from local_stack.processes import ManagedProcess
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.signed import token_digest
from madoguchi_wire.stamps import Countersignature, Head
from madoguchi_wire_testing.commands import Said, run_command
from municipal_adapter.commands.main import main
from municipal_adapter_testing.asking import Answered
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.stamping import AskedWitness, StampingCentre
from municipal_adapter_testing.town import Town

ICHIKAWA, SHIBUYA = "122033", "131130"


@pytest.fixture(autouse=True)
async def forgotten(towns: dict[str, Town]) -> None:
    """Each test begins with witnesses that have seen nothing."""
    for town in towns.values():
        connection = await asyncpg.connect(town.database_url)
        await connection.execute("TRUNCATE witnessed_stamps, stamp_conflicts, restored_heads")
        await connection.close()


@pytest.fixture
async def witness(adapter: str) -> AsyncIterator[AskedWitness]:
    async with aiohttp.ClientSession() as http:
        yield AskedWitness(http, adapter, ICHIKAWA)


@pytest.fixture
def chain(centre: Centre) -> StampingCentre:
    return StampingCentre(centre.stamping)


def said(answered: Answered, centre: Centre) -> Countersignature:
    assert answered.status == 200, answered.json
    key = centre.witnesses[ICHIKAWA].private.public_key()
    return Countersignature.verified(answered.json["countersignature"], key)


def last(answered: Answered, centre: Centre) -> Head:
    assert answered.status == 200, answered.json
    key = centre.witnesses[ICHIKAWA].private.public_key()
    return Head.verified(answered.json["head"], key)


async def test_stamp_after_stamp_is_signed_and_the_same_again(
    witness: AskedWitness, chain: StampingCentre, centre: Centre
) -> None:
    tokens: list[str] = []
    for number in range(1, 6):
        tokens.append(token := chain.stamp())
        chain.goes_on(token)
        signed = said(await witness.show(token), centre)
        assert (signed.number, signed.stamp, signed.total) == (
            number,
            token_digest(token),
            2 * number,
        )
        head = last(await witness.head(), centre)
        assert (head.number, head.stamp) == (number, token_digest(token))
    for number, token in enumerate(tokens, start=1):
        assert said(await witness.show(token), centre).number == number
    assert last(await witness.head(), centre).number == 5


async def test_the_first_that_is_seen_may_have_any_number(
    witness: AskedWitness, chain: StampingCentre, centre: Centre
) -> None:
    late = chain.stamp(number=41, previous="b" * 64, total=100)
    chain.goes_on(late)
    assert said(await witness.show(late), centre).number == 41
    assert said(await witness.show(chain.stamp()), centre).number == 42


async def test_a_head_is_as_of_the_moment_that_was_asked_for(
    witness: AskedWitness, chain: StampingCentre, centre: Centre
) -> None:
    now = datetime.now(UTC)
    for minutes in (30, 20, 10):
        token = chain.stamp(stamped_at=now - timedelta(minutes=minutes))
        chain.goes_on(token)
        said(await witness.show(token), centre)
    # Before the first stamp it says the first: later than asked, never older.
    for minutes, number in ((40, 1), (25, 1), (15, 2), (5, 3)):
        head = last(await witness.head(now - timedelta(minutes=minutes)), centre)
        assert head.number == number
        assert now - head.as_of - timedelta(minutes=minutes) < timedelta(milliseconds=1)
    assert last(await witness.head(), centre).as_of >= now - timedelta(milliseconds=1)
    refused = await witness.head(now + timedelta(minutes=5))
    assert (refused.status, refused.slug) == (422, "invalid-fields")
    assert (await witness.head("0.5")).status == 422


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ({"number": 4}, "those between are missing"),
        ({"number": 2}, "another stamp 2"),
        ({"number": 1}, "another stamp 1"),
        ({"previous": "c" * 64}, "names another stamp 2"),
        ({"total": 7}, "4 events and 2 are not 7"),
        ({"stamped_at": datetime.now(UTC) - timedelta(hours=5)}, "was made before stamp 2"),
    ],
    ids=["left out", "another second", "another first", "another chain", "total", "earlier"],
)
async def test_what_does_not_go_on_is_a_conflict_and_changes_nothing(
    witness: AskedWitness,
    chain: StampingCentre,
    centre: Centre,
    lie: dict[str, Any],
    words: str,
) -> None:
    for _ in range(2):
        chain.goes_on(token := chain.stamp())
        said(await witness.show(token), centre)
    honest = chain.stamp()
    for _ in range(2):
        refused = await witness.show(chain.stamp(**lie))
        assert (refused.status, refused.slug) == (409, "stamp-conflict")
        assert words in refused.json["detail"]
    assert last(await witness.head(), centre).number == 2
    assert said(await witness.show(honest), centre).number == 3


async def test_a_first_stamp_cannot_follow_anything(
    witness: AskedWitness, chain: StampingCentre
) -> None:
    assert (await witness.show(chain.stamp(previous="d" * 64))).slug == "stamp-conflict"
    assert (await witness.show(chain.stamp(total=5))).slug == "stamp-conflict"
    assert (await witness.head()).slug == "no-stamp-yet"


@pytest.mark.parametrize("number", [0, 2**63, 10**32])
async def test_a_number_that_no_stamp_can_have_is_refused(
    witness: AskedWitness, chain: StampingCentre, number: int
) -> None:
    for lie in ({"number": number}, {"total": number}):
        assert (await witness.show(chain.stamp(**lie))).slug == "signature-refused"
    assert (await witness.head()).slug == "no-stamp-yet"


async def test_only_stamps_of_its_own_centre_are_looked_at(
    witness: AskedWitness, chain: StampingCentre, centre: Centre
) -> None:
    strangers = [
        StampingCentre(SigningKey.generate()).stamp(),
        StampingCentre(centre.gateway).stamp(),
        chain.stamp(centre="another.centre"),
        chain.stamp(stamped_at=datetime.now(UTC) + timedelta(minutes=5)),
        chain.stamp(stamped_at=datetime.now(UTC) - timedelta(days=5)),
        "a.b.c",
    ]
    for token in strangers:
        refused = await witness.show(token)
        assert (refused.status, refused.slug) == (403, "signature-refused")
    assert (await witness.head()).slug == "no-stamp-yet"


async def test_replicas_and_requests_at_once_see_one_chain(
    witness: AskedWitness,
    chain: StampingCentre,
    centre: Centre,
    start: Callable[..., ManagedProcess],
) -> None:
    replica = start().ready_url.removesuffix("/livez")
    both = [witness, AskedWitness(witness.http, replica, ICHIKAWA)]
    for _ in range(10):
        forks = [chain.stamp(root=digit * 64) for digit in "abcdef"]
        answers = await asyncio.gather(
            *[both[at % 2].show(token) for at, token in enumerate(forks)]
        )
        signed = [token for token, one in zip(forks, answers, strict=True) if one.status == 200]
        assert len(signed) == 1
        assert {one.status for one in answers} == {200, 409}
        chain.goes_on(signed[0])
    assert last(await both[1].head(), centre).number == 10


async def test_witnesses_of_one_process_are_apart_and_have_to_be_named(
    witness: AskedWitness, chain: StampingCentre, centre: Centre
) -> None:
    said(await witness.show(chain.stamp()), centre)
    other = AskedWitness(witness.http, witness.address, SHIBUYA)
    assert (await other.head()).slug == "no-stamp-yet"
    nobody = AskedWitness(witness.http, witness.address, None)
    refused = await nobody.head()
    assert (refused.status, refused.slug) == (404, "not-a-witness")
    assert "municipality=CODE" in refused.json["detail"]
    unknown = AskedWitness(witness.http, witness.address, "132047")
    assert (await unknown.show(chain.stamp())).slug == "municipality-unknown"


async def test_without_a_key_it_is_no_witness_and_without_a_name_the_only_one_answers(
    towns: dict[str, Town], chain: StampingCentre, start: Callable[..., ManagedProcess]
) -> None:
    town = towns[ICHIKAWA]
    values = yaml.safe_load(town.file.read_text("utf-8"))
    del values["keys"]["countersigning"]
    (town.folder / "no-witness.yaml").write_text(yaml.safe_dump(values), "utf-8")
    without = start(ADAPTER_FILES=str(town.folder / "no-witness.yaml"))
    alone = start(ADAPTER_FILES=str(town.file))
    async with aiohttp.ClientSession() as http:
        address = without.ready_url.removesuffix("/livez")
        for code in (None, ICHIKAWA):
            refused = await AskedWitness(http, address, code).show(chain.stamp())
            assert (refused.status, refused.slug) == (404, "not-a-witness")
        only = AskedWitness(http, alone.ready_url.removesuffix("/livez"), None)
        assert (await only.show(chain.stamp())).status == 200


async def test_officers_see_the_head_and_conflicts(
    witness: AskedWitness,
    chain: StampingCentre,
    centre: Centre,
    adapter_environment: dict[str, str],
) -> None:
    async def shown() -> str:
        said = await run_command(main, adapter_environment, "witness", "--municipality", ICHIKAWA)
        assert said.code == 0
        return said.out

    assert "no stamp was seen yet" in await shown()
    chain.goes_on(first := chain.stamp(number=7, previous="e" * 64))
    said(await witness.show(first), centre)
    words = await shown()
    assert f"head: stamp 7, 2 events, {token_digest(first)}" in words
    assert "watching since stamp 7" in words
    assert "no conflict" in words
    rewritten = chain.stamp(number=7)
    await witness.show(rewritten)
    await witness.show(rewritten)
    words = await shown()
    assert "CONFLICT" in words
    assert "another stamp 7" in words
    assert "2 times" in words
    assert token_digest(rewritten) in words


async def test_after_a_restored_database_it_goes_on_from_what_another_witness_saw(
    witness: AskedWitness,
    chain: StampingCentre,
    centre: Centre,
    adapter_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    other = AskedWitness(witness.http, witness.address, SHIBUYA)
    chain.goes_on(first := chain.stamp())
    said(await witness.show(first), centre)
    await other.show(first)
    for _ in range(3):  # which the backup does not have
        chain.goes_on(lost := chain.stamp())
        await other.show(lost)
    assert (await witness.show(chain.stamp())).slug == "stamp-conflict"

    async def restored(head: object, reason: str = "backup of last night") -> Said:
        (tmp_path / "head.json").write_text(json.dumps(head), "ascii")
        asked = ["witness-restored", "--municipality", ICHIKAWA, "--officer", "sato"]
        asked += ["--head", str(tmp_path / "head.json"), "--reason", reason]
        return await run_command(main, adapter_environment, *asked)

    forged = StampingCentre(SigningKey.generate()).stamp()
    assert "witness-restored:" in (await restored({"head": forged})).errors
    assert "no answer of" in (await restored({"status": 404})).errors
    elsewhere = Head.verified(
        (await other.head()).json["head"],
        centre.witnesses[SHIBUYA].private.public_key(),
    ).model_copy(update={"centre": "another.centre"})
    token = elsewhere.signed_by(centre.witnesses[SHIBUYA])
    assert "another centre" in (await restored({"head": token})).errors
    old = (await witness.head()).json
    assert "only a newer one helps" in (await restored(old)).errors
    head = (await other.head()).json
    assert "are needed" in (await restored(head, " ")).errors
    assert (await witness.show(chain.stamp())).slug == "stamp-conflict"

    assert "goes on after stamp 4" in (await restored(head)).out
    assert last(await witness.head(), centre).number == 4
    assert (await witness.show(chain.stamp(previous="f" * 64))).slug == "stamp-conflict"
    assert said(await witness.show(chain.stamp()), centre).number == 5
    words = await run_command(main, adapter_environment, "witness", "--municipality", ICHIKAWA)
    assert "went on after stamp 4 by the word of 131130" in words.out
    assert "sato: backup of last night" in words.out
