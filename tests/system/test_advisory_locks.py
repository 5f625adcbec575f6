"""Whoever locks in the gateway's database has a number of their own."""

from gateway.database import migrate
from gateway.municipalities import versions
from stamper import outbox as stamper_outbox


def test_nobody_waits_for_a_lock_that_others_hold_for_life() -> None:
    # The relay's locks have two numbers each, and never meet those that have one.
    numbers = [migrate.LOCK, versions.LOCK, stamper_outbox.LOCK]
    assert len(set(numbers)) == len(numbers)
