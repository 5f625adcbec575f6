"""The issuance id in the path and in what was signed."""

from uuid import UUID

from madoguchi_wire.errors import SignatureRefused


def check_same_issuance(signed: str, named: UUID) -> None:
    """Pass if the signed id is the one in the path, in a UUID's one spelling.

    Raises:
        SignatureRefused: the request was signed for another issuance.

    """
    if signed != str(named):
        raise SignatureRefused("The request was signed for another issuance than its path names.")
