"""What every endpoint needs."""

from typing import Annotated

from fastapi import Depends, Request

from audit.parts import Parts


async def parts_of(request: Request) -> Parts:
    """Return the parts of this process."""
    parts: Parts = request.app.state.parts
    return parts


Shared = Annotated[Parts, Depends(parts_of)]
