"""Whether a paper may be released here and now, in words.

What is known in memory is at most a second old. The statements that release (delivered, paid) ask
the database itself, so that all replicas agree at once.
"""

from madoguchi_wire.errors import MunicipalityNotLive

from gateway.issuances.rows import Issuance
from gateway.parts import Gateway


def check_release(gateway: Gateway, issuance: Issuance) -> None:
    """Pass if nothing forbids to release a paper of this municipality at this terminal.

    Raises:
        MunicipalityNotLive: the municipality was suspended since the order; no test paper cares.
        MunicipalityStopped: it, or its path to this terminal, is stopped.

    """
    if not issuance.test:
        gateway.municipalities.live(issuance.municipality)
    gateway.stops.check(issuance.municipality, issuance.terminal)


def may_release(gateway: Gateway, issuance: Issuance) -> bool:
    """Tell whether `check_release` passes."""
    try:
        check_release(gateway, issuance)
    except MunicipalityNotLive:
        return False
    return True
