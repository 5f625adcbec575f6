"""What is kept as it was made: a body with its version, and its digest.

Bodies outlive the build that made them. Those of before versions were counted are version 1.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, TypeVar

from madoguchi_wire.encoding import canonical_json
from madoguchi_wire.errors import DocumentUnreadable
from pydantic import BaseModel, ValidationError

_B = TypeVar("_B", bound=BaseModel)


def body_digest(body: Mapping[str, Any]) -> str:
    """Return the digest under which a body is kept."""
    return sha256(canonical_json(body)).hexdigest()


def read_kept(model: type[_B], newest: int, name: str, body: dict[str, Any], digest: str) -> _B:
    """Return a body as this build knows it.

    Args:
        model: of the body.
        newest: version that this build reads.
        name: in words and numbers, `statement 2010-04-M-122033`.
        body: as it was kept.
        digest: kept beside it.

    Raises:
        DocumentUnreadable: it is not what was kept, or another build's in a form not known here.

    """
    found = body_digest(body)
    if found != digest:
        raise DocumentUnreadable(
            f"The {name} is not what was kept: its digest is {found}, and was {digest}."
        )
    version = body.get("version", 1)
    if not isinstance(version, int) or version > newest:
        raise DocumentUnreadable(
            f"The {name} was kept by a later build, as version {version}: this one reads up to"
            f" {newest}."
        )
    try:
        return model.model_validate(body, strict=False)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise DocumentUnreadable(
            f"The {name} was kept by an earlier build, as version {version}, in a form that this"
            f" one does not read ({where}: {first['msg']}): read it with the build that made it."
        ) from error
