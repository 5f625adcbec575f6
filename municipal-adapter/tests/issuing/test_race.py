"""The race of sync against issue (domain F2): old records, new ones or none, never both."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest
from madoguchi_wire.encoding import from_base64url
from madoguchi_wire.errors import PersonRefused
from madoguchi_wire.order import (
    Options,
    ResidentRecordOptions,
    SealRegistrationOptions,
    order_digest,
)
from madoguchi_wire.sealing import document_info
from municipal_adapter.issuing.prepare import prepare
from municipal_adapter.parts import Adapter
from municipal_adapter.readback.page import read_pages
from municipal_adapter_testing.asking import prepare_statement
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.inside import ChangingSource, Reads, adapter_inside
from municipal_adapter_testing.papers import approved_fonts
from municipal_adapter_testing.reception import Living, Person, Reception
from municipal_adapter_testing.town import Town
from municipal_adapter_testing.visit import Visit

ICHIKAWA = "122033"
OLD = ("試験県試験市試験町一丁目2番3号", "平成13年4月1日")
NEW = ("試験県試験市新町九丁目9番9号", "平成30年6月1日")
MOST_READS = 12
Change = Callable[[], Awaitable[None]]


@pytest.fixture
async def inside(adapter_environment: dict[str, str]) -> AsyncIterator[Adapter]:
    """An adapter in this process."""
    async with adapter_inside(adapter_environment) as opened:
        yield opened


@pytest.fixture
def change(towns: dict[str, Town]) -> Callable[..., Change]:
    """A function that makes a committed change of the records out of SQL."""

    def change(*statements: str) -> Change:
        async def run() -> None:
            connection = await asyncpg.connect(towns[ICHIKAWA].database_url)
            try:
                async with connection.transaction():
                    for statement in statements:
                        await connection.execute(statement)
            finally:
                await connection.close()

        return run

    return change


async def issued(
    adapter: Adapter, centre: Centre, visit: Visit, options: Options, reads: Reads
) -> str | None:
    """Return the text of the paper that came out; None if it was refused."""
    honest = adapter.municipalities[ICHIKAWA]
    municipality = replace(honest, records=ChangingSource(honest.records, reads))
    order, issuance = visit.order(options), uuid4()
    token = prepare_statement(visit, order, str(issuance)).signed_by(centre.gateway)
    try:
        prepared = await prepare(adapter, municipality, issuance, token)
    except PersonRefused:
        return None
    info = document_info(str(issuance), order_digest(order))
    pdf = visit.opening_key.open(from_base64url(prepared.ciphertext), info)
    return "".join(page.text for page in read_pages(pdf, approved_fonts()))


async def cardholder(reception: Reception) -> tuple[Living, Visit]:
    """Return somebody new with a card in the slot."""
    living = await reception.settle(ICHIKAWA, Person())
    return living, await reception.visit(ICHIKAWA, await reception.card_of(ICHIKAWA, living))


def moving(living: Living) -> tuple[str, ...]:
    """Return a household's move as the register enters it: several rows in one transaction."""
    return (
        f"UPDATE households SET address = '{NEW[0]}' WHERE household_id = '{living.household}'",
        f"""
        UPDATE residents SET moved_here_on = '2018-06-01', became_resident_on = '2018-06-01'
        WHERE household_id = '{living.household}'
        """,
    )


async def test_a_move_entered_at_any_read_shows_wholly_or_not_at_all(
    inside: Adapter, centre: Centre, reception: Reception, change: Callable[..., Change]
) -> None:
    shown: list[bool] = []
    for before in range(MOST_READS):
        living, visit = await cardholder(reception)
        reads = Reads(before, change(*moving(living)))
        text = await issued(inside, centre, visit, ResidentRecordOptions(), reads)
        assert text is not None
        old, new = [part in text for part in OLD], [part in text for part in NEW]
        assert all(new) or (all(old) and not any(new))
        shown.append(all(new))
    assert shown == [True] * 4 + [False] * (MOST_READS - 4)  # three reads, then the second snapshot


async def test_protection_entered_before_the_page_is_finished_refuses(
    inside: Adapter, centre: Centre, reception: Reception, change: Callable[..., Change]
) -> None:
    refused: list[bool] = []
    for before in range(MOST_READS):
        living, visit = await cardholder(reception)
        protect = change(
            f"UPDATE residents SET protected = true WHERE resident_id = '{living.resident}'"
        )
        reads = Reads(before, protect)
        text = await issued(inside, centre, visit, ResidentRecordOptions(), reads)
        refused.append(text is None)
    assert refused == [True] * 4 + [False] * (MOST_READS - 4)


async def test_a_seal_cancelled_before_the_page_is_finished_is_not_certified(
    inside: Adapter, centre: Centre, reception: Reception, change: Callable[..., Change]
) -> None:
    refused: list[bool] = []
    for before in range(MOST_READS):
        living, visit = await cardholder(reception)
        cancel = change(
            f"""
            UPDATE seal_registrations SET status = 'cancelled'
            WHERE resident_id = '{living.resident}'
            """
        )
        reads = Reads(before, cancel)
        text = await issued(inside, centre, visit, SealRegistrationOptions(), reads)
        refused.append(text is None)
    assert refused == [True] * 5 + [False] * (MOST_READS - 5)  # one read more: the seal


async def test_two_people_exchanged_by_an_import_at_any_read_are_never_printed(
    inside: Adapter, centre: Centre, reception: Reception, change: Callable[..., Change]
) -> None:
    """Domain F2: an import that is off by one row gives one number the other one's name."""
    for before in range(MOST_READS):
        one, visit = await cardholder(reception)
        other = await reception.settle(ICHIKAWA, Person(name="別人 次郎"))
        exchange = change(
            f"UPDATE residents SET name = '別人 次郎' WHERE resident_id = '{one.resident}'",
            f"UPDATE residents SET name = '試験 一郎' WHERE resident_id = '{other.resident}'",
        )
        reads = Reads(before, exchange)
        text = await issued(inside, centre, visit, ResidentRecordOptions(), reads)
        assert text is None or ("氏名試験一郎" in text and "別人" not in text)
