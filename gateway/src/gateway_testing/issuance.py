"""An issuance as the database would have it, for tests of what is plain code."""

from datetime import UTC, datetime
from uuid import uuid4

from gateway.issuances.life import State
from gateway.issuances.rows import Issuance
from madoguchi_wire.channel import Channel
from madoguchi_wire.clock import japan_day
from madoguchi_wire.order import Kind

NOW = datetime.now(UTC)
ICHIKAWA, TERMINAL = "122033", "tokiwa-0001-1"
ISSUANCE = Issuance(
    issuance_id=uuid4(),
    municipality=ICHIKAWA,
    accepted_on=japan_day(NOW),
    order_id=uuid4(),
    order_digest="0" * 64,
    session_digest="0" * 64,
    copy_number=1,
    terminal=TERMINAL,
    site="tokiwa-0001",
    chain="tokiwa",
    place="市内",
    channel=Channel.STORE,
    kind=Kind.RESIDENT_RECORD,
    state=State.ACCEPTED,
    fee=250,
    commission=120,
    tariff_version="2010-02",
    configuration_version=1,
    deadline=NOW,
    attestation=None,
    pages=None,
    problem=None,
    event_sequence=1,
    accepted_at=NOW,
    paid_at=None,
    test=False,
)
"""Accepted now."""
