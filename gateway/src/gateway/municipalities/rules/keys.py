"""Section `keys`: a municipality's public keys, from which the centre makes the trust list."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from cryptography.hazmat.primitives.asymmetric import ec
from madoguchi_wire.encoding import from_base64url, to_base64url
from madoguchi_wire.keys import KeyPurpose, TrustedKey, key_id, public_bytes
from madoguchi_wire.trust_list import Environment
from pydantic import Field, field_validator, model_validator

from gateway.municipalities.rules.closings import Moment, moment_of
from gateway.municipalities.rules.part import Part

_COORDINATE_BYTES = 32
_PUBLISHED = {
    "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
}
"""x of the examples of RFC 7517 and RFC 7515, whose private halves everybody has."""


def _is_usual(environment: str) -> bool:
    return environment == "production"


class PublicJwk(Part):
    """The public half of a key on the curve P-256 (RFC 7517)."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    use: Annotated[Literal["sig"] | None, Field(exclude_if=lambda use: use is None)] = None
    alg: Annotated[Literal["ES256"] | None, Field(exclude_if=lambda alg: alg is None)] = None

    @property
    def key(self) -> ec.EllipticCurvePublicKey:
        """The key."""
        x, y = (int.from_bytes(from_base64url(part)) for part in (self.x, self.y))
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()

    @model_validator(mode="before")
    @classmethod
    def _is_of_the_type(cls, value: Any) -> Any:  # noqa: ANN401 (whatever stands in the file)
        if not isinstance(value, Mapping):
            return value
        if "d" in value:
            raise ValueError(
                "holds the private half (d), which who reads this file can sign with: destroy that"
                " key, make another, and give kty, crv, x and y only"
            )
        kind: tuple[object, object] = (value.get("kty"), value.get("crv"))  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if kind != ("EC", "P-256"):
            raise ValueError("is no key on the curve P-256: give one with kty: EC and crv: P-256")
        return value  # pyright: ignore[reportUnknownVariableType]

    @field_validator("x", "y")
    @classmethod
    def _is_a_coordinate(cls, text: str) -> str:
        try:
            whole = len(from_base64url(text)) == _COORDINATE_BYTES
        except ValueError:
            whole = False
        if not whole:
            raise ValueError("is no coordinate: copy all 43 characters of it")
        return text

    @model_validator(mode="after")
    def _is_on_the_curve(self) -> Self:
        try:
            _ = self.key
        except ValueError:
            raise ValueError("x and y are no point of the curve: copy both of one key") from None
        return self


class MunicipalityKey(Part):
    """A public key of the municipality, for one purpose and some time."""

    purpose: Literal["attestation", "countersigning"]
    """`attestation`: signs for its papers; `countersigning`: for the centre's stamps (連署)."""
    valid_from: Annotated[Moment, Field(alias="from")]
    until: Moment
    jwk: PublicJwk
    environment: Annotated[Environment, Field(exclude_if=_is_usual)] = "production"
    """`development`: demo or tests made it; refused in production."""

    @property
    def kid(self) -> str:
        """Under which name others know it."""
        return key_id(self.jwk.key)

    @property
    def is_for_development(self) -> bool:
        """Whether demo or tests made it, or its private half is in a book."""
        return self.environment == "development" or self.jwk.x in _PUBLISHED

    def trusted_for(self, municipality: str) -> TrustedKey:
        """Return the trust list's entry."""
        return TrustedKey(
            kid=self.kid,
            purpose=KeyPurpose(self.purpose),
            owner=municipality,
            public_key=to_base64url(public_bytes(self.jwk.key)),
            not_before=moment_of(self.valid_from),
            not_after=moment_of(self.until),
        )

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.until <= self.valid_from:
            raise ValueError(f"until: {self.until} does not lie after {self.valid_from}")
        return self


def check_keys(keys: Sequence[MunicipalityKey]) -> None:
    """Pass if each key has one purpose and is given once.

    Raises:
        ValueError: one is given twice; names both places.

    """
    seen: dict[str, int] = {}
    for index, key in enumerate(keys):
        first = seen.setdefault(key.kid, index)
        if first != index:
            raise ValueError(
                f"keys.{index}: is the key of keys.{first}: each purpose needs a key of its own"
            )
