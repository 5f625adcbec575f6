"""Whether verifiers trust the key that this stamper signs with."""

from dataclasses import dataclass, field

from madoguchi_wire.clock import Clock
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeyPurpose, SigningKey
from madoguchi_wire.kit.trust import Trust


@dataclass(frozen=True)
class StampingKey:
    """The centre's key; what it signs while nobody trusts it, no witness would take."""

    centre: str
    signing: SigningKey = field(repr=False)
    trust: Trust = field(repr=False)
    clock: Clock

    def fault(self) -> str | None:
        """Say in words why it cannot be used at present; None if it can."""
        if (fault := self.trust.fault()) is not None:
            return fault
        kid, now = self.signing.kid, self.clock.now()
        try:
            self.trust.key_set.find(kid, KeyPurpose.STAMPING, now, owner=self.centre)
        except SignatureRefused:
            return "the trust list does not hold our stamping key as valid: renew one of them"
        return None
