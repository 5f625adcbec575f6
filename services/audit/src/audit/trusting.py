"""Whose signatures count: the trust list that the pinned root signed."""

from madoguchi_wire.clock import Clock
from madoguchi_wire.kit.trust import load_root
from madoguchi_wire.stamp_chain import ChainRules
from madoguchi_wire.timestamps import read_roots
from madoguchi_wire.trust_list import verified_trust_list

from audit.settings import TrustSettings


def rules_of(settings: TrustSettings, clock: Clock) -> ChainRules:
    """Return by what stamps are judged.

    Raises:
        SignatureRefused: the trust list does not hold here and now.
        OSError: a file cannot be read.
        ValueError: the root is no public key, or the authority's roots are no certificates.

    """
    token = settings.trust_list.read_text("ascii").strip()
    root = load_root(settings.trust_root)
    trust = verified_trust_list(token, root, clock.now(), settings.common.environment)
    authority = read_roots(settings.timestamp_roots) if settings.timestamp_roots else ()
    return ChainRules(settings.centre, trust.key_set(), timestamp_roots=authority)
