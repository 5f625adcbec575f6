"""A municipality's consent to a change that would let somebody else speak for it, or be paid.

Whoever could change its keys or the addresses of its adapters at the centre could issue in its
name, and whoever could change its bank account would get its fees. So such a change counts only
with the signature of the key that it has until then.
"""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar, TypeVar

from pydantic import StringConstraints

from madoguchi_wire.clock import Instant
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeyPurpose, KeySet
from madoguchi_wire.municipality_code import MunicipalityCode
from madoguchi_wire.signed import Statement

CONSENT_LASTS = timedelta(days=30)
"""From its signature until the centre's decision."""
_CLOCKS = timedelta(minutes=5)
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Consent(Statement):
    """That one version of the municipality's file may take the place of another, and no other."""

    typ: ClassVar[str] = "madoguchi-consent+jws"

    municipality: MunicipalityCode
    replaces: Digest
    """Of the version in force."""
    digest: Digest
    """Of the version to come."""
    consented_at: Instant


class AccountConsent(Statement):
    """That one bank account of the municipality may take the place of another, and no other.

    A statement of its own: no digest of a file is ever taken for that of an account.
    """

    typ: ClassVar[str] = "madoguchi-account-consent+jws"

    municipality: MunicipalityCode
    replaces: Digest
    """Of the account in force (`BankAccount.digest`)."""
    digest: Digest
    """Of the account to come."""
    consented_at: Instant


_C = TypeVar("_C", Consent, AccountConsent)


def check_consent(
    token: str, keys: KeySet, municipality: str, replaces: str, digest: str, at: datetime
) -> None:
    """Pass if the municipality's own key consents to exactly this change, and not long ago.

    Raises:
        SignatureRefused: otherwise; the text says what does not hold.

    """
    _checked(Consent, token, keys, municipality, (replaces, digest), at)


def checked_account_consent(
    token: str, keys: KeySet, municipality: str, replaces: str, digest: str, at: datetime
) -> AccountConsent:
    """Return the consent to exactly this change of an account; raises as `check_consent`."""
    return _checked(AccountConsent, token, keys, municipality, (replaces, digest), at)


def _checked(
    kind: type[_C],
    token: str,
    keys: KeySet,
    municipality: str,
    change: tuple[str, str],
    at: datetime,
) -> _C:
    _, public = keys.find(kind.kid_of(token), KeyPurpose.ATTESTATION, at, municipality)
    consent = kind.verified(token, public)
    if (consent.municipality, consent.replaces, consent.digest) != (municipality, *change):
        raise SignatureRefused("The municipality consented to another change than this one.")
    if not consent.consented_at - _CLOCKS <= at <= consent.consented_at + CONSENT_LASTS:
        raise SignatureRefused("The municipality's consent is older than 30 days.")
    return consent
