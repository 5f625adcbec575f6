"""Judges what time-stamp authorities (RFC 3161) said of stamps."""

from collections.abc import Iterator
from datetime import timedelta

from madoguchi_wire.encoding import from_base64url
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.stamp_chain.faults import ChainFault, ChainFaultName
from madoguchi_wire.stamp_chain.rules import ChainPoint, ChainRules
from madoguchi_wire.stamps import Stamp, StampRecord
from madoguchi_wire.timestamps import verified_timestamp

_EARLY = timedelta(minutes=5)
"""By which clocks of a centre and an authority may differ."""
_LATE = timedelta(days=1)
"""After which a stamp whose authority was away is to be explained; issuing stops after hours."""


def check_timestamp(
    stamp: Stamp, record: StampRecord, rules: ChainRules, before: ChainPoint
) -> Iterator[ChainFault]:
    """Find what is wrong with a stamp's time; nothing, where no authority's roots are known."""
    if not rules.timestamp_roots:
        return
    if record.timestamp is None:
        if before.is_timed:
            what = "no authority signed its time, though it did before"
            yield ChainFault(ChainFaultName.TIMESTAMP_MISSING, stamp.number, what)
        return
    try:
        token = from_base64url(record.timestamp)
        seen_at = verified_timestamp(token, record.stamp, rules.timestamp_roots)
    except SignatureRefused as error:
        yield ChainFault(ChainFaultName.TIMESTAMP_REFUSED, stamp.number, error.detail)
        return
    said = f"it says {stamp.stamped_at:%Y-%m-%d %H:%M}, the authority {seen_at:%Y-%m-%d %H:%M} UTC"
    if seen_at < stamp.stamped_at - _EARLY:
        yield ChainFault(ChainFaultName.TIMESTAMP_EARLY, stamp.number, said)
    if seen_at > stamp.stamped_at + _LATE:
        yield ChainFault(ChainFaultName.TIMESTAMP_LATE, stamp.number, said)
