import secrets

import pytest
from madoguchi_wire.errors import MemberUnknown
from municipal_adapter.household.handles import Handles

HANDLES = Handles(secrets.token_bytes(32))
HERE, ELSEWHERE = "a" * 64, "b" * 64
FAMILY = ["1001", "1002", "1003"]


def test_handles_lead_back_to_members_in_the_legal_order_whatever_order_they_came_in() -> None:
    chosen = [HANDLES.of(HERE, "1003"), HANDLES.of(HERE, "1001")]
    assert HANDLES.resolve(HERE, chosen, FAMILY) == ["1001", "1003"]


@pytest.mark.parametrize(
    "handle",
    [
        HANDLES.of(ELSEWHERE, "1001"),
        HANDLES.of(HERE, "2001"),
        Handles(secrets.token_bytes(32)).of(HERE, "1001"),
        "1001",
        "",
    ],
    ids=["session", "household", "key", "number", "nothing"],
)
def test_handles_of_another_session_household_or_key_are_unknown(handle: str) -> None:
    with pytest.raises(MemberUnknown):
        HANDLES.resolve(HERE, [HANDLES.of(HERE, "1002"), handle], FAMILY)


def test_the_same_member_twice_is_refused() -> None:
    handle = HANDLES.of(HERE, "1001")
    with pytest.raises(MemberUnknown):
        HANDLES.resolve(HERE, [handle, handle], FAMILY)
