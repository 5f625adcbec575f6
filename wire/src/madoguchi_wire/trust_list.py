"""The trust list: whose keys and which builds count, signed by a root that no gateway holds.

Versioned and expiring; verifiers pin the root at enrolment and never go back to an older version.
"""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import BaseModel, ConfigDict, Field

from madoguchi_wire.clock import Instant
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeySet, TrustedKey, key_id
from madoguchi_wire.municipality_code import MunicipalityCode
from madoguchi_wire.signed import Statement

Environment = Literal["development", "production"]


class AllowedBuild(BaseModel):
    """A build of an adapter that a municipality may issue with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    municipality: MunicipalityCode
    build: str
    vendor: Annotated[str, Field(pattern=r"^[!-~]+( [!-~]+)*$", max_length=100)] | None = Field(
        default=None, exclude_if=lambda vendor: vendor is None
    )
    """Name and version of the system that makes the papers or keeps the records.

    Spelt only if it is named: a list from before keeps its one spelling, and its signature.
    """


class TrustList(Statement):
    """What verifiers trust from `issued_at` to `expires_at`."""

    typ: ClassVar[str] = "madoguchi-trust-list+jws"
    maximum_characters: ClassVar[int] = 8 * 1024 * 1024
    """Two keys for each of 1,741 municipalities, and as much again."""

    version: Annotated[int, Field(ge=1, strict=True)]
    environment: Environment
    """A list made by demo or tests says `development` and is refused in production."""
    issued_at: Instant
    expires_at: Instant
    keys: tuple[TrustedKey, ...]
    builds: tuple[AllowedBuild, ...]

    def key_set(self) -> KeySet:
        """Return the keys for look-up."""
        return KeySet(self.keys)

    def builds_of(self, municipality: str) -> frozenset[str]:
        """Return the builds that may issue for a municipality."""
        return frozenset(b.build for b in self.builds if b.municipality == municipality)

    def sharing_build_or_vendor(self, municipality: str) -> frozenset[str]:
        """Return every municipality with a build or a vendor of this one's, itself too.

        The same fault is in all of them: the adapter's, or that of the system behind it.
        """
        own = [b for b in self.builds if b.municipality == municipality]
        builds, vendors = {b.build for b in own}, {b.vendor for b in own} - {None}
        return frozenset(
            b.municipality for b in self.builds if b.build in builds or b.vendor in vendors
        )


def verified_trust_list(
    token: str,
    root: ec.EllipticCurvePublicKey,
    at: datetime,
    environment: Environment,
    newest_version_seen: int = 0,
) -> TrustList:
    """Return the trust list that the pinned root signed.

    Raises:
        SignatureRefused: another root, expired, rolled back, or of another environment.

    """
    trust = signed_trust_list(token, root)
    check_trust_list(trust, at, environment, newest_version_seen)
    return trust


def signed_trust_list(token: str, root: ec.EllipticCurvePublicKey) -> TrustList:
    """Return what the pinned root signed, whenever and for whomever it was; see the next.

    Raises:
        SignatureRefused: another root.

    """
    if TrustList.kid_of(token) != key_id(root):
        raise SignatureRefused("The trust list is signed by another root than the pinned one.")
    return TrustList.verified(token, root)


def check_trust_list(
    trust: TrustList, at: datetime, environment: Environment, newest_version_seen: int
) -> None:
    """Refuse a trust list that does not hold here and now.

    Raises:
        SignatureRefused: expired, rolled back, or of another environment.

    """
    if trust.environment != environment:
        raise SignatureRefused(
            f"The trust list is for {trust.environment}, this process runs in {environment}."
        )
    if not trust.issued_at <= at <= trust.expires_at:
        raise SignatureRefused("The trust list is not valid at this time; fetch the current one.")
    if trust.version < newest_version_seen:
        raise SignatureRefused("The trust list is older than one that was seen before.")
