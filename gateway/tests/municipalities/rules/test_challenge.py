"""A challenge holds for its own terminal and municipality, for five minutes, unchanged."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from gateway.municipalities.rules.challenge import (
    LIFETIME,
    MenuOfChallenge,
    Shown,
    check_challenge,
    new_challenge,
)
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.encoding import from_base64url, to_base64url
from madoguchi_wire.errors import ChallengeRefused

SECRET = secrets.token_bytes(32)
SHOWN = Shown("T1", "122033", "beacon")
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@given(age=st.timedeltas(timedelta(seconds=-1), timedelta(minutes=10)))
def test_it_holds_until_its_five_minutes_are_over(age: timedelta) -> None:
    challenge = new_challenge(SECRET, SHOWN, 7, NOW)
    if age <= LIFETIME:
        menu = check_challenge(challenge, SECRET, SHOWN, NOW + age)
        assert menu == MenuOfChallenge(NOW, 7)
    else:
        with pytest.raises(ChallengeRefused):
            check_challenge(challenge, SECRET, SHOWN, NOW + age)


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        (SECRET, Shown("T2", "122033", "beacon")),
        (SECRET, Shown("T1", "131130", "beacon")),
        (SECRET, Shown("T1", "122033", "another beacon")),
        (SECRET, Shown("T1", "12203", "3beacon")),
        (SECRET[::-1], SHOWN),
    ],
    ids=["terminal", "municipality", "beacon", "borders", "secret"],
)
def test_it_is_nobody_elses(secret: bytes, shown: Shown) -> None:
    challenge = new_challenge(SECRET, SHOWN, 7, NOW)
    with pytest.raises(ChallengeRefused):
        check_challenge(challenge, secret, shown, NOW)


@given(position=st.integers(0, 59), change=st.integers(1, 255))
def test_a_changed_byte_breaks_it(position: int, change: int) -> None:
    raw = bytearray(from_base64url(new_challenge(SECRET, SHOWN, 7, NOW)))
    raw[position] ^= change
    with pytest.raises(ChallengeRefused):
        check_challenge(to_base64url(bytes(raw)), SECRET, SHOWN, NOW)


@given(text=st.text())
def test_garbage_is_refused(text: str) -> None:
    with pytest.raises(ChallengeRefused):
        check_challenge(text, SECRET, SHOWN, NOW)
