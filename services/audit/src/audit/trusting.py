"""Whose signatures count: the trust list that the pinned root signed."""

from madoguchi_wire.clock import Clock
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.kit.trust import load_root
from madoguchi_wire.stamp_chain import ChainRules
from madoguchi_wire.timestamps import read_roots
from madoguchi_wire.trust_list import TrustList, verified_trust_list

from audit.settings import TrustSettings


def rules_of(settings: TrustSettings, clock: Clock) -> ChainRules:
    """Return by what stamps are judged.

    Raises:
        SignatureRefused: the trust list does not hold here and now.
        OSError: a file cannot be read.
        ValueError: the root is no public key, or the authority's roots are no certificates.

    """
    return _rules(settings, _trusted(settings, clock))


class Trusting:
    """The rules in force for whoever judges on and on."""

    def __init__(self, settings: TrustSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._trust: TrustList | None = None
        self.rules: ChainRules | None = None
        """None while the list cannot be read or does not hold: what needs it has to wait."""

    def look(self) -> str | None:
        """Read the list again; say in words why there is none that holds."""
        try:
            trust = _trusted(self._settings, self._clock)
            if self.rules is None or trust != self._trust:
                self.rules, self._trust = _rules(self._settings, trust), trust
        except (SignatureRefused, OSError, ValueError) as error:
            self.rules = None
            return f"stamps wait for a trust list that holds: {error}"
        return None


def _trusted(settings: TrustSettings, clock: Clock) -> TrustList:
    token = settings.trust_list.read_text("ascii").strip()
    root = load_root(settings.trust_root)
    return verified_trust_list(token, root, clock.now(), settings.common.environment)


def _rules(settings: TrustSettings, trust: TrustList) -> ChainRules:
    authority = read_roots(settings.timestamp_roots) if settings.timestamp_roots else ()
    return ChainRules(settings.centre, trust.key_set(), timestamp_roots=authority)
