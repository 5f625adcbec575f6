"""Who looked at what is on record, and stays as it was recorded."""

import asyncpg
import pytest
from audit.access.accesses import ACCESSES, record_access
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection

SATO = Person.of("sato", "the commission asks")


async def test_each_access_is_listed_in_order_with_who_what_and_why(
    connection: Connection,
) -> None:
    await record_access(connection, SATO, "history", {"subject": "x", "terminal": None})
    await record_access(connection, Person.of("tanaka", "quarter's end"), "report", {"quarter": 1})
    first, second = await ACCESSES.page(connection)
    assert (first.who, first.what, first.why, first.about) == (
        *("sato", "history", "the commission asks"),
        {"subject": "x"},
    )
    assert (second.who, second.about) == ("tanaka", {"quarter": "1"})
    assert await ACCESSES.page(connection, who="tanaka") == [second]
    assert await ACCESSES.page(connection, after=first.position) == [second]
    assert [one async for one in ACCESSES.all(connection)] == [first, second]


@pytest.mark.parametrize(
    "statement", ["DELETE FROM accesses", "UPDATE accesses SET who = 'x'", "TRUNCATE accesses"]
)
async def test_no_access_is_taken_back(connection: Connection, statement: str) -> None:
    await record_access(connection, SATO, "history", {})
    with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
        await connection.execute(statement)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", "a reason"), ("佐藤", "a reason"), ("sato", ""), ("sato", "why"), ("sato", "a\nb c d")],
)
def test_nobody_without_a_name_and_a_reason(name: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r"a name has|a reason is"):
        Person.of(name, reason)
