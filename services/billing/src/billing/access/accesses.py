"""Billing's record of looks; who writes in the books stands there."""

from madoguchi_wire.kit.accesses import Accesses

ACCESSES = Accesses("billing.accesses")
record_access = ACCESSES.record
