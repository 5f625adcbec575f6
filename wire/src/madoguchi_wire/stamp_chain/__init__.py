"""Whether a history is whole: the chain of stamps, its witnesses, and the events under it.

`verify_chain` judges stamps with the keys of a trust list, and compares what witnesses say they saw
last (their heads); `SeenToTheEnd` demands enough of these; `check_events` compares one batch with
the events that somebody kept. Nothing here reads or writes anything, so archives, auditors and
checkers judge alike.
"""

from madoguchi_wire.stamp_chain.ends import HEAD_TOLERANCE, SeenToTheEnd
from madoguchi_wire.stamp_chain.events import check_events
from madoguchi_wire.stamp_chain.faults import ChainFault, ChainFaultName
from madoguchi_wire.stamp_chain.rules import BEGINNING, ChainPoint, ChainRules
from madoguchi_wire.stamp_chain.verifying import ChainVerdict, verify_chain

__all__ = [
    "BEGINNING",
    "HEAD_TOLERANCE",
    "ChainFault",
    "ChainFaultName",
    "ChainPoint",
    "ChainRules",
    "ChainVerdict",
    "SeenToTheEnd",
    "check_events",
    "verify_chain",
]
