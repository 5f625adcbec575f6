"""The archive's record of looks and commands: what it says, the journal says once more."""

from madoguchi_wire.kit.accesses import Accesses

ACCESSES = Accesses("accesses")
record_access = ACCESSES.record
