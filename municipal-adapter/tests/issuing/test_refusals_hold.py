"""Records × options × rules: whatever else holds, a refusal that holds lets no document out."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from madoguchi_wire.encoding import from_base64url
from madoguchi_wire.order import (
    Options,
    ResidentRecordOptions,
    SealRegistrationOptions,
    order_digest,
)
from madoguchi_wire.sealing import document_info
from municipal_adapter.officers.stops import Stopped
from municipal_adapter.readback.page import read_pages
from municipal_adapter_testing.asking import Answered, opened_household
from municipal_adapter_testing.papers import approved_fonts
from municipal_adapter_testing.reception import Living, Person, Reception
from municipal_adapter_testing.town import Town
from municipal_adapter_testing.visit import Visit

ICHIKAWA = "122033"
RESIDENT = "UPDATE residents SET {} WHERE resident_id = $1"
SEAL = "UPDATE seal_registrations SET {} WHERE resident_id = $1"
STOP = """
    INSERT INTO stops (resident_id, what, officer, reason)
    VALUES ($1, '{}', 'officer', 'property')
"""


@dataclass(frozen=True)
class Obstacle:
    """Something in the records of one person."""

    sql: str
    of_anybody: bool = False
    """Whether it counts for everybody in the household."""
    only_seal: bool = False


OBSTACLES: Mapping[str, Obstacle] = {
    "protected": Obstacle(RESIDENT.format("protected = true"), of_anybody=True),
    "leaving": Obstacle(RESIDENT.format("status = 'leaving'"), of_anybody=True),
    "pending": Obstacle(RESIDENT.format("change_pending = true"), of_anybody=True),
    "moved in today": Obstacle(
        RESIDENT.format("moved_here_on = (madoguchi_now() AT TIME ZONE 'Asia/Tokyo')::date"),
        of_anybody=True,
    ),
    "stopped": Obstacle(STOP.format(Stopped.PERSON.value), of_anybody=True),
    "moved out": Obstacle(RESIDENT.format("status = 'moved_out'")),
    "deceased": Obstacle(RESIDENT.format("status = 'deceased'")),
    "a child": Obstacle(RESIDENT.format("birth_date = '2015-01-01'")),
    "another name": Obstacle(RESIDENT.format("name = '別人 次郎'")),
    "a name that no font draws": Obstacle(RESIDENT.format("name = '試験 ' || chr(57344)")),
    "the card of nobody": Obstacle("DELETE FROM card_registrations WHERE resident_id = $1"),
    "no seal": Obstacle("DELETE FROM seal_registrations WHERE resident_id = $1", only_seal=True),
    "seal cancelled": Obstacle(SEAL.format("status = 'cancelled'"), only_seal=True),
    "seal suspended": Obstacle(SEAL.format("status = 'suspended'"), only_seal=True),
    "seal of another name": Obstacle(SEAL.format("registered_name = '旧姓 一郎'"), only_seal=True),
    "seal stopped": Obstacle(STOP.format(Stopped.SEAL.value), only_seal=True),
}
OF_MEMBERS = [name for name, one in OBSTACLES.items() if one.of_anybody]
HARMLESS = [
    "alias = '試験 次郎'",
    "previous_address = NULL",
    "name_kana = ''",
    "honseki = '東京都'",
]


def refuses(options: Options, of_holder: set[str], of_member: set[str]) -> bool:
    """Say, without the rules' own code, whether no document may come out."""
    is_seal = isinstance(options, SealRegistrationOptions)
    return bool(of_member) or any(is_seal or not OBSTACLES[one].only_seal for one in of_holder)


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    of_holder=st.sets(st.sampled_from(sorted(OBSTACLES)), max_size=3),
    of_member=st.sets(st.sampled_from(OF_MEMBERS), max_size=1),
    harmless=st.sets(st.sampled_from(HARMLESS)),
    options=st.sampled_from(["record", "whole", "items", "seal"]),
)
async def test_a_refusal_that_holds_never_lets_a_document_out(
    reception: Reception,
    towns: dict[str, Town],
    of_holder: set[str],
    of_member: set[str],
    harmless: set[str],
    options: str,
) -> None:
    living, member = await household(reception)
    card = await reception.card_of(ICHIKAWA, living)
    visit = await reception.visit(ICHIKAWA, card)
    wanted = await options_of(reception, visit, options)
    connection = await asyncpg.connect(towns[ICHIKAWA].database_url)
    try:
        for change in harmless:
            await connection.execute(RESIDENT.format(change), living.resident)
        for name in sorted(of_holder):
            await connection.execute(OBSTACLES[name].sql, living.resident)
        for name in of_member:
            await connection.execute(OBSTACLES[name].sql, member.resident)
    finally:
        await connection.close()
    order, issuance = visit.order(wanted), str(uuid4())
    answered = await reception.asking.prepare(visit, order, issuance)
    if refuses(wanted, of_holder, of_member):
        assert answered.status == 403, answered.json
    else:
        assert "氏名試験一郎" in opened(visit, order, issuance, answered)
    again = await reception.asking.prepare(visit, order, issuance)
    assert (again.status, again.body) == (answered.status, answered.body)


async def household(reception: Reception) -> tuple[Living, Living]:
    """Return somebody new, and who lives with them."""
    living = await reception.settle(ICHIKAWA, Person())
    wife = Person(name="試験 花子", relationship="妻", household=living.household)
    return living, await reception.settle(ICHIKAWA, wife)


async def options_of(reception: Reception, visit: Visit, name: str) -> Options:
    """Return the options of an order; handles are those that the household's answer gave."""
    if name == "seal":
        return SealRegistrationOptions()
    if name == "items":
        return ResidentRecordOptions(relationship=True, honseki=True)
    if name == "record":
        return ResidentRecordOptions()
    request = visit.household_request()
    answered = await reception.asking.household(visit, request)
    members = opened_household(visit, request, answered).members
    return ResidentRecordOptions(members=tuple(member.handle for member in members))


def opened(visit: Visit, order: str, issuance: str, answered: Answered) -> str:
    """Return the text of the paper that came out."""
    info = document_info(issuance, order_digest(order))
    pdf = visit.opening_key.open(from_base64url(answered.prepared.ciphertext), info)
    return "".join(page.text for page in read_pages(pdf, approved_fonts()))
