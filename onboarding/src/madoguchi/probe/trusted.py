"""What the centre's own trust list says of the municipality, held against its file."""

from datetime import datetime, timedelta

from gateway.municipalities.rules.builds import allowed_of
from gateway.municipalities.rules.configuration import MunicipalityFile
from madoguchi_wire.keys import KeyPurpose
from madoguchi_wire.trust_list import TrustList

from madoguchi.conformance.verdicts import Failed
from madoguchi.probe.trying import Question

KEYS = Question(
    "direct",
    "the trust list has its keys",
    "sign a trust list with the keys of the municipality's file: madoguchi trust",
)
BUILDS = Question(
    "direct",
    "the trust list allows a build of its adapter",
    "sign a trust list with a build that the municipality's file names: madoguchi trust",
)
_LEFT = timedelta(days=30)


async def check_keys(body: MunicipalityFile, trust: TrustList, now: datetime) -> str:
    """Pass if each key of the file that counts now is trusted, and one attests for a month."""
    listed = {one.kid: one for one in trust.keys if one.owner == body.code}
    for key in (one.trusted_for(body.code) for one in body.keys):
        if key.not_before <= now < key.not_after and key.kid not in listed:
            raise Failed("each key of the file in the trust list", f"{key.kid} is not in it")
    until = max(
        (
            one.not_after
            for one in listed.values()
            if one.purpose is KeyPurpose.ATTESTATION and one.not_before <= now
        ),
        default=now,
    )
    if until < now + _LEFT:
        seen = f"none after {until:%Y-%m-%d}" if until > now else "none"
        raise Failed(f"a key for attestations that is good for {_LEFT.days} days", seen)
    return f"good until {until:%Y-%m-%d}"


async def check_builds(body: MunicipalityFile, trust: TrustList) -> str:
    """Pass if there is a build that its papers may come from; raises Failed."""
    allowed = allowed_of(trust.builds_of(body.code), body.builds)
    if not allowed:
        raise Failed("at least one", "none")
    return f"{len(allowed)} allowed"
